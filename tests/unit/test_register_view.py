"""Reading: a fixed number of queries, and a masked record whose every value names its case."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from database.connection import Sessions
from register import opening, person_view, reading
from register.opening import PensionOpening
from register.reading import EmployerNotFound, PersonNotFound
from register.records import ContributionMonth
from tests.unit import register_office
from tests.unit.register_office import CITY, COUNTY, ID_NO, OTHER_ID_NO, TODAY


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    with register_office.opened(tmp_path) as made:
        yield made


@contextmanager
def counted(sessions: Sessions) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*said: Any) -> None:
        if said[2] != "BEGIN":
            seen.append(said[2])

    event.listen(sessions.engine, "before_cursor_execute", note)
    yield seen
    event.remove(sessions.engine, "before_cursor_execute", note)


def test_a_record_takes_the_same_few_queries_however_long_it_is(sessions: Sessions) -> None:
    with sessions.command() as session:
        short = opening.open_person(session, register_office.person(), agency=COUNTY)
        base = register_office.person(OTHER_ID_NO)
        months = [*register_office.months_from(1986, 40, 400_000)]
        long = opening.open_person(
            session,
            opening.PersonOpening(
                id_no=base.id_no,
                name=base.name,
                post_kind="M",
                first_work_on=None,
                relations=base.relations,
                months=[*months, ContributionMonth(198512, 0, "DEEMED")],
                principal_cents=1,
            ),
            agency=COUNTY,
        )
        for number in range(20):
            posting = register_office.transfer(long, 100)
            register_office.write(session, posting, f"CASE-{number}")
    used = []
    for person_id in (short, long):
        with sessions.reading() as session, counted(sessions) as seen:
            found = reading.load(session, person_id=person_id, accepted_on=TODAY).person
        used.append(len(seen))
    assert found is not None
    assert (found.paid_months, found.deemed_months, found.balance_cents) == (480, 1, 2_001)
    assert used == [6, 6]
    with sessions.reading() as session, counted(sessions) as seen:
        person_view.masked_person(session, long)
    assert len(seen) == 12


def test_the_view_masks_persons_and_names_cases(sessions: Sessions) -> None:
    with sessions.command() as session:
        pension = PensionOpening(202502, {"basic": 100})
        person_id = opening.open_person(
            session, register_office.person(pension=pension), agency=COUNTY
        )
        register_office.write(session, register_office.transfer(person_id, 48_000), "CASE-1")
    with sessions.reading() as session:
        shown = person_view.masked_person(session, person_id)
    text = json.dumps(shown, ensure_ascii=False)
    for secret in (ID_NO, "张三丰", "13812345678", "6230581234567890123", "人民路"):
        assert secret not in text
    assert (shown["id_no"], shown["name"]) == ("110***********002X", "张**")
    assert shown["account"]["balance_cents"] == 5_348_000
    assert shown["entries"][-1]["case_no"] == "CASE-1"
    opened = f"OPENING-{person_id[:16]}"
    for part in ("relations", "entitlements", "versions", "entries"):
        assert shown[part][0]["case_no"] == opened, part
    assert shown["months"]["items"][0] == {
        "month": 202001,
        "base_cents": 400_000,
        "origin": "PAID",
        "case_no": opened,
    }


def test_look_ups(sessions: Sessions) -> None:
    with sessions.command() as session:
        person_id = opening.open_person(session, register_office.person(), agency=CITY)
        assert reading.find_person(session, ID_NO.lower()) == person_id
        assert reading.find_person(session, OTHER_ID_NO) is None
        assert reading.find_employer(session, "91110000600037341L") is None
        assert reading.agencies_of(session, person_id) == {COUNTY}
        assert reading.name_of(session, person_id) == "张三丰"
        assert reading.name_of(session, "nobody") is None
        assert reading.agencies_of_employer(session, "nobody") == set()
        assert reading.employer_name_of(session, "nobody") is None
        with pytest.raises(PersonNotFound):
            reading.load(session, person_id="nobody", accepted_on=TODAY)
        with pytest.raises(EmployerNotFound):
            reading.load(session, employer_id="nobody", accepted_on=TODAY)


def test_nothing_personal_is_readable_in_the_file(sessions: Sessions, tmp_path: Path) -> None:
    with sessions.command() as session:
        opening.open_person(session, register_office.person(), agency=COUNTY)
    sessions.engine.dispose()
    content = b"".join(path.read_bytes() for path in tmp_path.glob("register.db*"))
    for secret in (ID_NO, "张三丰", "13812345678", "6230581234567890123", "人民路"):
        assert secret.encode() not in content
