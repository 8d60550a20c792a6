"""Mails by SMTP against a real server on this machine: taken, refused, put off, hanging, late, over TLS."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from engine.outgoing import message_plan
from engine.outgoing.message_plan import Mail, PlanRefused, Smtp
from engine.outgoing.message_reading import Letter
from jobs import messages, smtp
from jobs.carrier import NotEver, NotNow
from tests.certified import openssl
from tests.told_office import ADDRESS, SENDER

LETTER = Letter("9901-7", [ADDRESS], "【社保经办】业务已办结", "您的业务已办结。\n")


class Server:
    """What a server does with a mail: answers a line, after so many seconds; what it took."""

    def __init__(self, answer: str = "250 OK", seconds: float = 0, recipient: str = "") -> None:
        self.answer, self.seconds, self.recipient = answer, seconds, recipient
        self.taken: list[Any] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, to: str, _options: Any
    ) -> str:
        if self.recipient:
            return self.recipient
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - likewise
        if self.answer.startswith("250"):
            self.taken.append(envelope.content)
        await asyncio.sleep(self.seconds)
        return self.answer


@contextmanager
def listening(server: Server, **said: Any) -> Iterator[int]:
    """The port at which a server listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    controller = Controller(server, hostname="127.0.0.1", port=port, **said)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def send(port: int, **said: Any) -> None:
    """Send the letter to a server on this machine, waiting a second at most."""
    chosen = Smtp(host="127.0.0.1", port=port, timeout_seconds=1, **{"tls": "none", **said})
    mail = messages.made(Mail(sender=SENDER, smtp=chosen), LETTER)
    smtp.carrier(chosen)(mail, LETTER.key)


def test_a_mail_is_taken_whole() -> None:
    server = Server()
    with listening(server) as port:
        send(port)
    (content,) = server.taken
    assert b"Message-ID: <9901-7@rs.example.cn>" in content
    assert b"Auto-Submitted: auto-generated" in content


@pytest.mark.parametrize(
    ("server", "kind", "reason"),
    [
        (Server("550 5.1.1 no such user zhang"), NotEver, "smtp.550"),
        (Server("451 4.3.0 try again"), NotNow, "smtp.451"),
        (Server(recipient="550 no such user"), NotEver, "smtp.550"),
        (Server(recipient="450 mailbox busy"), NotNow, "smtp.450"),
    ],
)
def test_a_no_is_for_good_or_for_now(server: Server, kind: type[Exception], reason: str) -> None:
    with listening(server) as port, pytest.raises(kind) as failed:
        send(port)
    # The code alone: what a server says repeats addresses.
    assert failed.value.args == (reason,)
    assert server.taken == []


def test_a_server_that_is_not_there(unused_port: int) -> None:
    with pytest.raises(NotNow, match="unreachable"):
        send(unused_port)


@pytest.fixture
def unused_port() -> int:
    with listening(Server()) as port:
        return port


def test_a_server_that_never_says_anything() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(NotNow, match="timeout"):
            send(int(silent.getsockname()[1]))


def test_a_server_that_answers_late_may_get_it_twice_under_one_key() -> None:
    server = Server(seconds=2)
    with listening(server) as port:
        with pytest.raises(NotNow, match="timeout"):
            send(port)
        server.seconds = 0
        send(port)
    heads = [content.partition(b"\r\n\r\n")[0] for content in server.taken]
    assert len(heads) == 2
    assert all(b"<9901-7@rs.example.cn>" in head for head in heads)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine, signed by itself, and its key beside it."""
    folder = tmp_path_factory.mktemp("tls")
    openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
        "-days", "30", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        cwd=folder,
    )  # fmt: skip
    return folder / "cert.pem"


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_over_tls_a_server_shows_who_it_is(certificate: Path, tls: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    server = Server()
    how = (
        {"ssl_context": context}
        if tls == "implicit"
        else {"tls_context": context, "require_starttls": True}
    )
    with listening(server, **how) as port:
        send(port, tls=tls, ca_file=str(certificate))
        assert len(server.taken) == 1
        with pytest.raises(NotNow, match=r"smtp\.tls"):
            send(port, tls=tls)
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("sms: {}", "no carrier for short messages"),
        ("mail: {sender: a@b.cn}", "either smtp or folder"),
        ("mail: {sender: a, folder: x}", "mail.sender"),
        ("mail: {sender: a@b.cn, smtp: {host: mail.b.cn, port: 25, tls: none}}", "this machine"),
        ("mail: {sender: a@b.cn, smtp: {host: h, port: 25, tls: starttls, user: u}}", "together"),
        (
            "mail: {sender: a@b.cn, folder: x}\nstaff: {'990101': {reviewer: [nobody]}}",
            "no address",
        ),
        ("post: {}", "post"),
        ("mail: [", "can't be read"),
        ("mail: {sender: a@b.cn, folder: x}\ntemplates: /nowhere.yaml", "can't be read"),
    ],
)
def test_a_wrong_plan_stops_the_start(tmp_path: Path, said: str, why: str) -> None:
    file = tmp_path / "messages.yaml"
    file.write_text(said)
    with pytest.raises(PlanRefused, match=why):
        message_plan.read(file)


def test_an_agency_replaces_single_texts_by_known_figures(tmp_path: Path) -> None:
    own, file = tmp_path / "own.yaml", tmp_path / "messages.yaml"
    file.write_text(f"mail: {{sender: a@b.cn, folder: {tmp_path}}}\ntemplates: {own}")
    own.write_text("ready: {zh: {subject: '办好了 ${case_no}', text: '请来取。'}}")
    plan = message_plan.read(file)
    figures = dict.fromkeys(("case_no", "item", "agency", "phone", "due_on", "progress"), "9\n9")
    assert plan.texts["ready", "zh"].filled(figures) == ("办好了 9 9", "请来取。")
    assert "Done" in plan.texts["ready", "en"].filled(figures)[0]
    own.write_text("ready: {zh: {subject: '${name}', text: x}}")
    with pytest.raises(PlanRefused, match="may be agency, case_no"):
        message_plan.read(file)
