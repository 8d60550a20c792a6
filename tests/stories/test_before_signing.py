"""Before a signature: what was opened is journalled with it, and the password stands for ten minutes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from database.clock import FixedClock
from tests.databases import Database
from tests.people import PASSWORD, Hall, Person


@pytest.fixture
def waiting(hall: Hall) -> str:
    """A level-1 case that waits for the reviewer."""
    case_no: str = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    return case_no


def open_parts(person: Person, case_no: str, *opened: str, status: int = 200) -> Any:
    return person.post(f"/api/cases/{case_no}/openings", {"opened": [*opened]}, status=status)


def told(hall: Hall, case_no: str, step: str) -> dict[str, Any]:
    """What the journal tells of the sign-off of this step."""
    entries = hall.A101.history(case_no)["journal"]
    (found,) = (e["detail"] for e in entries if e["action"] == step and "sign_off" in e["detail"])
    assert isinstance(found, dict)
    return found


def test_what_was_opened_is_journalled_with_the_signature(hall: Hall, waiting: str) -> None:
    material = hall.R101.case(waiting)["materials"][0]["code"]
    first = open_parts(hall.R101, waiting, "form", "posting")["opened"]
    again = open_parts(hall.R101, waiting, "form", f"material:{material}")["opened"]
    hall.R101.sign(waiting)

    assert {opening["what"] for opening in again} == {"form", "posting", f"material:{material}"}
    assert [opening for opening in again if opening in first] == first, "the first time counts"
    assert told(hall, waiting, "review")["opened"] == again
    assert hall.A101.findings(waiting) == []


def test_openings_count_for_the_state_and_the_person_they_were_made_in(
    hall: Hall, waiting: str
) -> None:
    open_parts(hall.D101, waiting, "form")
    open_parts(hall.R101, waiting, "posting")
    hall.R101.sign(waiting)
    # The case changed since: what the deputy director opened before is no longer what he signs.
    assert hall.D101.get(f"/api/cases/{waiting}/openings")["opened"] == []
    open_parts(hall.D101, waiting, "journal")
    hall.D101.sign(waiting)
    hall.Z101.sign(waiting)

    assert [o["what"] for o in told(hall, waiting, "review")["opened"]] == ["posting"]
    assert [o["what"] for o in told(hall, waiting, "endorse")["opened"]] == ["journal"]
    assert "opened" not in told(hall, waiting, "conclude")
    assert hall.A101.findings(waiting) == []
    open_parts(hall.A101, waiting, "form")
    assert hall.A101.get(f"/api/cases/{waiting}/openings")["opened"] == [], "an ended case"


@pytest.mark.parametrize("what", ["forms", "material:", "material:no_such", "material:../x"])
def test_only_what_the_case_has_can_be_opened(hall: Hall, waiting: str, what: str) -> None:
    assert open_parts(hall.R101, waiting, what, status=422)["rule"] == "opening.unknown"
    assert hall.R101.get(f"/api/cases/{waiting}/openings")["opened"] == []


def test_a_foreign_case_can_not_be_opened(hall: Hall, waiting: str) -> None:
    assert open_parts(hall.T201, waiting, "form", status=404)["rule"] == "case.not_found"


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE openings SET what = 'diagram'",
        "DELETE FROM openings",
        (
            "INSERT INTO openings (case_id, cycle, sign_offs, account_id, what, at)"
            " SELECT case_id, cycle, sign_offs, account_id, 'journal', at FROM openings"
        ),
    ],
)
def test_verification_compares_what_was_opened(
    hall: Hall, waiting: str, database: Database, edit: str
) -> None:
    open_parts(hall.R101, waiting, "form")
    hall.R101.sign(waiting)

    engine = create_engine(database.owner_url)
    triggers = (
        ["openings_no_update", "openings_no_delete"]
        if database.kind == "sqlite"
        else ["append_only ON openings"]
    )
    with engine.begin() as opened:
        for trigger in triggers:
            opened.execute(text(f"DROP TRIGGER {trigger}"))
        opened.execute(text(edit))
    engine.dispose()

    rules = {finding["rule"] for finding in hall.A101.findings(waiting)}
    assert rules == {"opening.told_otherwise"}


def test_the_password_stands_for_ten_minutes(hall: Hall, clock: FixedClock) -> None:
    example = hall.example("retirement_approval", 1, "county")
    other = hall.example("retirement_approval", 1, "county", nth=1)
    first, second = (hall.T101.accept(body)["case_no"] for body in (example, other))

    assert hall.R101.sign(first, password=None, status=403)["rule"] == "signing.password"
    hall.R101.sign(first)
    clock.moment += timedelta(minutes=9, seconds=59)
    hall.R101.sign(second, password=None)

    given = [told(hall, case_no, "review")["password_at"] for case_no in (first, second)]
    assert given[0][:16] == given[1][:16] == "2026-11-02T02:00"
    assert hall.A101.findings(first) == hall.A101.findings(second) == []


def test_signing_does_not_make_the_ten_minutes_longer(hall: Hall, clock: FixedClock) -> None:
    example = hall.example("retirement_approval", 1, "county")
    other = hall.example("retirement_approval", 1, "county", nth=1)
    third = hall.example("account_adjustment", 1, "city_approval")
    cases = [hall.T101.accept(body)["case_no"] for body in (example, other, third)]
    hall.R101.sign(cases[0])
    clock.moment += timedelta(minutes=6)
    hall.R101.sign(cases[1], password=None)
    clock.moment += timedelta(minutes=6)

    assert hall.R101.sign(cases[2], password=None, status=403)["rule"] == "signing.password"


def test_another_sign_in_has_no_password(hall: Hall, waiting: str) -> None:
    other = hall.example("retirement_approval", 1, "county", nth=1)
    second = hall.T101.accept(other)["case_no"]
    hall.R101.sign(waiting)

    elsewhere = Person(hall.client, "R101")

    refused = elsewhere.sign(second, password=None, status=403)
    assert refused["rule"] == "signing.password"
    # Nor does signing out of one leave it to the next.
    hall.client.delete("/api/session", headers=hall.R101.headers)
    hall.people.pop("R101")
    assert hall.R101.sign(second, password=None, status=403)["rule"] == "signing.password"


def test_a_wrong_password_is_refused_though_the_right_one_stands(hall: Hall, waiting: str) -> None:
    other = hall.example("retirement_approval", 1, "county", nth=1)
    second = hall.T101.accept(other)["case_no"]
    hall.R101.sign(waiting)

    refused = hall.R101.sign(second, password="a-guess-of-it", status=403)

    assert refused["rule"] == "signing.password_wrong"
    assert PASSWORD not in str(refused)
    hall.R101.sign(second, password=None)


def test_a_right_password_of_a_refused_signature_does_not_stand(hall: Hall, waiting: str) -> None:
    hall.R101.sign(waiting, seen="0" * 64, status=409)

    assert hall.R101.sign(waiting, password=None, status=403)["rule"] == "signing.password"


def test_reasons_are_published_and_free_text_stays_possible(hall: Hall, waiting: str) -> None:
    reasons = hall.R101.get("/api/reasons")
    codes = {decision: [choice["code"] for choice in reasons[decision]] for decision in reasons}

    assert set(codes) == {"return", "refuse"}
    assert "material_illegible" in codes["return"]
    assert "register_changed" not in codes["return"], "nobody chooses what the engine finds"
    returned = hall.R101.sign(waiting, "return", reasons=["material_illegible", "照片反光"])
    assert returned["decided"]["reasons"] == ["material_illegible", "照片反光"]
