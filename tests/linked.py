"""A folder of files that nobody writes into, once more: its folders made anew, its files linked.

A test's office has the kept versions of fifty processes; to copy a folder's times and rights as well took
longer than to open the office's database.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path


def again(kept: Path, place: Path) -> None:
    """Make ``place`` with all that ``kept`` holds; a file put in another's place there stays apart."""
    folders, files = _within(kept)
    place.parent.mkdir(parents=True, exist_ok=True)
    for name in folders:
        os.mkdir(f"{place}{name}")  # noqa: PTH102 - a path for each would take as long as the making
    for name in files:
        os.link(f"{kept}{name}", f"{place}{name}")


@lru_cache
def _within(kept: Path) -> tuple[Sequence[str], Sequence[str]]:
    """What a template holds, outer folders first; nothing is added to one that was filled."""
    folders: list[str] = []
    files: list[str] = []
    for folder, _, names in os.walk(kept):
        below = folder.removeprefix(str(kept))
        folders.append(below)
        files += [f"{below}/{name}" for name in names]
    return folders, files
