"""One uvicorn worker over a bench office in a process of its own, on loopback, and a cheap client.

The server has one route more than the application: a POST that does one durable insert in one transaction
of the same connection pool, which is the floor of everything it can do.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import text
from starlette.responses import Response

from api import app, settings
from api.demonstration import demo
from api.dependencies import Asking
from benchmarks._office import Place
from database import connection
from database.connection import Sessions

HOST = "127.0.0.1"
START_SECONDS = 300
CREATE = "CREATE TABLE bench_floor (row_id INTEGER PRIMARY KEY, said TEXT)"


def run(port: int) -> None:
    """The server's process: the office of the environment, and the floor."""
    application = app.create_app(settings.read(os.environ))
    sessions: Sessions = application.state.sessions

    @application.post("/bench/floor")
    def floor(caller: Asking) -> Response:
        del caller
        with sessions.command() as session:
            session.execute(
                text("INSERT INTO bench_floor (said) VALUES (:said)"), {"said": "x" * 200}
            )
        return Response(b"{}", 201, media_type="application/json")

    uvicorn.run(application, host=HOST, port=port, log_level="warning", access_log=False)


def make_floor(place: Place) -> None:
    """The floor's table, readable and writable by the application's role."""
    engine = connection.connect(place.owner_url)
    with engine.begin() as opened:
        if place.kind == "sqlite":
            opened.execute(text(CREATE))
        else:
            opened.execute(text(CREATE.replace("INTEGER PRIMARY KEY", "BIGSERIAL PRIMARY KEY")))
            opened.execute(text("GRANT INSERT ON bench_floor TO tongban_app"))
            opened.execute(text("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO tongban_app"))
    engine.dispose()


class Client:
    """One kept-alive connection of T101."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._headers = {"Content-Type": "application/json"}
        answer = self.post("/api/session", {"staff_no": "T101", "password": demo.PASSWORD}, key="")
        self._headers["Authorization"] = f"Bearer {answer['token']}"

    def post(self, path: str, body: Mapping[str, Any], *, key: str) -> Any:
        """POST and expect 201."""
        headers = {**self._headers, "Idempotency-Key": key} if key else self._headers
        self._connection.request("POST", path, json.dumps(body).encode(), headers)
        answer = self._connection.getresponse()
        said = answer.read()
        assert answer.status == 201, said
        return json.loads(said)


@contextmanager
def serving(place: Place, port: int) -> Iterator[tuple[Client, int]]:
    """A server over the place's database; a signed-in client and the server's process id."""
    environment = {
        **os.environ,
        "TONGBAN_DATABASE_URL": place.settings.database_url,
        "TONGBAN_DATA_DIR": str(place.settings.data_dir),
        "TONGBAN_KEY_FILE": str(place.settings.key_file),
        # Their schema isn't made here, and what they do beside the requests isn't measured.
        "TONGBAN_JOBS": "off",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    command = [sys.executable, "-m", "benchmarks._server", str(port)]
    with subprocess.Popen(command, env=environment) as server:  # noqa: S603 - ourselves
        try:
            yield _client(server, port), server.pid
        finally:
            server.terminate()
            server.wait(timeout=60)


def _client(server: subprocess.Popen[bytes], port: int) -> Client:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return Client(port)
        except ConnectionRefusedError:
            assert server.poll() is None, "the server did not start"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.2)


if __name__ == "__main__":
    run(int(sys.argv[1]))
