"""What a signer opened before he signed (签字前打开核对): noted when opened, journalled with the sign-off.

An opening counts for the state of the case it was made in, that is for its cycle and the sign-offs given so
far: once somebody signs or corrects, whoever signs next opens again. Rows are only added, and
``oversight.signatures`` compares them with what each sign-off's journal entry says.
"""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz.actors import Actor
from database import clock
from database.clock import moment_text
from database.columns import BigId, UtcDateTime
from database.declarative import APPEND_ONLY, Base, table_of
from database.prepared import Prepared
from database.refusals import Invalid
from engine import views
from engine.record import FINAL_STATUSES, Case, CaseContent

PARTS = ("form", "posting", "diagram", "journal")
_MATERIAL = re.compile("material:([A-Za-z0-9_-]{1,64})")


class Opening(Base):
    """One thing that one person opened, the first time in this state of the case.

    ``what`` is one of PARTS or ``material:`` with a material's code or the digest of its scan.
    """

    __tablename__ = "openings"
    __table_args__ = (
        UniqueConstraint("case_id", "cycle", "sign_offs", "account_id", "what"),
        APPEND_ONLY,
    )

    opening_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.case_id"))
    cycle: Mapped[int]
    sign_offs: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.account_id"))
    what: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class OpeningUnknown(Invalid):
    """Openings are of form, posting, diagram, journal, or material: with a code or file of the case."""

    rule = "opening.unknown"


_OPENINGS = table_of(Opening)
# Insert unless noted before: both databases speak this sentence, but SQLAlchemy says it in two dialects.
_NOTE = {
    name: Prepared(inserting(_OPENINGS).on_conflict_do_nothing())
    for name, inserting in (("postgresql", postgresql.insert), ("sqlite", sqlite.insert))
}
_SEEN = Prepared(
    select(_OPENINGS.c.what, _OPENINGS.c.at)
    .where(
        _OPENINGS.c.case_id == bindparam("of_case"),
        _OPENINGS.c.cycle == bindparam("in_cycle"),
        _OPENINGS.c.sign_offs == bindparam("after"),
        _OPENINGS.c.account_id == bindparam("account"),
    )
    .order_by(_OPENINGS.c.at, _OPENINGS.c.what)
)


def note(session: Session, actor: Actor, case_no: str, what: str) -> None:
    """Note that the person has this part of a case before him; noted once, the first time.

    An ended case is signed by nobody any more: opening it leaves no note. Raises CaseNotFound, Forbidden,
    OpeningUnknown.
    """
    case = views.visible_case(session, actor, case_no)
    # Under lock: an opening is either before a signature and told with it, or after it.
    session.refresh(case, with_for_update=True)
    if case.status in FINAL_STATUSES:
        return
    _known(session, case, what)
    row = {
        "case_id": case.case_id,
        "cycle": case.cycle,
        "sign_offs": case.sign_off_count,
        "account_id": actor.account_id,
        "what": what,
        "at": clock.now(session),
    }
    _NOTE[session.get_bind().dialect.name].write(session, row)


def ahead(session: Session, case: Case, account_id: int) -> None:
    """Announce that ``seen_by`` will be asked for in the case's present state."""
    _SEEN.ahead(session, _key(case, case.cycle, account_id))


def seen_by(session: Session, case: Case, cycle: int, account_id: int) -> list[dict[str, str]]:
    """What the person opened since the case last changed: ``{what, at}``, in order.

    Nothing for a cycle that is over.
    """
    rows = _SEEN.all(session, _key(case, cycle, account_id))
    return [{"what": row.what, "at": moment_text(row.at)} for row in rows]


def _key(case: Case, cycle: int, account_id: int) -> dict[str, Any]:
    return {
        "of_case": case.case_id,
        "in_cycle": cycle,
        "after": case.sign_off_count,
        "account": account_id,
    }


def _known(session: Session, case: Case, what: str) -> None:
    if what in PARTS:
        return
    named = _MATERIAL.fullmatch(what)
    if named is not None:
        content = session.get_one(CaseContent, (case.case_id, case.cycle))
        if any(named[1] in (row["code"], row["file"]) for row in content.materials):
            return
    raise OpeningUnknown
