"""Loads the hostile corpus in a process of its own and says of each entry what came of it, as JSON lines.

``python -m tests.hostile_loading SEED MUTATIONS FOLDER CANARY_FILE CANARY_URL``. Once everything is
imported and warm, an audit hook listens while an entry is loaded (and run, where it loads); memory and
processor time are limited, so that what grows or never ends is found too.
"""

import importlib
import json
import pickle
import random
import resource
import shutil
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from engine import bpmn
from engine.bpmn import StateRefused, walk
from engine.defining import examples, guides, loading, skeleton
from engine.defining.diagrams import DiagramRefused
from engine.defining.located import DefinitionRefused
from engine.rules import risk
from engine.timing import workdays
from register import parameter_files
from register.parameter_files import ParametersRefused
from tests import (
    hostile_diagrams,
    hostile_folders,
    hostile_mutations,
    hostile_sheets,
    hostile_states,
    hostile_xml,
)
from tests.bpmn_diagrams import SHARED
from tests.bpmn_diagrams import files as good_files
from tests.unit.test_bpmn_position import GOOD, MODEL

MEMORY_BYTES = 1 << 30
PROCESSOR_SECONDS = 20
REFUSALS = (
    DiagramRefused,
    DefinitionRefused,
    ParametersRefused,
    StateRefused,
    workdays.CalendarRefused,
)
PROCESSES = SHARED.parent
ENOUGH = 60
# What a folder's own Python needs to be imported; everything else is heard there too.
OF_FOLDERS = ("import", "compile", "exec", "open", "os.listdir", "os.scandir", "marshal.loads")
# Told by the interpreter about its own work, not about anything a definition does.
UNHEARD = ("object.__getattr__", "sys._getframe", "builtins.id", "cpython.", "code.__new__")

Load = Callable[[], Any]
Entry = tuple[str, str, Load]
heard: list[str] | None = None
allowed: tuple[str, ...] = ()


def listen(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook: notes everything that isn't allowed, while it listens."""
    if heard is not None and not event.startswith(allowed):
        heard.append(f"{event} {arguments!r}"[:200])


def entries(
    seed: str, mutations: int, folder: Path, canary_file: str, canary_url: str
) -> Iterator[Entry]:
    """Everything that is tried: category, name, how it is loaded."""
    diagrams: dict[str, dict[str, Any]] = {
        **hostile_diagrams.corpus(),
        **hostile_xml.corpus(canary_file, canary_url),
    }
    for category, found in diagrams.items():
        for name, contents in found.items():
            yield category, name, _compiled(contents)
    good = (PROCESSES / "account_adjustment" / "guide.yaml").read_text("utf-8")
    for name, text in hostile_sheets.corpus(good, canary_url).items():
        yield "guide", name, partial(guides.parse, text, "guide.yaml")
        yield "examples", name, partial(examples.parse, text, "examples.yaml")
        yield "risk table", name, partial(risk.parse, text, "risk_levels.yaml")
        yield "parameters", name, _parameters(folder, text.encode())
        yield "calendar", name, _calendar(folder, text.encode())
    for name, content in hostile_sheets.BYTES.items():
        yield "parameters", name, _parameters(folder, content)
        yield "calendar", name, _calendar(folder, content)
    for number, (name, spoil) in enumerate(hostile_folders.corpus(canary_file).items()):
        yield "folder", name, _folder(folder / str(number), spoil)
    for name, row in hostile_states.corpus().items():
        yield "state", name, partial(bpmn.restore, MODEL, row)
    yield from _controls(folder)
    choices = random.Random(seed)
    for number in range(mutations):
        yield from _mutated(choices, number, good)


def _controls(folder: Path) -> Iterator[Entry]:
    """What must be noticed, or the rest would prove nothing."""
    written = folder / "control"
    written.write_text("control")
    yield "control", "opens", written.read_text
    yield "control", "runs code", lambda: eval("1")  # noqa: S307
    yield "control", "imports", lambda: importlib.import_module("colorsys")
    yield "control", "connects", lambda: socket.socket().close()
    yield "control", "starts", lambda: subprocess.run(["true"], check=True)  # noqa: S607
    yield "control", "unpickles", lambda: pickle.loads(pickle.dumps(Path()))  # noqa: S301
    yield "control", "removes", written.unlink
    yield "control", "grows", lambda: bytearray(2 * MEMORY_BYTES)
    yield "control", "goes deep", lambda: json.loads("[" * 100_000)
    yield "control", "lets out", partial(dict[str, str]().__getitem__, "nothing")


def _mutated(choices: random.Random, number: int, guide: str) -> Iterator[Entry]:
    files = good_files()
    changed = choices.choice(sorted(files))
    files[changed] = hostile_mutations.mutated(files[changed], choices)
    sheet = hostile_mutations.mutated(guide.encode(), choices)
    row = hostile_mutations.mutated(GOOD, choices)
    yield "mutated diagram", str(number), _compiled(files)
    text = sheet.decode("utf-8", "replace")
    yield "mutated guide", str(number), lambda: guides.parse(text, "guide.yaml")
    yield "mutated state", str(number), lambda: bpmn.restore(MODEL, row)


def _compiled(contents: Any) -> Load:
    return lambda: bpmn.compile_model(contents)


def _parameters(folder: Path, content: bytes) -> Load:
    def load() -> Any:
        place = folder / "parameters"
        place.mkdir(exist_ok=True)
        (place / "rates.yaml").write_bytes(content)
        return lambda: parameter_files.load(place)

    return Prepared(load)


def _calendar(folder: Path, content: bytes) -> Load:
    def load() -> Any:
        (folder / "2030.yaml").write_bytes(content)
        return lambda: workdays.read(folder / "2030.yaml")

    return Prepared(load)


def _folder(place: Path, spoil: hostile_folders.Spoil) -> Load:
    def load() -> Any:
        shutil.copytree(SHARED, place / "_shared")
        skeleton.write("sample", place, shared=SHARED)
        spoil(place / "sample")
        return lambda: loading.load(place / "sample", place / "_shared")

    return Prepared(load)


class Prepared:
    """A load whose file is written before anyone listens."""

    def __init__(self, prepare: Callable[[], Load]) -> None:
        self.prepare = prepare

    def __call__(self) -> Any:
        return self.prepare()()


def run(loaded: Any) -> int:
    """Run what loaded as far as it goes; how many steps it took."""
    facts = {"risk_level": "1", "route": "county", "decision": ""}
    if isinstance(loaded, bpmn.Run):
        case = walk.restore(loaded.model, loaded.dump())
    elif isinstance(loaded, bpmn.Model):
        case = walk.start(loaded, facts)
    else:
        return 0
    case.set_facts(facts)
    case.advance()
    for step in range(ENOUGH):
        if case.ended is not None or not case.waiting:
            return step
        case = walk.restore(case.model, case.dump())
        decision = ("approve", "return", "approve", "refuse", "escalate")[step % 5]
        case.complete(case.waiting[0].token, {**facts, "decision": decision})
        case.advance()
    return ENOUGH


def tried(entry: Entry) -> dict[str, Any]:
    """What came of one entry."""
    global heard, allowed  # noqa: PLW0603 - the hook can't be handed anything
    category, name, load = entry
    said: dict[str, Any] = {"category": category, "name": name}
    if isinstance(load, Prepared):
        load = load.prepare()
    allowed = UNHEARD
    if category == "folder":
        allowed += OF_FOLDERS
    if category in ("parameters", "calendar"):
        allowed += ("open", "os.listdir", "os.scandir", "glob.glob", "pathlib.Path.glob")
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + PROCESSOR_SECONDS, resource.RLIM_INFINITY))
    notes = heard = []
    try:
        said |= {"outcome": "loaded", "steps": run(load())}
    except REFUSALS as refused:
        said |= {"outcome": "refused", "message": str(refused)}
        said |= {part: getattr(refused, part, None) for part in ("file", "line", "element")}
    except BaseException:  # noqa: BLE001 - whatever else comes is what is looked for
        said |= {"outcome": "defect", "message": traceback.format_exc()[-1500:]}
    heard = None
    return said | {"heard": notes}


def main(seed: str, mutations: str, folder: str, canary_file: str, canary_url: str) -> None:
    """Try everything, a line for each."""
    found = entries(seed, int(mutations), Path(folder), canary_file, canary_url)
    run(bpmn.compile_model(good_files()))
    sys.addaudithook(listen)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    for entry in found:
        sys.stdout.write(json.dumps([entry[0], entry[1]]) + "\n")
        sys.stdout.flush()
        sys.stdout.write(json.dumps(tried(entry)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
