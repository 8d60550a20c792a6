"""Acts sent over a real connection, by somebody who knows whether he read a whole answer or not."""

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any

ANSWERED_WELL = b"HTTP/1.1 2"
TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, content, and whether the server says it gave it before."""

    status: int
    content: bytes
    replayed: bool

    @property
    def done(self) -> bool:
        """Whether what was asked for happened."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The content."""
        return json.loads(self.content)


@dataclass(slots=True)
class Act:
    """One command of one person under one key; ``case`` is what he saw of it.

    ``answer`` is None while it is in doubt: nobody read a whole answer, or it was a 503. ``unread``
    tells of an answer that had come, a good one, and that nobody read.
    """

    staff_no: str
    kind: str
    key: str
    path: str
    body: bytes
    media_type: str = "application/json"
    case_no: str | None = None
    case: Any = None
    answer: Answer | None = None
    unread: bool = False

    @property
    def done(self) -> bool:
        """Whether it is known to have happened."""
        return self.answer is not None and self.answer.done


class Wire:
    """A person's connection to a server; a broken one is opened again by the next act."""

    def __init__(self, port: int, token: str) -> None:
        self._token = token
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)

    def send(self, act: Act) -> Answer | None:
        """The whole answer, or None where it didn't come."""
        try:
            self._request(act)
            answer = self._connection.getresponse()
            replayed = answer.getheader("idempotency-replayed") == "true"
            return Answer(answer.status, answer.read(), replayed)
        except (OSError, http.client.HTTPException):
            self.close()
            return None

    def send_unread(self, act: Act) -> bool:
        """Hang up when the answer begins to arrive; whether it was one that says "done"."""
        try:
            self._request(act)
            arrived = self._connection.sock.recv(len(ANSWERED_WELL), socket.MSG_PEEK)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            self.close()
        return bool(arrived == ANSWERED_WELL)

    def get(self, path: str) -> Any:
        """The JSON of something that can be read."""
        self._connection.request("GET", path, headers={"Authorization": f"Bearer {self._token}"})
        answer = self._connection.getresponse()
        content = answer.read()
        assert answer.status == 200, content
        return json.loads(content)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _request(self, act: Act) -> None:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Idempotency-Key": act.key,
            "Content-Type": act.media_type,
        }
        self._connection.request("POST", act.path, act.body, headers)


def sign_in(port: int, staff_no: str, password: str) -> str:
    """The token of a new sign-in; it outlives the server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    body = json.dumps({"staff_no": staff_no, "password": password})
    connection.request("POST", "/api/session", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.status == 201, content
    return str(json.loads(content)["token"])
