"""Hostile definitions and workflow rows: each is refused for a reason, or does nothing but be a diagram.

All of the corpus is loaded, and run where it loads, in a process of its own (tests/hostile_loading.py)
whose audit hook may hear of no file, socket, process or code. What a library in C does unheard is caught
here: a file is watched by the system, and an address is listened at, that some of the corpus point to.
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import hostile_xml
from tests.campaign import Campaign

CHECKOUT = Path(__file__).parents[2]
SECRET = "the content of a file that nobody asked for"
IN_OPEN = 0x20
# What names the diagram's own place: the rest speaks of a file or a row as a whole.
OF_DIAGRAMS = {
    "condition",
    "script",
    "timer",
    "rule or table",
    "extension",
    "loop",
    "message or data",
    "entity",
    "encoding",
    "namespace",
    "huge",
    "call",
}
OF_SHEETS = {"guide", "examples", "risk table", "parameters", "calendar"}
CATEGORIES = OF_DIAGRAMS | OF_SHEETS | {"diagram held by contract", "folder", "state"}
HARMLESS = {*hostile_xml.HARMLESS, "two keys"}
LONGEST_MESSAGE = 1_000


@contextmanager
def watched(path: Path) -> Iterator[Callable[[], bool]]:
    """Says whether a file was opened since it was last asked, by whatever process or library."""
    libc = ctypes.CDLL(None, use_errno=True)
    notes = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    assert notes >= 0
    assert libc.inotify_add_watch(notes, os.fsencode(path), IN_OPEN) >= 0

    def opened() -> bool:
        try:
            return bool(os.read(notes, 65_536))
        except BlockingIOError:
            return False

    try:
        yield opened
    finally:
        os.close(notes)


def connected(listening: socket.socket) -> bool:
    """Whether anybody has connected."""
    try:
        listening.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def tried(campaign: Campaign, folder: Path) -> list[dict[str, Any]]:
    """What came of every entry; that nobody opened the file or connected to the address is checked."""
    secret = folder / "secret"
    secret.write_text(SECRET)
    with socket.create_server(("127.0.0.1", 0)) as listening, watched(secret) as opened:
        listening.settimeout(0)
        host, port = listening.getsockname()
        ended = subprocess.run(  # noqa: S603 - this interpreter, arguments of ours
            [
                *(sys.executable, "-W", "error", "-m", "tests.hostile_loading"),
                *(campaign.seed, str(campaign.budget), str(folder)),
                *(str(secret), f"http://{host}:{port}/a.dtd"),
            ],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = ended.stdout.splitlines()
        assert ended.returncode == 0, f"ended at {lines[-1:]}: {ended.stderr[-2000:]}"
        assert not opened()
        assert not connected(listening)
        # They would have been noticed.
        assert secret.read_text() == SECRET
        assert opened()
        socket.create_connection((host, port)).close()
        assert connected(listening)
    return [said for said in map(json.loads, lines) if isinstance(said, dict)]


@pytest.mark.campaign(test=300, long=20_000)
def test_no_definition_does_more_than_be_refused(campaign: Campaign, tmp_path: Path) -> None:
    found = tried(campaign, tmp_path)

    campaign.counts.update(Counter(f"{said['category']} {said['outcome']}" for said in found))
    controls = [said for said in found if said["category"] == "control"]
    fixed = [said for said in found if said["category"] in CATEGORIES]
    mutated = [said for said in found if said["category"].startswith("mutated ")]
    assert len(controls) + len(fixed) + len(mutated) == len(found)
    assert [
        said["name"] for said in controls if not said["heard"] and said["outcome"] != "defect"
    ] == []
    assert [said for said in fixed + mutated if said["heard"] or said["outcome"] == "defect"] == []
    assert {said["name"] for said in fixed if said["outcome"] == "loaded"} == HARMLESS
    assert [said for said in fixed if said["outcome"] == "loaded" and not said["steps"]] == []
    assert [said for said in fixed + mutated if wrong_message(said)] == []
    members = Counter(said["category"] for said in fixed)
    assert {category: n for category, n in members.items() if n < 5} == {}
    assert set(members) == CATEGORIES
    assert len(mutated) == 3 * campaign.budget


def wrong_message(said: dict[str, Any]) -> bool:
    """Whether a refusal doesn't say where, is too long to read, or says what it may not know."""
    if said["outcome"] != "refused":
        return False
    message, kind = said["message"], said["category"].removeprefix("mutated ")
    named = kind == "state" or message.startswith(said["file"] or message[:1])
    placed = kind not in {*OF_DIAGRAMS, "diagram"} or bool(said["element"])
    return not (named and placed and 10 < len(message) < LONGEST_MESSAGE and SECRET not in message)
