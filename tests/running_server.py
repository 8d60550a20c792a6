"""A real ``tongban serve`` in a process of its own, which a test kills without warning and starts again."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from api.settings import Settings
from tests.forked_servers import Forked, Nursery

CHECKOUT = Path(__file__).parents[1]
LONGEST_START_SECONDS = 120


class RunningServer:
    """One worker over an office's database; each start takes a free port of this machine.

    A test that starts it again and again has it forked by a process that has loaded its code.
    """

    def __init__(self, settings: Settings, folder: Path, nursery: Nursery | None = None) -> None:
        self._settings = settings
        self._said = folder / "server-said"
        self._nursery = nursery
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self.port = 0

    def start(self, *options: str) -> None:
        """Start it, with these options of ``tongban serve``, without waiting until it serves."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        arguments = ["serve", "--port", str(self.port), *options]
        if self._nursery is not None:
            self._process = self._nursery.start(arguments, self._environment(), self._said)
            return
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(  # noqa: S603 - this very interpreter
                [sys.executable, "-m", "api.cli", *arguments],
                cwd=CHECKOUT,
                env={**os.environ, **self._environment()},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                # A group of its own: all of it is killed, and nothing else.
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Return once it can serve; fails with what it said where it ends or takes too long."""
        deadline = time.monotonic() + LONGEST_START_SECONDS
        while not self._is_ready():
            assert self._process is not None
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed, closed or answered any more."""
        if self._process is not None:
            # One that has ended by itself has usually left nobody behind.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def tell(self, sig: signal.Signals) -> None:
        """Send a signal to the process that was started: with several workers, to their supervisor."""
        assert self._process is not None
        self._process.send_signal(sig)

    def end(self) -> int:
        """Wait until it has ended by itself; its exit code."""
        assert self._process is not None
        return self._process.wait(LONGEST_START_SECONDS)

    def said(self) -> str:
        """What it wrote since its last start, its log of defects included."""
        return self._said.read_text("utf-8", "replace")

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _environment(self) -> dict[str, str]:
        settings = self._settings
        owner = settings.migration_url
        return {
            "TONGBAN_DATABASE_URL": settings.database_url,
            "TONGBAN_DATA_DIR": str(settings.data_dir),
            "TONGBAN_KEY_FILE": str(settings.key_file),
            **({"TONGBAN_MIGRATION_URL": owner} if owner else {}),
        }
