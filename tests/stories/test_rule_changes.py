"""Rules are changed like money: signed by the province, dated, shown with their effect."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from api import composition, shipped
from api.composition import Opened
from api.running import health, serving
from api.settings import Settings
from authz.offices.accounts import Account
from database import connection
from database.clock import FixedClock
from database.connection import OfficeSession
from engine.rules import rule_registering
from engine.rules.rule_record import RuleStart, RuleText, RuleVersion
from engine.timing import workdays
from oversight import office_rows, registered_rules, verification
from register import parameters
from tests import book, changed_rules, conftest
from tests.changed_rules import applied, approved, handed_in, line
from tests.databases import Database
from tests.people import Hall


@pytest.fixture
def forgotten(tmp_path: Path) -> Iterator[None]:
    """What a test's office worked by is not what the next test computes and counts with."""
    yield
    parameters.use(None)
    workdays.use(tmp_path / "of-nobody")


@contextmanager
def owner(database: Database) -> Iterator[Session]:
    """A session of the schema's owner, which may be rolled back."""
    engine = connection.connect(database.owner_url)
    with OfficeSession(engine) as session:
        yield session
        session.commit()
    engine.dispose()


def busy(opened: Opened) -> Opened:
    """What starts rules, while somebody else writes for long."""
    raise OperationalError("BEGIN", None, Exception(f"{opened.sessions.engine.url} is locked"))


def of_office(hall: Hall) -> list[str]:
    """The rules of what verification of the whole office finds."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        return [found.rule for found in verification.verify_office(session, state.office)]


def test_a_risk_table_is_changed_and_works_at_once(hall: Hall) -> None:
    body = hall.example("enrollment_certificate", 3)
    before = hall.T101.accept(body)["case_no"]
    first = line(hall, "risk_table", "risk_levels")
    assert (first["case_no"], first["version"]) == (None, 1)

    digest = handed_in(hall, "risk_table", "risk_levels", changed_rules.stricter_table())
    shown = hall.S000.get(f"/api/rules/texts/{digest}")
    assert [one["kind"] for one in shown["difference"]].count("added") == 1
    effect = shown["effect"]
    assert (effect["cases"], effect["other"], effect["unknown"]) == (1, 1, 0)
    assert effect["items"][0]["case_no"] == before
    assert effect["items"][0]["after"]["risk_level"] == 2
    case_no = applied(hall, digest)
    assert hall.C000.get(f"/api/rules/changes/{case_no}") == shown
    assert hall.T101.accept(body)["risk_level"] == 3
    approved(hall, case_no)

    now = line(hall, "risk_table", "risk_levels")
    assert (now["case_no"], now["effective_from"]) == (case_no, "2026-11-02")
    taken = hall.T101.accept(body)
    assert (taken["risk_level"], taken["status"]) == (2, "in_progress")
    assert hall.R101.sign(taken["case_no"])["status"] == "completed"
    assert hall.A101.findings(taken["case_no"]) == hall.A101.findings(before) == []
    assert of_office(hall) == []


@pytest.mark.usefixtures("forgotten")
def test_a_rate_is_changed_on_its_day_and_returned_before(hall: Hall, clock: FixedClock) -> None:
    """Corrected after a return, approved for a later day, in force at the first request of that day."""
    body = hall.example("retirement_approval", 1, "county")
    case_no = hall.T101.accept(body)["case_no"]
    digest = handed_in(hall, "parameters", "payment_months", changed_rules.other_divisor())
    effect = hall.S000.get(f"/api/rules/texts/{digest}")["effect"]
    assert (effect["other"], effect["unknown"]) == (1, 0)
    assert effect["items"][0]["case_no"] == case_no
    assert effect["items"][0]["differs"] == ["posting"]

    change = applied(hall, digest, "2026-11-03")
    hall.C000.sign(change, "return", reasons=["other"])
    form = {**hall.S000.case(change)["form"], "effective_on": "2026-11-04"}
    wrong = {"form": {**form, "rule_name": "pension"}}
    refused = hall.S000.post(f"/api/cases/{change}/correction", wrong, status=422)
    assert refused["errors"][0]["rule"] == "rule_change.text"
    hall.S000.post(f"/api/cases/{change}/correction", {"form": form})
    approved(hall, change)
    assert line(hall, "parameters", "payment_months")["case_no"] is None
    to_come = hall.S000.get("/api/rules")["to_come"]
    assert [(one["case_no"], one["effective_from"]) for one in to_come] == [(change, "2026-11-04")]

    clock.moment += timedelta(days=2)
    hall = Hall(hall.client)
    assert line(hall, "parameters", "payment_months")["case_no"] == change
    clock.moment += timedelta(days=1)
    hall = Hall(hall.client)
    assert line(hall, "parameters", "payment_months")["case_no"] == change
    # Whoever signs next is shown what the case would write now.
    returned = hall.R101.sign(case_no)
    assert (returned["status"], returned["decided"]["reasons"]) == (
        "returned",
        ["register_changed"],
    )
    assert of_office(hall) == []


@pytest.mark.usefixtures("forgotten")
def test_a_year_is_added_by_a_case(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it can't be put in force with the approval, that stands, and the next request does it."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    assert 2028 not in state.office.rules.calendars
    digest = handed_in(hall, "calendar", "2028", changed_rules.year(2028, [date(2028, 1, 3)]))
    number = applied(hall, digest)
    with monkeypatch.context() as locked:
        locked.setattr(composition, "take_effect", busy)
        approved(hall, number)
        assert 2028 not in state.office.rules.calendars
    hall.S000.get("/api/rules")
    assert not workdays.is_working_day(date(2028, 1, 3))
    assert workdays.is_working_day(date(2028, 1, 4))
    provisional = changed_rules.year(2028, [date(2028, 1, 4)]).replace(
        "verified: true", "verified: false"
    )
    said = {"kind": "calendar", "name": "2028", "text": provisional}
    assert hall.S000.post("/api/rules/texts", said, status=422)["rule"] == "rule_change.text"
    assert of_office(hall) == []


def test_only_the_province_changes_rules(hall: Hall) -> None:
    said = {"kind": "risk_table", "name": "risk_levels", "text": changed_rules.stricter_table()}
    refused = hall.S101.post("/api/rules/texts", said, status=403)
    assert refused["rule"] == "rule_change.not_province"
    assert hall.T101.post("/api/rules/texts", said, status=403)["rule"] == "post.missing"
    for text, rule in (
        (Path(shipped.risk_levels()).read_text("utf-8"), "rule_change.unchanged"),
        (said["text"].replace("level: 1", "level: 3"), "rule_change.text"),
        ("not a table", "rule_change.text"),
    ):
        wrong = hall.S000.post("/api/rules/texts", {**said, "text": text}, status=422)
        assert wrong["rule"] == rule
    unknown = {"digest": "0" * 64, "effective_on": "2026-12-01", "basis": "无"}
    hall.S000.post("/api/rules/changes", unknown, status=404)
    hall.T101.accept(
        {**hall.example("account_adjustment", 1, "county"), "process": "rule_change"}, status=404
    )


@pytest.mark.usefixtures("hall")
def test_a_file_that_is_not_registered_is_not_used(
    database: Database,
    settings: Settings,
    tmp_path: Path,
) -> None:
    """An agency's own office works by what is registered, says so, and takes the file by a case alone."""
    own = tmp_path / "own.yaml"
    own.write_text(changed_rules.stricter_table(), encoding="utf-8")
    with owner(database) as session:
        session.execute(update(Account).values(demo=False))
    opened = composition.open_office(
        replace(settings, risk_levels=own), FixedClock(conftest.MOMENT)
    )
    opened.sessions.engine.dispose()

    assert opened.office.risk.entries["enrollment_certificate"].level == 3
    assert rule_registering.differing(opened.office) == [("risk_table", "risk_levels")]
    assert "risk_table risk_levels" in (serving.rules_warning(opened.office) or "")
    assert health.noted(opened.office)[0]["what"] == "rules"
    with owner(database) as session:
        kept = session.execute(select(RuleVersion).limit(1)).scalar_one()
        forged = {name: getattr(kept, name) for name in ("digest", "kind", "name", "registered_at")}
        forged |= {"effective_from": kept.effective_from, "basis": "无"}
        with pytest.raises(DBAPIError):
            session.execute(insert(RuleVersion), forged)
        session.rollback()


def test_what_was_done_to_the_register_of_rules_is_found(hall: Hall, database: Database) -> None:
    digest = handed_in(hall, "risk_table", "risk_levels", changed_rules.stricter_table())
    approved(hall, applied(hall, digest))
    book.without_triggers(database)
    of_it = RuleVersion.digest == digest
    edits = (
        (
            "rule_text.altered",
            update(RuleText).where(RuleText.digest == digest).values(content="-"),
        ),
        ("rule_version.not_as_signed", update(RuleVersion).where(of_it).values(basis="另一文件")),
        ("rule_version.unsigned", update(RuleVersion).where(of_it).values(case_no="9900002026-9")),
        ("rule_version.missing_entry", update(RuleVersion).where(of_it).values(case_no=None)),
        ("rule_start.early", update(RuleVersion).values(effective_from=date(2026, 12, 1))),
        ("office.altered", update(RuleStart).values(started_at=conftest.MOMENT - timedelta(1))),
    )
    for rule, edit in edits:
        with owner(database) as session:
            session.execute(edit)
            found = [*registered_rules.check(session), *office_rows.check(session)]
            session.rollback()
        assert rule in {one.rule for one in found}
