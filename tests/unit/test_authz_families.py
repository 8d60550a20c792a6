"""No natural person holds posts of two families (业务, 基金财务, 数据管理, 稽核内控)."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from authz.offices import accounts, families
from authz.offices.families import PostsIncompatible
from authz.offices.posts import POSTS
from authz.personnel import appointments
from tests.unit import authz_office
from tests.unit.authz_office import COUNTY, AuthorityOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AuthorityOffice]:
    with authz_office.opened(tmp_path) as made:
        yield made


def second_account(office: AuthorityOffice, session: Session, staff_no: str) -> int:
    person = accounts.get(session, office.ids[staff_no]).person_id
    return accounts.open_account(
        session, staff_no=f"{staff_no}b", person_id=person, agency=COUNTY, password_hash="-"
    )


@pytest.mark.parametrize(
    ("staff_no", "other"), [("T101", "finance"), ("R101", "auditor"), ("admin", "teller")]
)
def test_not_through_another_account_either(
    office: AuthorityOffice, staff_no: str, other: str
) -> None:
    with office.sessions.command() as session:
        for account in (office.ids[staff_no], second_account(office, session, staff_no)):
            with pytest.raises(PostsIncompatible) as refused:
                appointments.appoint(session, account, other, agency=COUNTY)
            assert refused.value.facts["post"] == other


def test_within_the_business_family_separation_is_per_case(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        appointments.appoint(session, office.ids["T101"], "reviewer", agency=COUNTY)
        assert set(accounts.posts_of(session, office.ids["T101"])) == {"teller", "reviewer"}


def test_every_post_has_a_family_and_every_pair_of_two_is_refused() -> None:
    assert set(families.FAMILIES) == set(POSTS)
    for held, wanted in permutations(POSTS, 2):
        if families.FAMILIES[held] == families.FAMILIES[wanted]:
            families.require_one([held], wanted)
            continue
        with pytest.raises(PostsIncompatible):
            families.require_one([held], wanted)
