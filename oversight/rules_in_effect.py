"""Checks the kept versions of the rules: risk tables, parameters, calendars, each as the journal tells it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import clock
from engine.journal import JournalEntry
from engine.rules import risk, risk_history, rule_tables
from engine.rules.risk_history import RegisteredRiskTable
from engine.rules.rule_tables import RuleTable
from oversight.findings import Finding, Findings, differs
from oversight.unreadable import SPOILED, guarded


def check(session: Session) -> Findings:
    """Every version is unaltered and took effect when the journal says, and none is missing."""
    yield from _risk_tables(session)
    yield from guarded("", "rule_tables", _rule_tables(session))


def _rule_tables(session: Session) -> Findings:
    """In the order in which they took effect, rows against the journal's entries."""
    kept = select(RuleTable).order_by(RuleTable.table_no)
    rows: dict[str, list[tuple[str, str]]] = {kind.name: [] for kind in rule_tables.KINDS}
    for stored in session.execute(kept).scalars():
        row = f"rule_tables#{stored.table_no}"
        pair = (stored.digest, rule_tables.digest_of(stored.content))
        yield from differs("", row, "content", "rule_table.altered", pair)
        rows.setdefault(stored.kind, []).append(
            (stored.digest, clock.moment_text(stored.took_effect_at))
        )
    for kind, stood in rows.items():
        said = select(JournalEntry.detail).where(JournalEntry.action == f"{kind}_took_effect")
        told = [
            (detail[kind], detail["took_effect_at"])
            for detail in session.execute(said.order_by(JournalEntry.entry_id)).scalars()
        ]
        yield from differs("", "rule_tables", kind, "rule_table.noted", (stood, told))


def _risk_tables(session: Session) -> Findings:
    yield from guarded("", "risk_tables", _risk_tables_noted(session))
    for stored in session.execute(select(RegisteredRiskTable)).scalars():
        row = f"risk_tables#{stored.digest[:12]}"
        try:
            recomputed = risk.parse(stored.content, "risk_tables").digest
        except SPOILED:
            recomputed = None
        yield from differs("", row, "content", "risk_table.altered", (stored.digest, recomputed))


def _risk_tables_noted(session: Session) -> Findings:
    """Each table took effect when the journal says, and each that the journal names is there."""
    entries = select(JournalEntry.detail).where(JournalEntry.action == risk_history.TOOK_EFFECT)
    told = {
        said["risk_table"]: said["took_effect_at"] for said in session.execute(entries).scalars()
    }
    for digest, at in session.execute(
        select(RegisteredRiskTable.digest, RegisteredRiskTable.took_effect_at)
    ):
        pair = (clock.moment_text(at), told.pop(digest, None))
        row = f"risk_tables#{digest[:12]}"
        yield from differs("", row, "took_effect_at", "risk_table.noted", pair)
    for digest in told:
        yield Finding("", f"risk_tables#{digest[:12]}", "digest", "risk_table.missing")
