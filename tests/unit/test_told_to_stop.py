"""A server that is told to stop while it is being told: neither waits for the other, and it stops."""

import subprocess
import sys

LONGEST_SECONDS = 60

# A process of its own: a deadlock would be this one's, and its handlers and alarm stay its own. Each time one
# more of the calls and returns within the handler has passed when the second signal comes.
PROGRAM = """
import signal
import sys

import uvicorn

from api.running import stopping


def interrupted_at(moment):
    server, seen = stopping.WorkerServer(uvicorn.Config(lambda: None)), 0

    def count(frame, event, what):
        nonlocal seen
        seen += 1
        if seen == moment:
            sys.setprofile(None)
            server.handle_exit(signal.SIGTERM, None)

    sys.setprofile(count)
    server.handle_exit(signal.SIGTERM, None)
    sys.setprofile(None)
    signal.alarm(0)
    assert server.should_exit and stopping.is_under_way()
    return seen == moment


moments = 0
while interrupted_at(moments + 1):
    moments += 1
print(moments)
"""


def test_a_second_signal_comes_in_the_midst_of_the_first() -> None:
    ran = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 5
