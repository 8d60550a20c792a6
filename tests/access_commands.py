"""The commands about who gets in, as fault points walk them; who is signed out does nothing else in them."""

from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient

from api.outside.issuer import Issuer
from api.outside.provider import Provider
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import PASSWORD, Hall, Person, new_key

IDENTITIES = "/api/identities"
WHO, ENDED = "G101", "Z201"
SESSIONS = f"/api/accounts/{ENDED}/sessions/end"
REASON = {"reason": "工作站遗失"}
ISSUER = "https://id.example.cn"


def configure(client: TestClient) -> None:
    """Let the office have an issuer that nobody asks anything."""
    issuer = Issuer(ISSUER, "tongban", "secret", "http://127.0.0.1:8000")
    client.app.state.provider = Provider(issuer)  # type: ignore[attr-defined]


def binding() -> dict[str, Any]:
    """An identity that nobody has yet."""
    return {"staff_no": WHO, "subject": f"subject {new_key()}", "basis": "统一身份目录〔2026〕1号"}


def bound(hall: Hall) -> str:
    """A binding that nobody but whoever asks knows of."""
    configure(hall.client)
    made = hall.secadmin.post(IDENTITIES, binding(), status=201)
    return str(made["identity_id"])


def signed_in(hall: Hall) -> str:
    """Somebody who has just signed in and does nothing else; his number."""
    Person(hall.client, ENDED)
    return ENDED


def leave_rows(hall: Hall) -> None:
    """A binding that was made and ended, and a session that was ended."""
    number = bound(hall)
    hall.secadmin.post(f"{IDENTITIES}/{number}/end", REASON)
    signed_in(hall)
    hall.secadmin.post(SESSIONS, REASON)


def bodies() -> dict[str, Callable[[], Any]]:
    """Bodies that fit each of these operations."""
    return {
        "POST /api/identities": binding,
        "POST /api/identities/{identity_id}/end": lambda: REASON,
        "POST /api/accounts/{staff_no}/sessions/end": lambda: REASON,
        "POST /api/session/signing-key": lambda: {"password": PASSWORD},
    }


def _bind(office: CommandedOffice) -> Ready:
    configure(office.hall.client)
    return office.post("secadmin", IDENTITIES, binding())


def _end(office: CommandedOffice) -> Ready:
    return office.post("secadmin", f"{IDENTITIES}/{bound(office.hall)}/end", REASON)


def _end_sessions(office: CommandedOffice) -> Ready:
    signed_in(office.hall)
    return office.post("secadmin", SESSIONS, REASON)


def _open_key(office: CommandedOffice) -> Ready:
    """In a session that has its key already: what the password opens, another test says."""
    return office.post("C001", "/api/session/signing-key", {"password": PASSWORD})


ACCESS_COMMANDS: tuple[Command, ...] = (
    Command("bind an identity", f"POST {IDENTITIES}", _bind, 201),
    Command("end an identity", f"POST {IDENTITIES}/{{identity_id}}/end", _end),
    Command("end sessions", "POST /api/accounts/{staff_no}/sessions/end", _end_sessions),
    Command("open one's key", "POST /api/session/signing-key", _open_key),
)
