"""A real ``tongban worker`` in a process of its own, which a test kills without warning."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from api.settings import Settings
from tests.running_server import CHECKOUT

PATIENCE_SECONDS = 120


class RunningWorker:
    """The jobs of an office, on one more node."""

    def __init__(self, settings: Settings, folder: Path, name: str) -> None:
        self._said = folder / f"worker-{name}-said"
        owner = settings.migration_url
        environment = {
            "TONGBAN_DATABASE_URL": settings.database_url,
            "TONGBAN_DATA_DIR": str(settings.data_dir),
            "TONGBAN_KEY_FILE": str(settings.key_file),
            # As often as it may be: then it ticks every second.
            "TONGBAN_SEAL_SECONDS": "1",
            **({"TONGBAN_MIGRATION_URL": owner} if owner else {}),
        }
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "api.cli", "worker"],
                cwd=CHECKOUT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def said(self) -> str:
        """What it wrote."""
        return self._said.read_text("utf-8", "replace")

    def stop(self) -> int:
        """Tell it to stop, and wait until it has; its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """SIGKILL: nothing is finished or given back."""
        self._process.kill()
        self._process.wait()

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true, and fail with what it said where it never is, or it ended."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not true():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)
