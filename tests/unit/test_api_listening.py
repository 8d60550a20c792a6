"""A server that can't listen says so in one line, before it greets anybody."""

import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import cli
from api.running import listening


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use_is_no_success(
    workers: str,
    busy: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(["migrate"]) == 0
    capsys.readouterr()

    assert cli.main(["serve", "--port", str(busy), "--workers", workers]) == cli.REFUSED

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"tongban: port {busy} is in use: stop the other one or give --port\n"


def test_a_second_one_finds_the_port_taken() -> None:
    with listening.at("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        assert port > 0
        with (
            pytest.raises(listening.CannotListen, match=f"port {port} is in use"),
            listening.at("127.0.0.1", port),
        ):
            pass


def test_a_port_is_free_again_at_once() -> None:
    with listening.at("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        caller = socket.create_connection(("127.0.0.1", port))
        answering, _ = first.accept()
        answering.close()
        caller.close()

    with listening.at("127.0.0.1", port) as again:
        assert again.getsockname()[1] == port


@pytest.mark.parametrize(
    ("host", "said"),
    [("203.0.113.7", "not an address of this machine"), ("no.such.invalid", "not known here")],
)
def test_a_host_that_is_not_ours(host: str, said: str) -> None:
    with pytest.raises(listening.CannotListen, match=said), listening.at(host, 0):
        pass


def test_a_name_may_stand_for_the_machine() -> None:
    with listening.at("localhost", 0) as found:
        assert found.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_for_others_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run as root, whom no port is denied: the system's answer is given in its place."""

    def denied(*_: object, **__: object) -> socket.socket:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(socket, "create_server", denied)
    with pytest.raises(listening.CannotListen, match="from 1024 on"), listening.at("127.0.0.1", 80):
        pass
