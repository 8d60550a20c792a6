"""Identity services for tests: a real one in a process of its own, and one here that can do all wrong."""

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from joserfc import jwk, jwt
from starlette.testclient import TestClient

from api.outside.issuer import Issuer
from api.outside.provider import Provider
from database.clock import FixedClock

DESK = "http://127.0.0.1:8000"
CLIENT, SECRET = "tongban", "a secret of two"
BEGIN, RETURN = "/sign-in/outside", "/sign-in/outside/return"
LONGEST_START_SECONDS = 60
HTML = {"accept": "text/html"}


@contextlib.contextmanager
def real(host: str = "127.0.0.1") -> Iterator[str]:
    """oidc-provider-mock, which asks nobody for a password, in a process of its own; its issuer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603 - this very interpreter
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "oidc_provider_mock",
            "--port",
            str(port),
            "--require-nonce",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://{host}:{port}"
    try:
        deadline = time.monotonic() + LONGEST_START_SECONDS
        while not _answers(issuer):
            assert process.poll() is None, "it ended"
            assert time.monotonic() < deadline, "it never answered"
            time.sleep(0.05)
        yield issuer
    finally:
        process.kill()
        process.wait()


def _answers(issuer: str) -> bool:
    try:
        return requests.get(f"{issuer}/jwks", timeout=5).ok
    except requests.ConnectionError:
        return False


def use(client: TestClient, issuer: str, **said: Any) -> None:
    """Let the office of this client be signed in to by an issuer."""
    provider = Provider(Issuer(issuer, CLIENT, SECRET, DESK, **said))
    client.app.state.provider = provider  # type: ignore[attr-defined]


def vouch(address: str, subject: str) -> str:
    """What the real one sends the browser back with, once somebody says who he is."""
    sent = requests.post(address, data={"sub": subject}, timeout=10, allow_redirects=False)
    assert sent.status_code == 302, sent.text
    assert sent.headers["location"].startswith(DESK + RETURN + "?")
    return urlsplit(sent.headers["location"]).query


def begin(client: TestClient, after: str = "") -> str:
    """Follow the link of the sign-in page; where it leads."""
    answer = client.get(BEGIN + after, headers=HTML, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@dataclass
class Crooked:
    """An issuer of our own: what it says is right until a test changes it."""

    clock: FixedClock
    port: int = 0
    key: Any = field(default_factory=lambda: jwk.ECKey.generate_key("P-256", {"kid": "one"}))
    published: list[dict[str, Any]] | None = None
    algorithm: str = "ES256"
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    configuration: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    answer: tuple[int, bytes, dict[str, str]] | None = None
    nonce: str = ""
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, list[str]]] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """Its identifier."""
        return f"http://127.0.0.1:{self.port}"

    def answered(self, path: str, form: str) -> tuple[int, bytes, dict[str, str]]:
        """What it says to one question."""
        self.asked.append(path)
        if path.endswith("openid-configuration"):
            said = {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.configuration,
            }
        elif path == "/keys":
            said = {"keys": self.published or [self.key.as_dict(private=False)]}
        else:
            self.forms.append(parse_qs(form))
            if self.answer is not None:
                return self.answer
            said = {"access_token": "a", "token_type": "Bearer", "id_token": self.signed()}
        return 200, json.dumps(said).encode(), {}

    def signed(self) -> str:
        """The token it gives."""
        if self.token is not None:
            return self.token
        now = int(self.clock.moment.timestamp())
        said = {"iss": self.issuer, "sub": "zhou", "aud": CLIENT, "iat": now, "exp": now + 300}
        claims = {**said, "nonce": self.nonce, **self.claims}
        kept = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.key.kid, **self.header}
        return jwt.encode(header, kept, self.key, algorithms=[self.algorithm])

    def come_back(self, client: TestClient, **said: str) -> Any:
        """Begin a sign-in, and come back from it with a code."""
        sent = parse_qs(urlsplit(begin(client)).query)
        self.nonce = sent["nonce"][0]
        query = {"code": "c", "state": sent["state"][0], **said}
        return client.get(RETURN, params=query, headers=HTML)


@contextlib.contextmanager
def crooked(clock: FixedClock) -> Iterator[Crooked]:
    """Serve such an issuer on this machine."""
    about = Crooked(clock)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, form: str = "") -> None:
            status, content, headers = about.answered(self.path, form)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(content)

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

        def log_message(self, *said: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    about.port = server.server_port
    running = threading.Thread(target=server.serve_forever, args=(0.05,))
    running.start()
    try:
        yield about
    finally:
        server.shutdown()
        running.join()
        server.server_close()
