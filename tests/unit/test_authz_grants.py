"""The grant register: who may enter what, when it counts, and that nothing slows down as it grows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import event, insert
from sqlalchemy.exc import IntegrityError

from authz import decisions, epoch, standing
from authz.acts import Act
from authz.granting import grants
from authz.granting.grant_entry import GrantEntry, GrantInvalid
from authz.granting.grant_record import Grant, GrantRevocation
from authz.granting.grants import AlreadyRevoked, GrantNotFound, GrantToSelf, ReasonMissing
from authz.offices import accounts
from authz.offices.agencies import AgencyNotFound
from authz.personnel import appointments
from database.refusals import Forbidden
from tests.unit import authz_office
from tests.unit.authz_office import (
    BENEFITS,
    CITY,
    COUNTY,
    NOON,
    OTHER_COUNTY,
    TODAY,
    AuthorityOffice,
)

HANDLE = Act(
    "handle",
    agency=COUNTY,
    process="retirement_approval",
    handling="limited",
    category="benefit",
    level=1,
    route="county",
    amount_cents=500,
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[AuthorityOffice]:
    with authz_office.opened(tmp_path) as made:
        yield made


def reason(office: AuthorityOffice, staff_no: str, act: Act = HANDLE) -> str | None:
    with office.sessions.reading() as session:
        refused = decisions.why_not(session, office.actor(session, staff_no), act)
        return refused.rule if refused else None


def wrong_fields(office: AuthorityOffice, **entry: Any) -> set[tuple[str, str]]:
    with pytest.raises(GrantInvalid) as refused:
        office.grant(**entry)
    return {(error["field"], error["rule"]) for error in refused.value.errors}


def test_a_grant_to_the_post_is_every_tellers_until_it_is_revoked(office: AuthorityOffice) -> None:
    granted = office.grant()
    assert [reason(office, no) for no in ("T101", "T102")] == [None, None]
    assert reason(office, "R101") == "post.missing"
    assert reason(office, "T201", replace(HANDLE, agency=OTHER_COUNTY)) == "grant.missing"
    office.revoke(granted)
    assert reason(office, "T101") == "grant.revoked"
    office.grant()
    assert reason(office, "T101") is None


def test_a_personal_grant_is_one_persons(office: AuthorityOffice) -> None:
    office.grant(staff_no="T101", reason="试点")
    assert reason(office, "T101") is None
    assert reason(office, "T102") == "grant.missing"
    with office.sessions.reading() as session:
        able = decisions.who_can(session, HANDLE)
    assert able[0] == {
        "post": "teller",
        "agency": COUNTY,
        "staff": [{"staff_no": "T101", "name": "姓T101"}],
    }


def test_a_personal_grant_lends_no_post(office: AuthorityOffice) -> None:
    assert wrong_fields(office, staff_no="A101") == {("staff_no", "grant.holder")}
    assert reason(office, "A101") == "post.missing"


def test_a_grant_for_one_process_covers_no_other(office: AuthorityOffice) -> None:
    office.grant(process="retirement_approval")
    assert reason(office, "T101") is None
    assert reason(office, "T101", replace(HANDLE, process="account_adjustment")) == "grant.missing"


def test_a_grant_counts_from_its_first_to_its_last_day(office: AuthorityOffice) -> None:
    office.grant(valid_from=TODAY + timedelta(days=1), valid_to=TODAY + timedelta(days=2))
    seen = []
    for _ in range(4):
        seen.append(reason(office, "T101"))
        office.clock.moment += timedelta(days=1)
    assert seen == ["grant.missing", None, None, "grant.expired"]


def test_the_office_day_ends_at_midnight_in_shanghai(office: AuthorityOffice) -> None:
    office.grant(valid_to=TODAY)
    office.clock.moment = NOON.replace(hour=15, minute=59)
    assert reason(office, "T101") is None
    office.clock.moment = NOON.replace(hour=16, minute=0)
    assert reason(office, "T101") == "grant.expired"


def test_an_amount_above_the_limit(office: AuthorityOffice) -> None:
    office.grant(amount_limit_cents=499)
    assert reason(office, "T101") == "grant.amount"
    office.grant(amount_limit_cents=500)
    assert reason(office, "T101") is None
    assert reason(office, "T101", replace(HANDLE, amount_cents=501)) == "grant.amount"


def test_a_grant_for_a_section_is_for_its_tellers(office: AuthorityOffice) -> None:
    at_city = replace(HANDLE, agency=CITY, route="city")
    office.grant(by="S000", agency=CITY, section="参保登记科")
    assert reason(office, "T001", at_city) == "grant.missing"
    office.grant(by="S000", agency=CITY, section=BENEFITS)
    assert reason(office, "T001", at_city) is None


def test_nobody_grants_outside_his_tree_or_without_the_post(office: AuthorityOffice) -> None:
    with pytest.raises(AgencyNotFound):
        office.grant(agency=OTHER_COUNTY)
    with pytest.raises(AgencyNotFound):
        office.grant(agency="123456")
    with pytest.raises(AgencyNotFound):
        office.grant(agency=CITY)
    for staff_no in ("T101", "Z101", "A101", "admin"):
        with pytest.raises(Forbidden) as refused:
            office.grant(by=staff_no)
        assert refused.value.rule == "post.missing"
    assert office.grant(by="S000", agency=OTHER_COUNTY)


def test_nobody_takes_part_in_a_grant_to_himself(office: AuthorityOffice) -> None:
    with office.sessions.command() as session:
        me = office.actor(session, "S101")
        other = accounts.open_account(
            session,
            staff_no="T109",
            person_id=me.person_id,
            agency=COUNTY,
            password_hash="-",
        )
        appointments.appoint(session, other, "teller", agency=COUNTY)
    for holder in ({"staff_no": "S101"}, {"staff_no": "T109"}, {"post": "teller"}):
        with pytest.raises(GrantToSelf):
            office.grant(**holder)
    assert office.grant(by="S000", staff_no="T109")


def test_every_wrong_field_is_named_at_once(office: AuthorityOffice) -> None:
    yesterday = TODAY - timedelta(days=1)
    assert wrong_fields(office, post="teller", staff_no="T101") == {("post", "grant.holder")}
    assert wrong_fields(office, staff_no="T201") == {("staff_no", "grant.staff")}
    assert wrong_fields(office, post="director") == {("post", "grant.holder")}
    assert wrong_fields(
        office,
        process="x",
        handling="limited",
        act="review",
        section="无此科",
        valid_to=yesterday,
    ) == {
        ("process", "grant.scope"),
        ("act", "grant.act"),
        ("section", "grant.section"),
        ("valid_to", "grant.dates"),
    }
    past = {"valid_from": yesterday - timedelta(days=9), "valid_to": yesterday}
    assert wrong_fields(office, **past) == {("valid_to", "grant.dates")}
    with pytest.raises(ValidationError):
        GrantEntry.model_validate({"agency": COUNTY, "valid_from": 20260101, "basis": ""})
    assert GrantEntry.model_validate(
        {
            "agency": COUNTY,
            "class": "limited",
            "post": "teller",
            "valid_from": "2026-01-01",
            "basis": "b",
        }
    ).valid_from == date(2026, 1, 1)


def test_revoking(office: AuthorityOffice) -> None:
    granted = office.grant()
    foreign = office.grant(by="S000", agency=OTHER_COUNTY)
    with pytest.raises(GrantNotFound):
        office.revoke(foreign)
    with pytest.raises(GrantNotFound):
        office.revoke(99)
    with pytest.raises(Forbidden):
        office.revoke(granted, by="Z101")
    with pytest.raises(ReasonMissing), office.sessions.command() as session:
        grants.revoke(session, office.actor(session, "S101"), granted, "  ")
    office.revoke(granted)
    with pytest.raises(AlreadyRevoked):
        office.revoke(granted)
    with office.sessions.reading() as session:
        lines = grants.listing(session, office.actor(session, "S000"))
        shown = [(line.grant.grant_id, line.status, line.granted_by) for line in lines]
        assert shown == [(foreign, "effective", "S000"), (granted, "revoked", "S101")]
        own = grants.listing(session, office.actor(session, "S101"), limit=1)
        assert [line.grant.grant_id for line in own] == [granted]
        assert not grants.listing(session, office.actor(session, "S101"), before=granted)
        with pytest.raises(Forbidden):
            grants.listing(session, office.actor(session, "G101"))


def test_the_database_holds_the_form_of_a_grant_too(office: AuthorityOffice) -> None:
    row = {
        "post": "teller",
        "agency_code": COUNTY,
        "handling": "limited",
        "act": "handle",
        "valid_from": TODAY,
        "basis": "b",
        "granted_by": 1,
        "granted_at": NOON,
    }
    for wrong in ({"account_id": 1}, {"process": "x"}, {"valid_to": date(2026, 1, 1)}):
        with pytest.raises(IntegrityError), office.sessions.command() as session:
            session.execute(insert(Grant), {**row, **wrong})
    granted = office.grant()
    office.revoke(granted)
    again = {"grant_id": granted, "revoked_by": 1, "revoked_at": NOON, "reason": "r"}
    with pytest.raises(IntegrityError), office.sessions.command() as session:
        session.execute(insert(GrantRevocation), again)


def test_rows_in_memory_stay_few_among_ten_thousand_grants(office: AuthorityOffice) -> None:
    """Foreign, personal, ended and revoked grants aren't even loaded."""
    office.grant()
    with office.sessions.command() as session:
        row = {
            "agency_code": COUNTY,
            "handling": "limited",
            "act": "handle",
            "valid_from": date(2020, 1, 1),
            "basis": "b",
            "granted_by": office.ids["S101"],
            "granted_at": NOON,
        }
        others = [no for no in office.ids if no != "T101"]
        many = [{**row, "account_id": office.ids[others[n % len(others)]]} for n in range(5000)]
        session.execute(insert(Grant), many)
        old = [{**row, "post": "teller", "valid_to": date(2020, 2, 1)} for _ in range(2500)]
        session.execute(insert(Grant), old)
        gone = [{**row, "post": "teller"} for _ in range(2500)]
        ids = list(session.execute(insert(Grant).returning(Grant.grant_id), gone).scalars())
        revoked = {"revoked_by": 1, "revoked_at": NOON, "reason": "r"}
        session.execute(insert(GrantRevocation), [{**revoked, "grant_id": n} for n in ids])
        epoch.bump(session)
    with office.sessions.reading() as session:
        actor = office.actor(session, "T101")
        assert decisions.require(session, actor, HANDLE).grant == "grant:1"
        stands = standing.of(session, actor.account_id)
        assert stands is not None
        assert len(stands.coverings) == 1
        assert len(stands.enforcement.rows_of("handle")) == 6


def test_a_cached_decision_costs_one_query(office: AuthorityOffice) -> None:
    office.grant()
    with office.sessions.reading() as session:
        actor = office.actor(session, "T101")
        decisions.require(session, actor, HANDLE)
    statements: list[str] = []

    def note(*args: Any) -> None:
        if args[2] != "BEGIN":
            statements.append(args[2])

    event.listen(office.sessions.engine, "before_cursor_execute", note)
    with office.sessions.reading() as session:
        decisions.require(session, actor, HANDLE)
        assert len(statements) == 1
        decisions.require(session, actor, HANDLE)
        assert len(statements) == 1
    event.remove(office.sessions.engine, "before_cursor_execute", note)
