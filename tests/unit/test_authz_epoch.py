"""The policy epoch: changes bind the next transaction, and caches never outlive the state they are of."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from authz import decisions, epoch
from authz.acts import Act
from authz.granting import grants
from authz.granting.grant_entry import GrantEntry
from authz.offices import accounts
from tests.unit import authz_office
from tests.unit.authz_office import COUNTY, TODAY, AuthorityOffice

HANDLE = Act("handle", agency=COUNTY, process="p", handling="limited", level=1, route="county")
REVIEW = replace(HANDLE, step="review")


class Undone(Exception):  # noqa: N818
    """Takes a transaction back."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AuthorityOffice]:
    with authz_office.opened(tmp_path) as made:
        yield made


def may_handle(office: AuthorityOffice) -> bool:
    with office.sessions.reading() as session:
        return decisions.may(session, office.actor(session, "T101"), HANDLE) is not None


def number(office: AuthorityOffice) -> int:
    with office.sessions.reading() as session:
        return epoch.current(session).number


def entry() -> GrantEntry:
    return GrantEntry(
        post="teller", agency=COUNTY, handling="limited", valid_from=TODAY, basis="文件"
    )


def test_every_grant_and_revocation_begins_a_new_epoch(office: AuthorityOffice) -> None:
    before = number(office)
    granted = office.grant()
    assert number(office) == before + 1
    assert may_handle(office)
    office.revoke(granted)
    assert number(office) == before + 2
    assert not may_handle(office)


def test_an_empty_office_is_at_zero(tmp_path: Path) -> None:
    with authz_office.opened(tmp_path) as office:
        with office.sessions.command() as session:
            session.query(epoch.PolicyEpoch).delete()
            assert epoch.current(session) == epoch.Epoch(0, "")
        # Nothing is kept of a state without a stamp.
        office.grant()
        assert may_handle(office)


def test_a_grant_counts_within_its_own_transaction(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        actor = office.actor(session, "T101")
        assert decisions.may(session, actor, HANDLE) is None
        grants.found(session, office.actor(session, "S101"), entry())
        permit = decisions.require(session, actor, HANDLE)
        assert permit.epoch == epoch.current(session).number


def test_what_was_decided_in_an_undone_transaction_is_forgotten(office: AuthorityOffice) -> None:
    """The next change takes the same number, but never the same stamp."""
    before = number(office)
    with suppress(Undone), office.sessions.command() as session:
        grants.found(session, office.actor(session, "S101"), entry())
        assert decisions.may(session, office.actor(session, "T101"), HANDLE)
        raise Undone
    assert not may_handle(office)
    office.hire("X101", "guide", COUNTY)
    assert number(office) > before
    assert not may_handle(office)


def test_a_savepoint_taken_back_takes_the_grant_along(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        actor = office.actor(session, "T101")
        before = epoch.current(session)
        with suppress(Undone), session.begin_nested():
            grants.found(session, office.actor(session, "S101"), entry())
            assert decisions.may(session, actor, HANDLE)
            raise Undone
        assert epoch.current(session) == before
        assert decisions.may(session, actor, HANDLE) is None


def test_a_reading_session_keeps_its_snapshot(office: AuthorityOffice) -> None:
    granted = office.grant()
    with office.sessions.reading() as session:
        actor = office.actor(session, "T101")
        first = decisions.require(session, actor, HANDLE)
        office.revoke(granted)
        assert decisions.require(session, actor, HANDLE) == first
    assert not may_handle(office)


def test_who_can_is_known_anew_after_every_change(office: AuthorityOffice) -> None:
    def able() -> list[str]:
        with office.sessions.reading() as session:
            found = decisions.who_can(session, REVIEW)
        return [one["staff_no"] for who in found for one in who["staff"]]

    before = able()
    assert able() == before
    account = office.hire("N102", "reviewer", COUNTY)
    assert sorted(able()) == sorted([*before, "N102"])
    with office.sessions.command() as session:
        accounts.close(session, account)
        assert "N102" not in str(decisions.who_can(session, REVIEW))
    assert able() == before
    office.clock.moment += timedelta(days=1)
    assert able() == before
