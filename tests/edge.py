"""A very small office for tests of the edge: one agency, one teller, and routes of the test's own."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import select
from starlette.testclient import TestClient

from api import problems, shipped
from api.application import Application
from api.composition import Opened
from api.running.following import Following
from api.signing_in import sessions
from authz.offices import accounts, agencies, people
from authz.personnel import appointments
from authz.signing_in import passwords
from database import connection, keys, migrating
from database.connection import Sessions
from database.keys import Keyring
from engine.defining.definitions import Catalogue
from engine.journal import JournalEntry
from engine.office import Office
from engine.rules import risk

AGENCY = "610100"
STAFF_NO = "T1"
PASSWORD = "correct-horse"
ID_NO = "11010519491231002X"


def small_office(url: str, *, demo: bool = False) -> Sessions:
    """An empty database, migrated by its owner, with one agency and one teller in it."""
    keys.install(Keyring(secrets.token_bytes(32)))
    migrating.migrate(url)
    office = Sessions(connection.connect(url))
    with office.command() as session:
        agencies.add(session, code=AGENCY, name="测试市", kind="province")
        account_id = accounts.open_account(
            session,
            staff_no=STAFF_NO,
            person_id=people.find_or_add(session, id_no=ID_NO, name="王五"),
            agency=AGENCY,
            password_hash=passwords.hash_password(PASSWORD),
            demo=demo,
        )
        appointments.appoint(session, account_id, "teller", agency=AGENCY)
    return office


@contextmanager
def client_of(
    office: Sessions, router: APIRouter, data_dir: Path, peer: str = "127.0.0.1"
) -> Iterator[TestClient]:
    """A client of an application with sign-in and these routes; defects answer, they don't raise."""
    app = Application(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.sessions = office
    bare = Office(Catalogue([], None), risk.load(shipped.risk_levels()), data_dir)
    app.state.office, app.state.rules = bare, Following(Opened(bare, office))
    app.include_router(sessions.router)
    app.include_router(router)
    problems.register(app)
    with TestClient(app, raise_server_exceptions=False, client=(peer, 50000)) as client:
        yield client


def sign_in(client: TestClient) -> dict[str, str]:
    """Sign the teller in; the headers of his further requests. The cookie is thrown away."""
    answer = client.post("/api/session", json={"staff_no": STAFF_NO, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    client.cookies.clear()
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def journalled(office: Sessions) -> list[tuple[str, str | None]]:
    """Action and rule of every entry of the office's journal, in order."""
    with office.reading() as session:
        rows = session.execute(
            select(JournalEntry.action, JournalEntry.rule).order_by(JournalEntry.entry_id)
        )
        return [(row.action, row.rule) for row in rows]
