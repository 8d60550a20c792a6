"""A process is retired by a signed case: on its day nobody accepts it, open cases end, and all say so."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from api import shipped
from api.running import health, serving
from database.clock import FixedClock
from engine.record import Case
from oversight import verification
from tests import book, changed_definitions, changed_rules
from tests.databases import Database
from tests.people import Hall

ENDED, INSTEAD = "account_adjustment", "account_query"
REASON = "并入个人账户查询办理"
Start = Callable[[], TestClient]


@pytest.fixture
def body(start_office: Start) -> dict[str, Any]:
    """What is accepted at level 1 while the process is offered."""
    found: dict[str, Any] = Hall(start_office()).example(ENDED, 1, "county")
    return found


def handed_in(hall: Hall, status: int = 201, **said: Any) -> Any:
    """Hand in the end of a process."""
    given = {"process": ENDED, "reason": REASON} | said
    return hall.S000.post("/api/rules/retirements", given, status=status)


def retired(hall: Hall, effective_on: str = "2026-11-01", **said: Any) -> str:
    """Have a process retired; the case."""
    case_no = changed_rules.applied(hall, handed_in(hall, **said)["digest"], effective_on)
    changed_rules.approved(hall, case_no)
    return case_no


def found_in(hall: Hall) -> list[str]:
    """What verification of the whole office finds."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        found = verification.verify_office(session, state.office)
        return [str(one) for one in found if not one.row.startswith("accounts#")]


def test_nobody_accepts_it_from_its_day_on_and_open_cases_end(
    start_office: Start, body: dict[str, Any], clock: FixedClock
) -> None:
    """Seen with what it touches, signed by three, in force on its day on a node that wasn't started anew."""
    hall, node = Hall(start_office()), Hall(start_office())
    old = hall.T101.accept(body)["case_no"]
    returned = hall.T101.accept(body)["case_no"]
    digest = handed_in(hall, successor=INSTEAD)["digest"]
    shown = hall.S000.get(f"/api/rules/texts/{digest}")
    said = shown["retirement"]
    assert said["successor"]["code"] == INSTEAD
    assert (said["open_cases"], said["in_force"]) == (2, False)
    assert said["risk_entry"] == {"risk_level": 1, "route": "county"}
    effect = shown["effect"]
    assert (effect["cases"], effect["other"], effect["unknown"]) == (2, 2, 0)
    assert {one["after"]["refused"] for one in effect["items"]} == {"process.retired"}
    case_no = changed_rules.applied(hall, digest, "2026-11-04")
    changed_rules.approved(hall, case_no)
    (comes,) = hall.S000.get("/api/rules")["to_come"]
    assert (comes["name"], comes["retires"], comes["taken_back"]) == (ENDED, True, False)
    assert "自 2026-11-04 起不再受理" in node.client.get(f"/guides/{ENDED}").text
    assert hall.T101.accept(body)["status"] == "in_progress"

    clock.moment += timedelta(days=3)
    hall, node = Hall(hall.client), Hall(node.client)
    refused = node.T101.accept(body, status=409)
    assert refused["rule"] == "process.retired"
    assert (refused["since"], refused["successor"]) == ("2026-11-04", INSTEAD)
    assert refused["case_no"] == case_no
    assert {one["post"] for one in refused["who_can"]} == {"supervisor"}
    assert [one["staff_no"] for one in refused["who_can"][0]["staff"]] == ["S000"]

    offered = {one["code"] for one in node.client.get("/api/processes").json()}
    assert ENDED not in offered
    process = node.client.get(f"/api/processes/{ENDED}").json()
    assert (process["retired"]["since"], process["registered"]) == ("2026-11-04", None)
    assert process["retired"]["case_no"] == case_no
    guide = node.client.get(f"/guides/{ENDED}").text
    assert "自 2026-11-04 起不再受理" in guide
    assert f'href="/guides/{INSTEAD}"' in guide
    assert "自 2026-11-04 起停办" in node.client.get("/guides").text
    line = next(one for one in node.S000.get("/api/rules")["items"] if one["name"] == ENDED)
    assert line["retired"] == {"reason": REASON, "successor": INSTEAD}

    for signer in (node.R101, node.D101, node.Z101):
        case = signer.sign(old)
    assert case["status"] == "completed"
    node.R101.sign(returned, "return")
    node.T101.post(f"/api/cases/{returned}/correction", {"form": body["form"]})
    for signer in (node.R101, node.D101, node.Z101):
        case = signer.sign(returned)
    assert case["status"] == "completed"
    assert hall.S000.get(f"/api/rules/changes/{case_no}")["refused"] is None
    assert found_in(node) == []


def test_what_cant_be_retired(start_office: Start) -> None:
    """The office's own registers, what nobody offers, twice, for no successor; and by the province alone."""
    hall = Hall(start_office())
    for code in ("rule_change", "grant_registration", "case_correction", "no_such_business"):
        assert handed_in(hall, 422, process=code)["rule"] == "rule_change.not_retirable"
    for successor in ("no_such_business", ENDED):
        refused = handed_in(hall, 422, successor=successor)
        assert refused["rule"] == "rule_change.not_retirable"
    bundled = handed_in(hall, 422, process="account_lump_sum")
    assert bundled["rule"] == "rule_change.text"
    assert "bundles account_lump_sum" in bundled["detail"]
    handed_in(hall, 422, reason="两\n行的理由")
    text = {"kind": "definition", "name": ENDED, "text": "retired\nwhy: 不办了\n"}
    assert hall.S000.post("/api/rules/texts", text, status=422)["rule"] == "rule_change.text"
    county = {"process": ENDED, "reason": REASON}
    assert hall.S101.post("/api/rules/retirements", county, status=403)["rule"] == (
        "rule_change.not_province"
    )
    digest = handed_in(hall, reason="另一个理由")["digest"]
    waits = changed_rules.applied(hall, digest, "2026-11-02")
    retired(hall)
    # What another case has overtaken can't be signed any more: it goes back to whoever applied.
    overtaken = hall.C000.sign(waits)
    assert (overtaken["status"], overtaken["decided"]["reasons"]) == (
        "returned",
        ["register_changed"],
    )
    assert handed_in(hall, 422)["rule"] == "rule_change.unchanged"
    assert handed_in(hall, 422, reason="另一个理由")["rule"] == "rule_change.not_retirable"
    grant = {
        "agency": "610102",
        "post": "teller",
        "process": ENDED,
        "act": "handle",
        "valid_from": "2026-11-03",
        "basis": "授权〔2026〕1号",
    }
    assert hall.S101.post("/api/grants", grant, status=409)["rule"] == "process.retired"


def test_it_is_taken_back_before_its_day(
    start_office: Start, body: dict[str, Any], clock: FixedClock
) -> None:
    """By a further signed case for the same day, that puts the version in force in its place."""
    hall = Hall(start_office())
    retired(hall, "2026-11-04")
    manifest = hall.client.app.state.office.in_force.texts()["definition", ENDED]  # type: ignore[attr-defined]
    digest = changed_rules.handed_in(hall, "definition", ENDED, manifest)
    said = {"digest": digest, "effective_on": "2026-11-03", "basis": "省局便函〔2026〕8号"}
    assert hall.S000.post("/api/rules/changes", said, status=422)["rule"] == "rule_change.unchanged"
    changed_rules.approved(hall, changed_rules.applied(hall, digest, "2026-11-04"))
    comes = hall.S000.get("/api/rules")["to_come"]
    assert [(one["retires"], one["taken_back"]) for one in comes] == [(True, True), (False, False)]
    clock.moment += timedelta(days=3)
    hall = Hall(hall.client)
    assert hall.T101.accept(body)["status"] == "in_progress"
    assert found_in(hall) == []


def test_it_is_taken_up_again_by_registering_a_version(
    start_office: Start, body: dict[str, Any], clock: FixedClock
) -> None:
    hall = Hall(start_office())
    retired(hall)
    hall.T101.accept(body, status=409)
    again = changed_definitions.proposed(hall, ENDED)["digest"]
    changed_rules.approved(hall, changed_rules.applied(hall, again))
    assert hall.client.get(f"/api/processes/{ENDED}").json()["retired"] is None
    clock.moment += timedelta(hours=1)
    assert Hall(hall.client).T101.accept(body)["status"] == "in_progress"
    assert found_in(hall) == []


@pytest.mark.slow
def test_an_installed_folder_of_it_stops_no_start_and_comes_back_not_by_itself(
    start_office: Start, body: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a demo office, which registers what is installed: neither altered nor broken nor absent."""
    hall = Hall(start_office())
    old = hall.T101.accept(body)["case_no"]
    retired(hall)
    folder = changed_definitions.shipped_copy(tmp_path)
    monkeypatch.setattr(shipped, "process_folder", lambda: folder)
    posting = folder / ENDED / "posting.py"
    changed_definitions.alter(posting, "memo=form.reason_code", 'memo=f"R {form.reason_code}"')
    node = Hall(start_office())
    assert node.T101.accept(body, status=409)["rule"] == "process.retired"
    posting.write_text("def posting(:\n", encoding="utf-8")
    node = Hall(start_office())
    state: Any = node.client.app.state  # type: ignore[attr-defined]
    assert ENDED in state.office.unusable
    assert serving.rules_warning(state.office) is None
    assert [one for one in health.noted(state.office) if one["what"] == "rules"] == []
    assert node.T101.accept(body, status=409)["rule"] == "process.retired"
    shutil.rmtree(folder / ENDED)
    node = Hall(start_office())
    assert node.client.get(f"/api/processes/{ENDED}").json()["retired"]["since"] == "2026-11-02"
    for signer in (node.R101, node.D101, node.Z101):
        case = signer.sign(old)
    assert case["status"] == "completed"
    assert found_in(node) == []


@pytest.mark.slow
def test_a_case_after_its_end_is_found(
    start_office: Start, body: dict[str, Any], database: Database, clock: FixedClock
) -> None:
    """Who has it accepted all the same, past the office, is found."""
    hall = Hall(start_office())
    number = hall.T101.accept(body)["case_no"]
    retired(hall)
    assert found_in(hall) == []
    book.without_triggers(database)
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    later = clock.moment + timedelta(hours=2)
    with changed_definitions.owner(database) as session:
        session.execute(update(Case).where(Case.case_no == number).values(accepted_at=later))
        found = {one.rule for one in verification.verify_office(session, state.office)}
        session.rollback()
    assert "definition.not_in_force" in found
