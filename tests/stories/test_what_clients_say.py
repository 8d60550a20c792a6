"""Evaluations and complaints by whoever holds a paper: once, sealed, and never told to whom they rate."""

import json

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from database import connection
from database.connection import OfficeSession
from engine.heard.complaints import Complaint
from engine.heard.evaluations import Evaluation
from oversight import verification
from tests import book, papers
from tests.databases import Database
from tests.heard_office import COMPLAINED, complained, evaluated, finished, paper, send
from tests.people import Hall

WORDS = "柜员态度生硬，我叫王小明"


def test_a_service_is_evaluated_once_and_by_its_paper(hall: Hall) -> None:
    number = finished(hall)
    answer = evaluated(hall, number, 1, cause="service", words=WORDS)
    assert answer.status_code == 200
    assert "非常不满意" in answer.text
    assert WORDS not in answer.text
    # The same form sent again is the same evaluation; another grade is another one.
    assert evaluated(hall, number, 1, cause="service", words=WORDS).status_code == 200
    refused = evaluated(hall, number, 5)
    assert (refused.status_code, "一事一评" in refused.text) == (409, True)
    number = finished(hall, nth=1)
    assert evaluated(hall, number, 2).status_code == 422
    assert evaluated(hall, number, 6).status_code == 422
    # What isn't low needs no cause, and keeps none.
    assert evaluated(hall, number, 4, cause="policy").status_code == 200

    seen = hall.S101.get("/api/feedback")
    (low,) = seen["low_grades"]
    assert (low["teller"], low["grade"]["code"], low["cause"]["code"], low["words"]) == (
        "T101", 1, "service", WORDS,
    )  # fmt: skip
    assert [line["count"] for line in seen["counts"]] == [0, 1, 0, 0, 1]
    # Only the journal's own words: no grade and no text, since a teller's colleagues read it.
    entries = json.dumps(hall.A101.history(low["case_no"]), ensure_ascii=False)
    assert WORDS not in entries
    assert "evaluated" not in entries
    hall.T101.get("/api/feedback", status=403)


def test_what_goes_on_is_not_evaluated_yet_but_complained_of(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    refused = evaluated(hall, number, 5)
    assert (refused.status_code, "尚未办结" in refused.text) == (409, True)
    made = complained(hall, number)
    held = paper(hall, number)
    told = send(hall, "/complaint", {**held, "complaint": made}, to="/complaint/progress")
    assert (told.status_code, made in told.text) == (200, True)
    assert COMPLAINED["words"] not in told.text
    # By another's paper it is no complaint at all.
    other = paper(hall, finished(hall))
    told = send(hall, "/complaint", {**other, "complaint": made}, to="/complaint/progress")
    assert told.status_code == 404

    (seen,) = hall.S101.get("/api/feedback")["complaints"]
    assert (seen["number"], seen["about"]["code"], seen["words"]) == (
        made,
        "delay",
        COMPLAINED["words"],
    )


def test_who_was_turned_away_complains_too_and_a_form_sent_twice_is_one(hall: Hall) -> None:
    refusal = papers.turned_away(hall)
    held = {
        "number": refusal["document"]["number"],
        "code": refusal["document"]["verification_code"],
    }
    said = {**held, **COMPLAINED, "key": "same-form"}
    first, second = (send(hall, "/complaint", said) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    for number in range(4):
        assert send(hall, "/complaint", {**said, "key": f"form-{number}"}).status_code == 200
    assert send(hall, "/complaint", {**said, "key": "one-more"}).status_code == 409
    assert len(hall.S101.get("/api/feedback")["complaints"]) == 5


def test_guessing_codes_ends_after_five_tries(hall: Hall) -> None:
    number = finished(hall)
    held = paper(hall, number)
    for _ in range(5):
        answer = send(hall, "/evaluation", {**held, "code": "ABCDEFGH2345", "grade": "5"})
        assert answer.status_code == 404
    assert evaluated(hall, number, 5).status_code == 409
    # A number that doesn't exist is answered just so.
    nobody = {"number": "9" * 22, "code": held["code"], "grade": "5"}
    assert [send(hall, "/evaluation", nobody).status_code for _ in range(6)] == [404] * 5 + [409]


def test_a_teller_is_told_counts_by_fives_and_no_supervisor_of_himself(hall: Hall) -> None:
    numbers = [finished(hall, nth=nth % 2) for nth in range(6)]
    for count, number in enumerate(numbers):
        assert hall.T101.get("/api/feedback/mine")["counts"] == [] or count == 5
        assert evaluated(hall, number, 1 if count == 5 else 5, cause="service").status_code == 200
    counts = hall.T101.get("/api/feedback/mine")["counts"]
    assert [line["count"] for line in counts] == [5, 0, 0, 0, 0]


def test_what_the_rules_are_to_blame_for_is_not_counted_against_the_teller(hall: Hall) -> None:
    """Nor lost: the office's own counts tell it apart."""
    causes = ["policy", "service", "policy", "", "", "", ""]
    for nth, cause in enumerate(causes):
        number = finished(hall, nth=nth % 2)
        assert evaluated(hall, number, 2 if cause else 5, cause=cause).status_code == 200
    own = hall.T101.get("/api/feedback/mine")["counts"]
    assert [line["count"] for line in own] == [4, 0, 0, 1, 0]
    told = hall.S101.get("/api/feedback")["counts"]
    assert [(line["count"], line["policy"]) for line in told][3] == (3, 2)
    heard = hall.S101.get("/api/board")["heard"]["evaluations"]
    assert [(line["grade"], line["count"], line["policy"]) for line in heard][3] == (2, 3, 2)


def test_rows_are_sealed_unique_and_verified(hall: Hall, database: Database) -> None:
    number = finished(hall)
    evaluated(hall, number, 2, cause="policy", words=WORDS)
    complained(hall, number)
    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        assert list(verification.verify_office(session, state.office)) == []
        row = session.execute(select(Evaluation.__table__)).mappings().one()
        said = session.execute(text("SELECT words FROM evaluations")).scalar_one()
        assert WORDS.encode() not in bytes(said)
    again = {**row, "evaluation_id": 99}
    with pytest.raises(IntegrityError), state.sessions.command() as session:
        session.execute(insert(Evaluation), [again])
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with OfficeSession(engine) as session, session.begin():
        session.execute(update(Evaluation).values(grade=5, cause=None))
        session.execute(update(Complaint).values(about="other"))
    engine.dispose()
    with state.sessions.reading() as session:
        found = {
            (one.row.partition("#")[0], one.field)
            for one in verification.verify_office(session, state.office)
        }
    assert {("evaluations", "grade"), ("evaluations", "cause"), ("complaints", "about")} <= found
