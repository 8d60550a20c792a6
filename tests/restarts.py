"""An office that restarts after every step: each step is a process of its own, which ends with it.

Starting an office takes a third of a second, nearly all of it for reading definitions from files. Here one
process reads them, and does nothing else; for each step it forks another, which has the memory of an
office that was just started: it opens the database, does the step and ends. Some read the files anew.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api import composition, shipped
from api.composition import Opened
from api.settings import Settings
from authz import stretching
from authz.keys import signers
from authz.keys.signing_keys import SealedKey
from database import connection, keys
from database.connection import Sessions
from engine.defining import archive, definitions
from engine.office import Office
from engine.rules import risk
from engine.timing import workdays
from register import parameters
from tests import collected, conftest, stretched, walks
from tests.databases import Database
from tests.people import PASSWORD

CHECKOUT = Path(__file__).parents[1]


class StepFailed(Exception):  # noqa: N818 - it says what happened
    """A step's process ended with an error; carries its traceback."""


class Restarting:
    """The office from outside: give it steps, each is done by a new process."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        self._program = program
        self.examples: int = self._heard()["examples"]

    def step(self, database: Database, at: datetime, asked: Mapping[str, Any]) -> Any:
        """Do one step in a process of its own over this database; what it saw and did.

        Raises StepFailed where the process did not end well.
        """
        said = {"url": database.url, "keys": str(database.keys), "at": at.isoformat(), **asked}
        if self._program.stdin is None:
            raise StepFailed("the office's program has no input")
        self._program.stdin.write(json.dumps(said) + "\n")
        self._program.stdin.flush()
        answer = self._heard()
        if "failed" in answer:
            raise StepFailed(f"{asked}: {answer['failed']}")
        return answer

    def _heard(self) -> Any:
        if self._program.stdout is None:
            raise StepFailed("the office's program has no output")
        line = self._program.stdout.readline()
        if not line:
            raise StepFailed(f"the office's program ended: {self._program.poll()}")
        return json.loads(line)


@contextmanager
def running(data_dir: Path) -> Iterator[Restarting]:
    """The program, for as long as a test needs it."""
    command = [sys.executable, "-m", "tests.restarts", str(data_dir)]
    with subprocess.Popen(  # noqa: S603 - this interpreter, this file
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        yield Restarting(program)


def _read(data_dir: Path) -> Office:
    """What every start reads from files, as ``composition.open_office`` does."""
    parameters.shipped()
    workdays.use(data_dir)
    folder = shipped.process_folder()
    deployed = definitions.load([folder], folder / "_shared", data_dir)
    table = risk.load(shipped.risk_levels())
    risk.check(table, deployed)
    for definition in deployed.all():
        archive.keep(definition, data_dir)
    return Office(deployed, table, data_dir, composition.proven(deployed, table))


def _opened(office: Office, asked: Mapping[str, Any]) -> Opened:
    """The office over the step's database; ``anew`` reads its files again."""
    clock = conftest.TickingClock(datetime.fromisoformat(asked["at"]))
    url, key_file = str(asked["url"]), Path(str(asked["keys"]))
    if asked.get("anew"):
        chosen = Settings(
            database_url=url, data_dir=office.data_dir, key_file=key_file, seal_seconds=0
        )
        return composition.open_office(chosen, clock)
    keys.install(keys.load(key_file))
    opened = Opened(office, Sessions(connection.connect(url), clock))
    composition.take_effect(opened)
    return opened


def _said(office: Office, asked: Mapping[str, Any]) -> dict[str, Any]:
    opened = _opened(office, asked)
    try:
        return walks.step(opened, asked)
    finally:
        opened.sessions.engine.dispose()


def _in_a_new_process(work: Callable[[], dict[str, Any]]) -> None:
    """Fork; the new process does the work, tells what came of it and ends at once."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        answer = work()
    except BaseException:  # noqa: BLE001 - told to the test, whatever it is
        answer = {"failed": traceback.format_exc()}
    sys.stdout.write(json.dumps(answer, default=str) + "\n")
    sys.stdout.flush()
    os._exit(0)


@lru_cache(maxsize=1)
def _stretch(url: str) -> None:
    """Work out what Argon2 says of the keys in this database, once for all the processes that will open them.

    Nothing else is remembered from one step to the next: this follows from password and salt alone.
    """
    engine = connection.connect(url)
    with engine.connect() as opened:
        sealed = opened.execute(select(SealedKey.sealed)).scalars().all()
    engine.dispose()
    for key in sealed:
        stretching.key_of(PASSWORD, key[: signers.SALT_BYTES], signers.KEY_BYTES)


def main() -> None:
    """Read the files, say how many examples there are, then fork a process for each line."""
    stretched.remember()
    data_dir = Path(sys.argv[1])
    data_dir.mkdir(parents=True, exist_ok=True)
    office = _read(data_dir)
    # A forked process shares its memory until a search for garbage writes on every object.
    collected.settle()
    sys.stdout.write(json.dumps({"examples": len(walks.bodies(office))}) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        asked = json.loads(line)
        _stretch(str(asked["url"]))
        _in_a_new_process(lambda asked=asked: _said(office, asked))  # type: ignore[misc]


if __name__ == "__main__":
    main()
