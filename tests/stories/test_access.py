"""Three administrators with acts of their own: the one of security ends sessions, the third reads of it."""

from collections.abc import Callable

from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from authz.signing_in.identity_record import IdentityEnd, OutsideIdentity, SessionEnding
from database import connection
from oversight import office_rows
from tests import access_commands
from tests.book import without_triggers
from tests.databases import Database
from tests.people import PASSWORD, Hall, Person

REASON = {"reason": "工作站遗失"}


def test_a_security_administrator_ends_sessions(hall: Hall, client: TestClient) -> None:
    first, second = Person(client, "T101"), Person(client, "T101")
    path = "/api/accounts/T101/sessions"
    listed = hall.secadmin.get(path)["items"]
    assert [one["outside"] for one in listed] == [False, False]
    for name in ("admin", "auditadmin", "S101", "C001", "T101"):
        assert getattr(hall, name).get(path, 403)["rule"] == "post.missing"
        assert getattr(hall, name).post(f"{path}/end", REASON, status=403)["rule"] == "post.missing"
    assert hall.secadmin.post(f"{path}/end", {}, status=422)["rule"] == "form.invalid"
    unknown = {**REASON, "session_id": 10**12}
    assert hall.secadmin.post(f"{path}/end", unknown, status=404)["rule"] == "session.not_found"
    gone = "/api/accounts/NOBODY/sessions"
    assert hall.secadmin.get(gone, 404)["rule"] == "account.not_found"

    oldest = min(one["session_id"] for one in listed)
    said = {**REASON, "session_id": oldest}
    assert hall.secadmin.post(f"{path}/end", said) == {"staff_no": "T101", "ended": 1}
    assert first.get("/api/sessions", 401)["rule"] == "session.missing"
    second.get("/api/sessions")
    open_now = len(hall.secadmin.get(path)["items"])
    assert hall.secadmin.post(f"{path}/end", REASON)["ended"] == open_now
    second.get("/api/sessions", 401)
    assert hall.secadmin.post(f"{path}/end", REASON, status=404)["rule"] == "session.not_found"


def test_three_administrators_have_nothing_in_common(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    number = hall.T101.accept(body)["case_no"]
    task = hall.R101.case(number)["waiting"][0]["task_id"]
    seen = hall.auditadmin.case(number)["seen"]
    assert hall.auditadmin.findings(number) == []
    hall.auditadmin.get("/api/audit/journal")
    said = {"decision": "approve", "opinion": "同意", "password": PASSWORD, "seen": seen}
    for name in ("admin", "secadmin"):
        getattr(hall, name).case(number, 404)
        getattr(hall, name).get("/api/audit/journal", 403)
    for name, status in (("admin", 404), ("secadmin", 404), ("auditadmin", 403)):
        person = getattr(hall, name)
        person.post(f"/api/tasks/{task}/sign", said, status=status)
        person.accept(body, 403)


def test_what_is_edited_in_the_database_is_found(hall: Hall, database: Database) -> None:
    """A binding turned to another account, its end taken back, a session's end put on somebody else."""
    access_commands.leave_rows(hall)
    without_triggers(database)
    engine = connection.connect(database.owner_url)

    def found(edit: Callable[[Session], object]) -> set[tuple[str, str]]:
        with Session(engine) as session:
            edit(session)
            said = {(finding.row, finding.rule) for finding in office_rows.check(session)}
            session.rollback()
        return said

    assert found(lambda _: None) == set()
    other = {"account_id": OutsideIdentity.bound_by}
    assert found(lambda s: s.execute(update(OutsideIdentity).values(other))) == {
        ("outside_identities#1", "office.altered")
    }
    assert found(lambda s: s.execute(delete(IdentityEnd))) == {
        ("outside_identity_ends#1", "office.missing")
    }
    assert found(lambda s: s.execute(update(SessionEnding).values(reason="另有原因"))) == {
        ("session_endings#1", "office.altered")
    }
    engine.dispose()
