"""Every risk table that ever took effect: a case keeps the version it was classified under."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock
from database.columns import UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.refusals import InvariantBroken
from engine import journal
from engine.rules import risk
from engine.rules.risk_file import HIGH, RiskTable

TOOK_EFFECT = "risk_table_took_effect"


class RegisteredRiskTable(Base):
    """The text of one version of ``risk_levels.yaml``, by its digest."""

    __tablename__ = "risk_tables"
    __table_args__ = (APPEND_ONLY,)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    took_effect_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MandatedStep(Base):
    """A step that a level and route demand by a risk table, and the post that owes it.

    The database's own guard reads these.
    """

    __tablename__ = "mandated_steps"
    __table_args__ = (APPEND_ONLY,)

    risk_table: Mapped[str] = mapped_column(ForeignKey("risk_tables.digest"), primary_key=True)
    risk_level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    route: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(40))
    post: Mapped[str] = mapped_column(String(32))


def is_in_effect(session: Session, table: RiskTable) -> bool:
    """Whether a table and the steps it mandates are kept."""
    return not _unmandated(session, table)


def _unmandated(session: Session, table: RiskTable) -> list[dict[str, Any]]:
    """The rows that are missing: all of a new table, and of one from before a route those of the route."""
    kept = select(MandatedStep.risk_level, MandatedStep.route, MandatedStep.place)
    rows = session.execute(kept.where(MandatedStep.risk_table == table.digest))
    known = {tuple(row) for row in rows}
    return [
        row
        for row in mandated(table)
        if (row["risk_level"], row["route"], row["place"]) not in known
    ]


def take_effect(session: Session, table: RiskTable, agency: str) -> None:
    """Keep a table the office starts with, and journal it in the agency's stream; once a version."""
    missing = _unmandated(session, table)
    if not missing:
        return
    if session.get(RegisteredRiskTable, table.digest) is None:
        now = clock.now(session)
        session.execute(
            insert(RegisteredRiskTable),
            {"digest": table.digest, "content": table.text, "took_effect_at": now},
        )
        said = {"risk_table": table.digest, "took_effect_at": clock.moment_text(now)}
        journal.append_office(session, agency, TOOK_EFFECT, detail=said)
    session.execute(insert(MandatedStep), missing)


def mandated(table: RiskTable) -> list[dict[str, Any]]:
    """The steps of every level and route of a table, as rows."""
    classes = [(3, ""), (2, ""), *((HIGH, route) for route in table.routes)]
    return [
        {
            "risk_table": table.digest,
            "risk_level": level,
            "route": route,
            "place": place,
            "step": step,
            "post": post,
        }
        for level, route in classes
        for place, (step, post) in enumerate(
            zip(risk.steps(table, level, route), risk.posts(table, level, route), strict=True),
            start=1,
        )
    ]


def at(session: Session, current: RiskTable, digest: str) -> RiskTable:
    """The table of this digest: the current one, or an earlier one read back and checked."""
    if digest == current.digest:
        return current
    row = session.get(RegisteredRiskTable, digest)
    if row is None:
        raise InvariantBroken(f"risk table {digest[:12]}… is not registered")
    table = risk.parse(row.content, "risk_tables")
    if table.digest != digest:
        raise InvariantBroken(f"risk table {digest[:12]}… was altered in the database")
    return table
