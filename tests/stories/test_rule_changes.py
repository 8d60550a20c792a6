"""Rules are changed like money: signed by the province, dated, shown with their effect."""

from typing import Any

from oversight import verification
from tests import changed_rules
from tests.changed_rules import applied, approved, handed_in, line
from tests.people import Hall


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
