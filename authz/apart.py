"""Great tables that are asked for a few times a day: a process of its own reads them, answers and ends.

No server holds them from then on (docs/explanation/performance.md, memory of a worker).
"""

import json
import subprocess
import sys
from threading import Lock
from typing import Any

# Reading a table takes half a second; a busy machine is no defect.
LONGEST_SECONDS = 60
# However many ask at once, one table is in memory.
_one_at_a_time = Lock()


def asked(module: str, question: Any = None) -> Any:
    """What a module answers that is run as a program: it reads JSON and writes JSON (``answer``).

    Not to be called while a command holds its locks. Raises CalledProcessError, TimeoutExpired.
    """
    with _one_at_a_time:
        child = subprocess.run(  # noqa: S603 - this very interpreter, and a module of ours
            [sys.executable, "-P", "-m", module],
            input=json.dumps(question),
            # What it says of a defect goes where this process says it.
            stdout=subprocess.PIPE,
            text=True,
            timeout=LONGEST_SECONDS,
            check=True,
        )
    return json.loads(child.stdout)


def question() -> Any:
    """What this process was started to answer."""
    return json.load(sys.stdin)


def answer(said: Any) -> None:
    """Say it to whoever asked."""
    json.dump(said, sys.stdout)
