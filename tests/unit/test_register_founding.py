"""Who is new to the register comes on it by a founding change, once, and never over somebody's record."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from database.connection import Sessions
from register import opening, reading
from register.entries import Change, Posting
from register.founding import CreditCodeTaken, FoundedTwice, IdNumberTaken
from register.soundness import PostingUnsound
from register.subjects import Person, Version
from tests.unit import register_office
from tests.unit.register_office import COUNTY, ID_NO, OTHER_ID_NO, TODAY, USCC

NEW, FURTHER = "0" * 31 + "1", "0" * 31 + "2"


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    with register_office.opened(tmp_path) as made:
        yield made


def person(person_id: str = NEW, id_no: str = ID_NO) -> list[Change]:
    key = {
        "id_no": id_no,
        "name": "张三丰",
        "sex": "F",
        "birth": "1949-12-31",
        "first_work_on": None,
        "post_kind": "F50",
    }
    held = {"agency_code": COUNTY, "kind": "FLEX", "status": "ACTIVE", "from_month": 202611}
    return [
        Change("person_key", "person", person_id, TODAY, key),
        Change("relation", "person", person_id, date(2026, 11, 1), held),
    ]


def employer(employer_id: str = NEW) -> list[Change]:
    key = {"uscc": USCC, "name": "青山水泥厂", "agency_code": COUNTY, "status": "ACTIVE"}
    return [Change("employer_key", "employer", employer_id, TODAY, key)]


def post(sessions: Sessions, *changes: Change, case_no: str = "CASE-1") -> None:
    with sessions.command() as session:
        register_office.write(session, Posting(changes=changes), case_no)


def on_the_register(sessions: Sessions) -> int:
    with sessions.reading() as session:
        return session.execute(select(func.count()).select_from(Person)).scalar_one()


def test_a_new_person_is_found_by_number_and_read_whole(sessions: Sessions) -> None:
    post(sessions, *person())

    with sessions.reading() as session:
        assert reading.find_person(session, ID_NO) == NEW
        found = reading.person(session, NEW, TODAY)
    assert (found.id_no, found.name, found.birth) == (ID_NO, "张三丰", date(1949, 12, 31))
    assert (found.status, found.version, found.balance_cents) == ("ACTIVE", 1, 0)
    assert [(held.kind, held.from_month) for held in found.relations] == [("FLEX", 202611)]


def test_one_posting_founds_several(sessions: Sessions) -> None:
    post(sessions, *employer("E" * 32), *person(), *person(FURTHER, OTHER_ID_NO))

    with sessions.reading() as session:
        assert reading.find_employer(session, USCC) == "E" * 32
        assert {reading.find_person(session, number) for number in (ID_NO, OTHER_ID_NO)} == {
            NEW,
            FURTHER,
        }


@pytest.mark.parametrize("second", [ID_NO, OTHER_ID_NO])
def test_a_number_that_is_taken_founds_nobody(sessions: Sessions, second: str) -> None:
    with sessions.command() as session:
        opening.open_person(session, register_office.person(second), agency=COUNTY)

    with pytest.raises(IdNumberTaken, match="Another person"):
        post(sessions, *person(), *person(FURTHER, OTHER_ID_NO))
    assert on_the_register(sessions) == 1


def test_two_of_one_number_in_one_posting_are_refused(sessions: Sessions) -> None:
    with pytest.raises(IdNumberTaken):
        post(sessions, *person(), *person(FURTHER))
    assert on_the_register(sessions) == 0


def test_a_code_that_is_taken_founds_no_employer(sessions: Sessions) -> None:
    post(sessions, *employer())

    with pytest.raises(CreditCodeTaken, match="Another employer"):
        post(sessions, *employer(FURTHER), case_no="CASE-2")


def test_nobody_is_founded_over_his_own_record(sessions: Sessions) -> None:
    with sessions.command() as session:
        known = opening.open_person(session, register_office.person(), agency=COUNTY)

    with pytest.raises(FoundedTwice):
        post(sessions, *person(known, OTHER_ID_NO))
    with sessions.reading() as session:
        assert reading.find_person(session, OTHER_ID_NO) is None
        assert reading.person(session, known, TODAY).version == 1


@pytest.mark.parametrize("changes", [person()[:1], [*person(), person()[0]]])
def test_whoever_is_founded_is_insured_and_founded_once(
    sessions: Sessions, changes: list[Change]
) -> None:
    with pytest.raises(PostingUnsound, match="founds"):
        post(sessions, *changes)
    with sessions.reading() as session:
        assert session.execute(select(func.count()).select_from(Version)).scalar_one() == 0
