"""A running server as its callers see it: its metrics, a request that arrives in two parts, its door."""

import http.client
import json
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from api import composition
from api.demonstration import demo
from api.settings import Settings
from database import keys, migrating
from jobs import store
from tests.databases import APP, Cluster, Database, SqliteFiles
from tests.people import PASSWORD
from tests.running_server import RunningServer

PATIENCE_SECONDS = 120
_PROCESS = re.compile(r'^process_resident_memory_bytes\{pid="(\d+)"\} [1-9]', re.MULTILINE)
_IN_PROGRESS = re.compile(r"^tongban_requests_in_progress\S* (\d+)", re.MULTILINE)
_CHECKED = re.compile(r'^tongban_requests_total\{\S*route="/healthz"\S* (\d+)', re.MULTILINE)


def settings_of(database: Database, data_dir: Path) -> Settings:
    """The settings of an office over this database."""
    return Settings(
        database_url=database.url,
        data_dir=data_dir,
        key_file=database.keys,
        migration_url=database.migration_url,
    )


def demo_office_of_today(database: Database) -> None:
    """Fill a template: a server in a process of its own has no clock of ours."""
    keys.install(keys.load(database.keys))
    role = APP if database.migration_url else None
    migrating.migrate(database.owner_url, app_role=role)
    store.migrate(database.owner_url, role)
    opened = composition.open_office(settings_of(database, database.keys.parent / "data-of-today"))
    with opened.sessions.command() as session:
        demo.load(session)
    composition.take_effect(opened)
    opened.sessions.engine.dispose()


def office_of_today(server: SqliteFiles | Cluster) -> Database:
    """A copy of today's demo office; its keys are this process's own, whoever filled the template."""
    database = server.filled(demo_office_of_today)
    keys.install(keys.load(database.keys))
    return database


def until(true: Callable[[], bool], server: RunningServer) -> None:
    """Wait until something is true, and fail with what the server said where it never is."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, server.said()
        time.sleep(0.02)


def ask(server: RunningServer, method: str, path: str, body: Any = None, token: str = "") -> bytes:
    """One request on a connection of its own, which must be answered well; the answer's content."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"{method}-{path}-{token}"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status < 300, content
        return content
    finally:
        connection.close()


def sign_in(server: RunningServer) -> str:
    """Sign T101 in; his token."""
    said = ask(server, "POST", "/api/session", {"staff_no": "T101", "password": PASSWORD})
    token: str = json.loads(said)["token"]
    return token


def an_example(server: RunningServer) -> dict[str, Any]:
    """What a level-3 case says."""
    examples = json.loads(ask(server, "GET", "/api/demo"))["examples"]
    body: dict[str, Any] = dict(examples["enrollment_certificate"][0])
    body.pop("expect")
    return body


def workers(server: RunningServer) -> set[int]:
    """The processes that serve; each has given a sign since it began."""
    return {int(found) for found in _PROCESS.findall(ask(server, "GET", "/metrics").decode())}


def in_progress(server: RunningServer) -> int:
    """How many requests are being answered, whoever answers them, without the one that asks this."""
    text = ask(server, "GET", "/metrics").decode()
    return sum(int(found) for found in _IN_PROGRESS.findall(text)) - 1


def checks_counted(server: RunningServer) -> int:
    """How often ``/healthz`` was answered, whoever answered."""
    return sum(int(n) for n in _CHECKED.findall(ask(server, "GET", "/metrics").decode()))


def is_closed(server: RunningServer) -> bool:
    """Whether a new connection is refused."""
    try:
        socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS).close()
    except ConnectionRefusedError:
        return True
    return False


class HalfSent:
    """A command whose body is sent in two halves, the second one when the test says so."""

    def __init__(self, server: RunningServer, token: str, path: str, body: Any) -> None:
        content = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nIdempotency-Key: half-sent\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        ).encode()
        self._rest = content[len(content) // 2 :]
        self._wire = socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS)
        self._wire.sendall(head + content[: len(content) // 2])

    def finish(self) -> http.client.HTTPResponse:
        """Send the rest; the whole answer."""
        self._wire.sendall(self._rest)
        return self.heard()

    def heard(self) -> http.client.HTTPResponse:
        """The answer; raises an OSError or HTTPException where the connection ends without one."""
        answer = http.client.HTTPResponse(self._wire)
        answer.begin()
        return answer

    def close(self) -> None:
        """Hang up."""
        self._wire.close()
