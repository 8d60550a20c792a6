"""The agency tree and its sections."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from authz.offices import agencies
from authz.offices.agencies import AgencyNotFound
from authz.personnel import appointments
from database.refusals import InvariantBroken
from tests.unit import authz_office
from tests.unit.authz_office import BENEFITS, CITY, COUNTY, OTHER_COUNTY, PROVINCE, AuthorityOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AuthorityOffice]:
    with authz_office.opened(tmp_path) as made:
        yield made


def test_the_tree_up_and_down(office: AuthorityOffice) -> None:
    with office.sessions.reading() as session:
        assert agencies.lineage(session, COUNTY) == (COUNTY, CITY, PROVINCE)
        assert agencies.lineage(session, "123456") == ()
        assert agencies.below(session, CITY) == [CITY, COUNTY, OTHER_COUNTY]
        assert agencies.codes(session) == {PROVINCE, CITY, COUNTY, OTHER_COUNTY}
        above = agencies.parent(session, COUNTY)
        assert above is not None
        assert above.code == CITY
        assert agencies.parent(session, PROVINCE) is None
        with pytest.raises(AgencyNotFound):
            agencies.get(session, "123456")


def test_a_new_agency_is_in_the_next_tree(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        before = agencies.tree(session)
        assert agencies.tree(session) is before
        agencies.add(session, code="990103", name="新县", kind="county", parent_code=CITY)
        assert agencies.lineage(session, "990103") == ("990103", CITY, PROVINCE)


def test_sections_serve_their_categories(office: AuthorityOffice) -> None:
    with office.sessions.reading() as session:
        assert agencies.categories(session, CITY, BENEFITS) == ["benefit"]
        assert agencies.categories(session, CITY, "无此科") == []
        assert agencies.categories(session, CITY, None) is None
        assert agencies.categories(session, COUNTY, None) is None


def test_only_the_province_has_no_superior(office: AuthorityOffice) -> None:
    for kind, parent_code in (("province", CITY), ("county", None), ("village", CITY)):
        with pytest.raises(IntegrityError), office.sessions.command() as session:
            agencies.add(session, code="990109", name="n", kind=kind, parent_code=parent_code)


def test_a_circle_of_agencies_is_a_defect(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        agencies.get(session, CITY).parent_code = COUNTY
        session.flush()
        agencies.add(session, code="990104", name="n", kind="county", parent_code=COUNTY)
        with pytest.raises(InvariantBroken):
            agencies.tree(session)
        agencies.get(session, CITY).parent_code = PROVINCE


@pytest.mark.parametrize(("post", "section"), [("king", None), ("teller", "无此科")])
def test_a_post_or_section_that_is_not_there(
    office: AuthorityOffice, post: str, section: str | None
) -> None:
    account = office.ids["T001"]
    with pytest.raises(InvariantBroken), office.sessions.command() as session:
        appointments.appoint(session, account, post, agency=CITY, section=section)
