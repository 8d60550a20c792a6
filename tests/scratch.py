"""Where tests write their files: in memory where the machine has the room, else wherever temporary files go.

Durability is what these tests don't test (the campaigns that do lose the power by themselves), and half
of a run on a disk is waiting for it: databases copied, written through, and taken away again.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder that is memory, and nobody's own
# A whole run holds less than 2 GB at any moment, in as many processes as a small machine has.
NEEDED_BYTES = 6 * 2**30
TOLD = "TMPDIR"


def choose() -> None:
    """Let this process and those it starts write their temporary files there, unless TMPDIR is set."""
    if TOLD in os.environ or not _has_room():
        return
    os.environ[TOLD] = str(MEMORY)
    tempfile.tempdir = None


def _has_room() -> bool:
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < NEEDED_BYTES:
        return False
    told = Path("/proc/meminfo").read_text("ascii").split()
    # Its unit is the KiB.
    return int(told[told.index("MemAvailable:") + 1]) * 1024 >= NEEDED_BYTES
