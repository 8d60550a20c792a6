"""A grant as a case: returned, corrected, refused, withdrawn; who may take part; what verification finds."""

from typing import Any

import pytest
from sqlalchemy import insert, inspect, select
from sqlalchemy.exc import IntegrityError

from authz.granting.grant_record import Grant
from oversight import verification
from tests.granting import approved, granted
from tests.people import Hall
from tests.stories.test_grants import entry, personal


def of_office(hall: Hall) -> list[str]:
    """The rules of what verification of the whole office finds."""
    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        return [found.rule for found in verification.verify_office(session, state.office)]


def test_an_application_goes_back_is_corrected_and_approved(hall: Hall) -> None:
    number = hall.S101.post("/api/grants", personal("T102"), status=201)["case_no"]
    shown = hall.C001.case(number)
    assert (shown["route"], shown["risk_level"], shown["process"]) == (
        "registration",
        1,
        "grant_registration",
    )
    assert [entry["type"] for entry in shown["posting"]] == ["grant"]
    assert shown["posting"][0]["after"]["staff_no"] == "T102"
    for outsider in (hall.T101, hall.B101, hall.R101, hall.Z101):
        refused = outsider.sign(number, status=403)
        assert refused["rule"] in ("route.not_for_post", "post.missing", "agency.foreign")
        outsider.post(f"/api/cases/{number}/withdrawal", {"reason": "代为撤回"}, status=403)
    hall.C001.sign(number, "return", reasons=["other"])
    hall.T101.post(f"/api/cases/{number}/correction", {}, status=403)
    opened = hall.client.get(f"/grants/corrections/{number}", headers=hall.S101.headers)
    assert opened.status_code == 200, opened.text
    assert 'value="T102"' in opened.text
    form = {**shown["form"], "valid_to": "2026-11-30"}
    wrong = hall.S101.post(
        f"/api/cases/{number}/correction",
        {"form": {**form, "valid_to": "2026-11-01"}},
        status=422,
    )
    assert wrong["errors"][0]["rule"] == "grant.dates"

    corrected = hall.S101.post(f"/api/cases/{number}/correction", {"form": form})

    assert [waits["post"] for waits in corrected["waiting"]] == ["internal_control"]
    line = approved(hall, number)
    assert (line["valid_to"], line["staff_no"]) == ("2026-11-30", "T102")
    assert hall.A101.findings(number) == []
    assert of_office(hall) == []


def test_an_application_ends_refused_or_withdrawn(hall: Hall) -> None:
    first = hall.S101.post("/api/grants", entry(), status=201)["case_no"]
    second = hall.S101.post("/api/grants", entry(), status=201)["case_no"]
    listed = [line["case_no"] for line in hall.S101.get("/api/grants")["items"]]
    assert listed[:2] == [second, first]

    hall.C001.sign(first)
    refused = hall.H001.sign(first, "refuse", reasons=["other"])
    withdrawn = hall.S101.post(f"/api/cases/{second}/withdrawal", {"reason": "不再需要"})

    assert (refused["status"], withdrawn["status"]) == ("refused", "withdrawn")
    lines = hall.S101.get("/api/grants")["items"]
    assert not {first, second} & {line["case_no"] for line in lines}
    assert of_office(hall) == []


def test_a_grant_begins_at_its_approval_at_the_earliest(hall: Hall) -> None:
    """What was done without it stays done without it, whatever day the application says."""
    number = hall.S101.post("/api/grants", entry(valid_from="2026-10-01"), status=201)["case_no"]

    assert approved(hall, number)["valid_from"] == "2026-11-02"
    assert hall.A101.findings(number) == []
    assert of_office(hall) == []


def test_no_window_takes_an_application(hall: Hall) -> None:
    body = hall.example("account_adjustment", 1, "county")

    hall.T101.accept({**body, "process": "grant_registration"}, status=404)

    listed = [process["code"] for process in hall.T101.get("/api/processes")]
    assert "grant_registration" not in listed


def test_the_database_enters_no_grant_by_itself(hall: Hall) -> None:
    number = granted(hall, entry())["case_no"]
    hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    with _state(hall).sessions.reading() as session:
        entered = session.execute(select(Grant).where(Grant.case_no == number)).scalar_one()
        row = {column: getattr(entered, column) for column, _ in inspect(Grant).columns.items()}
    other = hall.S101.post("/api/grants", entry(), status=201)["case_no"]
    hall.C001.sign(other)
    for case_no in (None, "99010120261102100000119", other):
        forged = row | {"grant_id": 9999, "case_no": case_no}
        with pytest.raises(IntegrityError), _state(hall).sessions.command() as session:
            session.execute(insert(Grant), forged)


def _state(hall: Hall) -> Any:
    return hall.client.app.state  # type: ignore[attr-defined]
