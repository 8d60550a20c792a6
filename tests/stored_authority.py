"""A situation of authority as production keeps it: rows of agencies, accounts, posts, grants, stand-ins.

Written past the registers' own checks, since decisions must be right about whatever rows there are.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.absence.absence_record import Leave, LeaveConfirmation, LeaveEnd
from authz.absence.named_signer_record import NamedSigner, NamedSignerEnd
from authz.absence.stand_in_record import StandIn, StandInEnd
from authz.actors import Actor
from authz.acts import Act
from authz.granting.grant_record import Grant, GrantRevocation
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from authz.offices.people import NaturalPerson
from authz.offices.posts import PostHolding
from database import keys
from database.clock import FixedClock
from database.connection import Sessions, connect
from database.declarative import Base
from tests.authority_days import Away, Days, Named
from tests.authority_situations import (
    CITIES,
    PARENTS,
    PROVINCE,
    Deputy,
    Holder,
    Permission,
    Post,
    Question,
    Situation,
)

TODAY, NOON = date(2026, 11, 23), datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
_ROWS = (
    LeaveEnd, LeaveConfirmation, Leave, NamedSignerEnd, NamedSigner, GrantRevocation, Grant, StandInEnd,
    StandIn, PostHolding, Account, NaturalPerson, Agency,
)  # fmt: skip


@contextmanager
def opened(folder: Path) -> Iterator[Sessions]:
    """Sessions on an empty database under a folder, at noon of ``TODAY``."""
    keys.install(keys.Keyring(b"k" * 32))
    engine = connect(f"sqlite:///{folder / 'oracle.db'}")
    Base.metadata.create_all(engine)
    yield Sessions(engine, FixedClock(NOON))
    engine.dispose()


def put(sessions: Sessions, told: Situation) -> None:
    """Make the database say this situation, and nothing of the one before."""
    with sessions.command() as session:
        for model in _ROWS:
            session.execute(delete(model))
        for table, rows in _rows(told).items():
            if rows:
                session.execute(insert(table), rows)
        _withdraw(session, told)
        epoch.bump(session)


def may(session: Session, asked: Question, person: int) -> bool:
    """What production decides."""
    actor = Actor(asked.account, person, "", "", asked.agency, None, (), "", 1, demo=False)
    if asked.act == "see":
        return decisions.sees(session, actor, asked.agency)
    act = Act(
        asked.act,
        agency=asked.agency,
        process=asked.process,
        handling="limited" if asked.level == 1 else "instant",
        category=asked.category,
        level=asked.level,
        route=asked.route,
        amount_cents=asked.amount_cents,
        signed=asked.signed,
        own_case=asked.own_case,
        lane=asked.lane,
    )
    return decisions.may(session, actor, act) is not None


def _rows(told: Situation) -> Mapping[type[Base], list[dict[str, Any]]]:
    return {
        Agency: [_agency(told, code) for code in PARENTS],
        NaturalPerson: [
            {"person_id": number, "id_no": "-", "id_no_index": str(number), "name": "某"}
            for number in sorted({one.person for one in told.holders})
        ],
        Account: [_account(one) for one in told.holders],
        PostHolding: [_holding(one) for one in told.posts],
        Grant: [_grant(number, one) for number, one in enumerate(told.permissions, 1)],
        StandIn: [_stand_in(number, one) for number, one in enumerate(told.deputies, 1)],
        Leave: [_leave(number, one) for number, one in enumerate(told.leaves, 1)],
        LeaveConfirmation: [
            {"leave_id": number, "confirmed_by": 1, "confirmed_at": NOON}
            for number, one in enumerate(told.leaves, 1)
            if one.confirmed
        ],
        NamedSigner: [_named(number, one) for number, one in enumerate(told.named, 1)],
    }


def _agency(told: Situation, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": code,
        "kind": _kind(code),
        "parent_code": PARENTS[code] or None,
        "sections": {name: list(to) for name, to in told.sections.get(code, {}).items()},
    }


def _account(one: Holder) -> dict[str, Any]:
    return {
        "account_id": one.account,
        "staff_no": f"N{one.account}",
        "person_id": one.person,
        "agency_code": one.agency,
        "name": "某",
        "password_hash": "never checked here",
        "active": one.active,
    }


def _holding(one: Post) -> dict[str, Any]:
    return {
        "account_id": one.account,
        "post": one.post,
        "agency_code": one.agency,
        "section": one.section,
        **_dated(one.days),
        "revoked_at": NOON if one.days.withdrawn else None,
    }


def _grant(number: int, one: Permission) -> dict[str, Any]:
    return {
        "grant_id": number,
        "account_id": one.account,
        "post": one.post,
        "agency_code": one.agency,
        "section": one.section,
        "process": one.process,
        "handling": None if one.process else "limited",
        "act": "handle",
        **_dated(one.days),
        "amount_limit_cents": one.limit_cents,
        "basis": "文件",
        "granted_by": 1,
        "granted_at": NOON,
    }


def _stand_in(number: int, one: Deputy) -> dict[str, Any]:
    return {
        "stand_in_id": number,
        "absent_id": one.absent,
        "deputy_id": one.account,
        "post": one.post,
        "agency_code": one.agency,
        **_dated(one.days),
        "reason": "外出",
        "on_absence": one.only_away or None,
        "registered_by": 1,
        "registered_at": NOON,
    }


def _leave(number: int, one: Away) -> dict[str, Any]:
    return {
        "leave_id": number,
        "account_id": one.account,
        "person_id": one.person,
        "agency_code": PROVINCE,
        "kind": "annual",
        **_dated(one.days),
        "permitted_by": "主管",
        "entered_by": 1,
        "entered_at": NOON,
    }


def _named(number: int, one: Named) -> dict[str, Any]:
    return {
        "naming_id": number,
        "deputy_id": one.account,
        "post": one.post,
        "agency_code": one.agency,
        **_dated(one.days),
        "basis": "指派书",
        "registered_by": 1,
        "registered_at": NOON,
    }


def _withdraw(session: Session, told: Situation) -> None:
    for number, granted in enumerate(told.permissions, 1):
        if granted.days.withdrawn:
            said = {"grant_id": number, "revoked_by": 1, "revoked_at": NOON, "reason": "不再需要"}
            session.execute(insert(GrantRevocation), said)
    for number, deputy in enumerate(told.deputies, 1):
        if deputy.days.withdrawn:
            said = {"stand_in_id": number, "ended_by": 1, "ended_at": NOON}
            session.execute(insert(StandInEnd), said)
    for number, leave in enumerate(told.leaves, 1):
        if leave.days.withdrawn:
            ended = {"leave_id": number, "ended_by": 1, "ended_at": NOON}
            session.execute(insert(LeaveEnd), ended)
    for number, named in enumerate(told.named, 1):
        if named.days.withdrawn:
            over = {"naming_id": number, "ended_by": 1, "ended_at": NOON}
            session.execute(insert(NamedSignerEnd), over)


def _kind(code: str) -> str:
    return "province" if code == PROVINCE else "city" if code in CITIES else "county"


def _dated(days: Days) -> dict[str, date | None]:
    until = None if days.until is None else TODAY + timedelta(days=days.until)
    return {"valid_from": TODAY + timedelta(days=days.since), "valid_to": until}
