"""The README's five minutes and the tutorial, run word for word by a shell against a served office."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WALKS = (ROOT / "README.md", ROOT / "docs" / "tutorial" / "first-cases.md")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a demo office served by the real command line."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "TONGBAN_DATA_DIR": str(tmp_path / "var"),
        "TONGBAN_DATABASE_URL": f"sqlite:///{tmp_path}/var/tongban.db",
    }
    command = [sys.executable, "-m", "api.cli"]
    env = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    for words in (["migrate"], ["demo"]):
        subprocess.run([*command, *words], env=env, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(  # noqa: S603
            [*command, "serve", "--port", str(port)], env=env, cwd=tmp_path, stdout=log, stderr=log
        )
        try:
            _wait(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(30)


@pytest.mark.slow
def test_every_walk_goes_as_written(served: str, tmp_path: Path) -> None:
    script = "set -eu\n" + "\n".join(block for page in WALKS for block in _blocks(page))
    script = script.replace("http://127.0.0.1:8000", served)

    done = subprocess.run(  # noqa: S603
        ["/bin/bash", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    statuses = re.findall(r"^(?:review|[a-z_]+)$", done.stdout, re.MULTILINE)
    assert statuses == [
        *["in_progress"] * 2, "completed",  # README: the retirement
        "review", "completed",  # level 2
        *["in_progress"] * 3, "completed",  # on to the city
        *["in_progress"] * 3, "completed",  # escalated
        *["in_progress"] * 3, "completed",  # the meeting
        "revoked", *["in_progress"] * 3, "completed",  # the back office
        "in_progress", "completed",  # and the grant again
        "returned", "in_progress", "refused", "withdrawn",
    ]  # fmt: skip
    assert '"findings":[]' in done.stdout
    assert (tmp_path / "receipt.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "notice.pdf").read_bytes().startswith(b"%PDF")


def _blocks(page: Path) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=1):  # noqa: S310
                return
        except OSError:
            assert server.poll() is None, "the server ended: see its log"
            time.sleep(0.1)
    raise AssertionError("the server did not answer in 30 seconds")
