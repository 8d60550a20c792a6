"""Programs of ``tongban`` forked from a process that has loaded their code, for tests that start many.

Loading takes more than half of a start. Here one process does it, and nothing else: it opens no office and
runs no thread. Whatever it forks has the memory of a program that was just loaded, does all of its start by
itself, and can be killed as any other.
"""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api import cli

CHECKOUT = Path(__file__).parents[1]


class Nursery:
    """The process that has loaded the code, from outside."""

    def __init__(self, program: "subprocess.Popen[str]") -> None:
        self._program = program

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], said: Path
    ) -> "Forked":
        """Start ``tongban`` with these arguments, in a group of its own; ``said`` gets what it writes."""
        asked = {"start": list(arguments), "environment": dict(environment), "said": str(said)}
        return Forked(self, self.ask(asked))

    def ask(self, asked: Mapping[str, Any]) -> Any:
        """What it answers to one line."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(asked) + "\n")
        self._program.stdin.flush()
        line = self._program.stdout.readline()
        assert line, f"the process that forks ended: {self._program.poll()}"
        return json.loads(line)


@dataclass(slots=True)
class Forked:
    """One forked program, with what ``subprocess.Popen`` offers of its own."""

    nursery: Nursery
    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        if self.returncode is None:
            self.returncode = self.nursery.ask({"ended": self.pid, "flags": os.WNOHANG})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, once it has ended."""
        del timeout
        if self.returncode is None:
            self.returncode = int(self.nursery.ask({"ended": self.pid, "flags": 0}))
        return self.returncode

    def send_signal(self, sig: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, sig)


@contextmanager
def loaded() -> Iterator[Nursery]:
    """The process that forks, for as long as a test needs it."""
    command = [sys.executable, "-m", "tests.forked_servers"]
    with subprocess.Popen(  # noqa: S603 - this interpreter, this file
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        yield Nursery(program)


def _forked(asked: Mapping[str, Any]) -> int:
    child = os.fork()
    if child:
        # Here too: nobody is told of a program that can't be killed yet.
        os.setpgid(child, child)
        return child
    code = 1
    try:
        os.setpgid(0, 0)
        _redirect(Path(asked["said"]))
        # What was drawn by chance while the code loaded would be the same in all of them.
        random.seed()
        os.environ.update(asked["environment"])
        code = cli.main(asked["start"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _redirect(said: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    written = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(nothing, 0)
    os.dup2(written, 1)
    os.dup2(written, 2)


def _ended(pid: int, flags: int) -> int | None:
    found, status = os.waitpid(pid, flags)
    return os.waitstatus_to_exitcode(status) if found else None


def main() -> None:
    """Fork a program for each line that asks for one, and say of those how they ended."""
    for line in sys.stdin:
        asked = json.loads(line)
        said = _forked(asked) if "start" in asked else _ended(asked["ended"], asked["flags"])
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
