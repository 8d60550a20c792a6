"""Whether a case can still be signed, against asking production who may sign, by day and by person.

Random small offices: posts that end, stand-ins, leaves, namings, grants with limits, two accounts of one
person, cases half signed, returned, or a colleague's own.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import roster_reading
from authz.absence.stand_in_record import StandIn
from authz.offices.accounts import Account
from authz.roster import Roster
from engine.foresight import open_cases, signable
from engine.foresight.signable import Outlook
from tests.unit import authz_office
from tests.unit.authz_office import CITY, COUNTY, TODAY, AuthorityOffice
from tests.unit.plain_staffing import Plain
from tests.unit.staffed_office import Written, as_case, cases, written, written_down


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthorityOffice]:
    folder: Path = tmp_path_factory.mktemp("office")
    with authz_office.opened(folder) as made:
        # Two accounts of one natural person: the reviewer R101 has a teller's as well.
        made.hire("X101", "teller", COUNTY)
        with made.sessions.command() as session:
            person = session.get_one(Account, made.ids["R101"]).person_id
            session.get_one(Account, made.ids["X101"]).person_id = person
        yield made


@pytest.mark.slow
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(what=written, said=cases())
def test_against_asking_production(
    office: AuthorityOffice, what: Written, said: dict[str, Any]
) -> None:
    with office.sessions.reading() as asked:
        # Of this connection only, and never committed.
        session = Session(asked.connection(), info=asked.info)
        assert session.execute(select(StandIn.stand_in_id)).first() is None
        written_down(session, office, what)
        case = as_case(session, office, said)
        outlook = Outlook(roster_reading.read(session, [COUNTY, CITY], TODAY), TODAY)

        found = outlook.stuck(case)

        expected = Plain(session, case).stuck()
        session.rollback()
    event("never stuck" if expected is None else "now" if expected == TODAY else "later")
    assert (found and found.since) == expected


def test_pages_are_whole(office: AuthorityOffice) -> None:
    """Nothing open: no page, no error."""
    with office.sessions.reading() as session:
        assert list(open_cases.of_agencies(session, None, [COUNTY])) == []  # type: ignore[arg-type]


def test_people_are_read_once_until_authority_changes(office: AuthorityOffice) -> None:
    def roster() -> Roster:
        with office.sessions.reading() as session:
            return signable.look(session, [COUNTY]).roster

    before = roster()
    assert roster() is before

    office.hire("X102", "reviewer", COUNTY)

    assert "X102" not in {member.staff_no for member in before.members.values()}
    assert "X102" in {member.staff_no for member in roster().members.values()}
