"""Who answers for a case from acceptance to delivery (全程代理人): who accepted it, until he hands it over.

An offer counts once its receiver took it, an order of a supervisor at once. Rows are only added to; the owner
is read off them and stored nowhere. Source: 宁社保发[2014]24号 二(一) 首问负责制、全程代理制.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, and_, bindparam, func, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from authz.offices.accounts import Account
from database.clock import moment_text
from database.columns import BigId, Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.prepared import Prepared
from engine.office_record import Noted
from engine.record import Case


class OwnerTransfer(Base):
    """That a case is to pass from one to another: offered by its owner, or ``ordered`` by a supervisor."""

    __tablename__ = "owner_transfers"
    __table_args__ = (APPEND_ONLY,)

    transfer_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_no: Mapped[str] = mapped_column(ForeignKey("cases.case_no"), index=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    from_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"), index=True)
    ordered: Mapped[bool]
    reason: Mapped[str] = mapped_column(Sealed("owner_transfers.reason"))
    given_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OwnerAnswer(Base):
    """What the receiver of an offer said: the case is his from then on, or stays where it was."""

    __tablename__ = "owner_answers"
    __table_args__ = (APPEND_ONLY,)

    transfer_id: Mapped[int] = mapped_column(
        ForeignKey("owner_transfers.transfer_id"), primary_key=True, autoincrement=False
    )
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    accepted: Mapped[bool]
    answered_by: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


NOTED: Noted = {
    OwnerTransfer: (
        ("case_no", "agency_code", "from_id", "to_id", "ordered", "given_by", "given_at"),
        ("reason",),
    ),
    OwnerAnswer: (("agency_code", "accepted", "answered_by", "answered_at"), ()),
}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a case: his account, since when (None: since the acceptance)."""

    account_id: int
    since: datetime | None


_FOUND: tuple[Any, ...] = (
    OwnerTransfer.to_id,
    func.coalesce(OwnerAnswer.answered_at, OwnerTransfer.given_at).label("since"),
)
_OWNER = Prepared(
    select(*_FOUND)
    .outerjoin(OwnerAnswer, OwnerAnswer.transfer_id == OwnerTransfer.transfer_id)
    .where(
        OwnerTransfer.case_no == bindparam("of_case"),
        or_(OwnerTransfer.ordered, OwnerAnswer.accepted),
    )
    .order_by(OwnerTransfer.transfer_id.desc())
    .limit(1)
)


def ahead(session: Session, case: Case) -> None:
    """Announce that ``of_case`` will be asked for."""
    _OWNER.ahead(session, {"of_case": case.case_no})


def of_case(session: Session, case: Case) -> Owner:
    """Who answers for this case now."""
    row = _OWNER.first(session, {"of_case": case.case_no})
    return Owner(case.accepted_by, None) if row is None else Owner(row.to_id, row.since)


def shown(session: Session, case: Case) -> dict[str, Any]:
    """The owner as answers show him, and to whom he offered the case."""
    owner = of_case(session, case)
    offer = offered(session, case.case_no, owner.account_id)
    told = {owner.account_id, *([offer.to_id] if offer else [])}
    rows = session.execute(
        select(Account.account_id, Account.staff_no, Account.name).where(
            Account.account_id.in_(told)
        )
    )
    named = {row.account_id: {"staff_no": row.staff_no, "name": row.name} for row in rows}
    since = case.accepted_at if owner.since is None else owner.since
    return {
        **named[owner.account_id],
        "since": moment_text(since),
        "offered_to": named[offer.to_id] if offer else None,
    }


def offered(session: Session, case_no: str, owner_id: int) -> OwnerTransfer | None:
    """The newest offer of a case by its present owner that nobody answered; an order voids offers."""
    asked = (
        select(OwnerTransfer)
        .where(OwnerTransfer.case_no == case_no)
        .order_by(OwnerTransfer.transfer_id.desc())
        .limit(1)
    )
    last = session.execute(asked).scalar_one_or_none()
    if last is None or last.ordered or last.from_id != owner_id:
        return None
    return None if session.get(OwnerAnswer, last.transfer_id) else last


def effective(transfer: Any) -> ColumnElement[bool]:
    """The condition that a transfer was ordered, or taken by its receiver."""
    taken = select(OwnerAnswer.transfer_id).where(
        OwnerAnswer.transfer_id == transfer.transfer_id, OwnerAnswer.accepted
    )
    return or_(transfer.ordered, taken.exists())


_LAST = (
    select(OwnerTransfer.to_id)
    .where(OwnerTransfer.case_no == Case.case_no, effective(OwnerTransfer))
    .order_by(OwnerTransfer.transfer_id.desc())
    .limit(1)
    .scalar_subquery()
)
_OWNERS = aliased(Account)
# The staff number of who answers for a row of ``Case`` in a larger statement.
STAFF_NO = (
    select(_OWNERS.staff_no)
    .where(_OWNERS.account_id == func.coalesce(_LAST, Case.accepted_by))
    .correlate(Case)
    .scalar_subquery()
)


def is_owned_by(accounts: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Two conditions on ``Case``: accepted by one of these and never handed over; or handed to one of them.

    Asked for one after the other, each goes along an index of its own.
    """
    passed, later = aliased(OwnerTransfer), aliased(OwnerTransfer)
    handed_over = select(passed.transfer_id).where(
        passed.case_no == Case.case_no, effective(passed)
    )
    over = select(later.transfer_id).where(
        later.case_no == passed.case_no,
        later.transfer_id > passed.transfer_id,
        effective(later),
    )
    received = select(passed.case_no).where(
        passed.to_id.in_(accounts), effective(passed), ~over.exists()
    )
    return (
        and_(Case.accepted_by.in_(accounts), ~handed_over.exists()),
        Case.case_no.in_(received),
    )
