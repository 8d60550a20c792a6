"""Drafts: kept for their owner alone, written over, dropped, and never for long."""

from datetime import timedelta
from typing import Any

from sqlalchemy import create_engine, text

from database.clock import FixedClock
from tests.databases import Database
from tests.people import Hall

TYPED = {"form": {"mobile": "1390000"}, "applicant": {"name": "欧阳修远"}, "materials": {}}


def begun(hall: Hall, content: Any = TYPED) -> str:
    body = {"process": "payment_account_change", "content": content}
    draft_id: str = hall.T101.post("/api/drafts", body, status=201)["draft_id"]
    return draft_id


def put(hall: Hall, staff_no: str, draft_id: str, content: Any) -> Any:
    person = getattr(hall, staff_no)
    body = {"process": "payment_account_change", "content": content}
    return hall.client.put(f"/api/drafts/{draft_id}", json=body, headers=person.headers)


def test_a_draft_is_kept_as_typed_and_written_over(hall: Hall, clock: FixedClock) -> None:
    draft_id = begun(hall)
    assert hall.T101.get(f"/api/drafts/{draft_id}")["content"] == TYPED
    clock.moment += timedelta(minutes=1)

    changed = {**TYPED, "form": {"mobile": "13900001111"}}
    assert put(hall, "T101", draft_id, changed).status_code == 200

    kept = hall.T101.get(f"/api/drafts/{draft_id}")
    listed = hall.T101.get("/api/drafts")["items"]
    assert kept["content"] == changed
    assert listed == [{name: kept[name] for name in ("draft_id", "process", "saved_at")}]


def test_a_draft_is_nobody_elses(hall: Hall) -> None:
    draft_id = begun(hall)

    assert hall.T102.get("/api/drafts")["items"] == []
    assert hall.T102.get(f"/api/drafts/{draft_id}", 404)["rule"] == "draft.not_found"
    assert put(hall, "T102", draft_id, {}).json()["rule"] == "draft.not_found"
    gone = hall.client.delete(f"/api/drafts/{draft_id}", headers=hall.T102.headers)
    assert gone.json()["rule"] == "draft.not_found"
    # A body that doesn't fit tells nobody that the draft is there.
    wrong = hall.client.put(f"/api/drafts/{draft_id}", json={}, headers=hall.T102.headers)
    assert wrong.status_code == 404
    assert hall.T101.get(f"/api/drafts/{draft_id}")["content"] == TYPED


def test_a_discarded_draft_is_gone(hall: Hall) -> None:
    draft_id = begun(hall)

    answer = hall.client.delete(f"/api/drafts/{draft_id}", headers=hall.T101.headers)

    assert (answer.status_code, answer.content) == (204, b"")
    assert hall.T101.get(f"/api/drafts/{draft_id}", 404)["rule"] == "draft.not_found"
    assert hall.T101.get("/api/drafts")["items"] == []


def test_a_draft_that_is_too_large_is_refused(hall: Hall) -> None:
    body = {"process": "payment_account_change", "content": {"typed": "x" * 65_530}}

    assert hall.T101.post("/api/drafts", body, status=422)["rule"] == "draft.too_large"
    assert hall.T101.get("/api/drafts")["items"] == []
    body["content"] = {"typed": "x" * 65_520}
    hall.T101.post("/api/drafts", body, status=201)


def test_nobody_keeps_more_than_a_hundred(hall: Hall) -> None:
    ids = [begun(hall, {}) for _ in range(100)]
    body = {"process": "payment_account_change", "content": {}}

    assert hall.T101.post("/api/drafts", body, status=409)["rule"] == "draft.too_many"
    # One that is there can still be saved, and another person can begin one.
    assert put(hall, "T101", ids[0], TYPED).status_code == 200
    hall.T102.post("/api/drafts", body, status=201)


def test_what_nobody_saved_for_thirty_days_is_removed(hall: Hall, clock: FixedClock) -> None:
    old, other = begun(hall), hall.T102
    other_old = other.post("/api/drafts", {"process": "x", "content": {}}, status=201)
    clock.moment += timedelta(days=31)
    hall.people.clear()

    fresh = begun(hall)

    assert [draft["draft_id"] for draft in hall.T101.get("/api/drafts")["items"]] == [fresh]
    assert hall.T101.get(f"/api/drafts/{old}", 404)
    assert hall.T102.get(f"/api/drafts/{other_old['draft_id']}", 404)


def test_what_is_typed_is_not_in_the_database_in_plain(hall: Hall, database: Database) -> None:
    begun(hall)

    engine = create_engine(database.owner_url)
    with engine.connect() as opened:
        rows = [*opened.execute(text("SELECT * FROM drafts")).all()]
        rows += opened.execute(text("SELECT * FROM idempotency_keys")).all()
    engine.dispose()

    said = b"".join(bytes(v) if isinstance(v, bytes) else str(v).encode() for r in rows for v in r)
    assert len(rows) >= 2
    assert "欧阳修远".encode() not in said
    assert b"1390000" not in said
