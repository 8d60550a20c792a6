"""Writes the folder of a new process that loads and runs at once, at level 1 (``tongban new-process``)."""

import keyword
from pathlib import Path

from database.refusals import Conflict, Invalid
from engine.defining import folders, loading, skeleton_texts

TEMPLATE = "process.bpmn.txt"
PLACEHOLDER = "PROCESS_CODE"


class NameRefused(Invalid):
    """A process is named in lower case letters, digits and _, beginning with a letter, at most 40."""

    rule = "new_process.name"


class FolderExists(Conflict):
    """There is a folder of this name already: choose another name."""

    rule = "new_process.exists"


def write(name: str, folder: Path, *, shared: Path) -> list[Path]:
    """Write the skeleton ``folder/name`` and answer its files; ``shared`` is the ``_shared`` folder.

    The process is not in ``risk_levels.yaml``, so it is level 1, route county, until an entry says
    otherwise. Raises NameRefused, FolderExists.
    """
    if not folders.CODE.fullmatch(name) or keyword.iskeyword(name):
        raise NameRefused
    place = folder / name
    if place.exists():
        raise FolderExists(f"{place} is there already: choose another name.")
    texts = {file: text.replace(PLACEHOLDER, name) for file, text in skeleton_texts.FILES.items()}
    diagram = (shared / TEMPLATE).read_text(encoding="utf-8")
    texts[loading.DIAGRAM] = diagram.replace("{code}", name).replace("{name_zh}", name)
    place.mkdir(parents=True)
    for file, text in texts.items():
        (place / file).write_text(text, encoding="utf-8")
    loading.load(place, shared)
    return sorted(place / file for file in texts)
