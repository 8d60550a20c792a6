"""Checks what follows from the rules that decided: the steps they mandate, and the verdicts of the proof."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.defining import verdicts
from engine.defining.verdicts import ProofVerdict
from engine.journal import JournalEntry
from engine.office import Office
from engine.rules import risk, risk_history
from engine.rules.risk_file import REGISTRATION
from engine.rules.risk_history import MandatedStep, RegisteredRiskTable
from oversight.findings import Finding, Findings, differs
from oversight.unreadable import SPOILED, guarded

_STEP = ("risk_level", "route", "place", "step", "post")


def check(session: Session, office: Office) -> Findings:
    """What of steps and verdicts isn't as journalled, or isn't what follows from tables and definitions."""
    steps: dict[str, list[Any]] = {}
    asked = select(MandatedStep.risk_table, *(getattr(MandatedStep, name) for name in _STEP))
    for digest, *step in session.execute(asked):
        steps.setdefault(digest, []).append(tuple(step))
    for stored in session.execute(select(RegisteredRiskTable)).scalars():
        yield from _table(stored, steps.pop(stored.digest, []))
    for digest in steps:
        yield Finding("", f"mandated_steps#{digest[:12]}", "risk_table", "risk_table.missing")
    yield from guarded("", "proof_verdicts", _verdicts_noted(session))
    yield from _verdicts(session, office)


def _table(stored: RegisteredRiskTable, steps: list[Any]) -> Findings:
    """The steps kept for the database's guard are the table's; a spoiled table is told of elsewhere."""
    try:
        table = risk.parse(stored.content, "risk_tables")
    except SPOILED:
        return
    demanded = sorted(tuple(step[name] for name in _STEP) for step in risk_history.mandated(table))
    if REGISTRATION not in {step[1] for step in steps}:
        # A table that was replaced before there was such a route: no case stands on it there.
        demanded = [step for step in demanded if step[1] != REGISTRATION]
    row = f"mandated_steps#{stored.digest[:12]}"
    yield from differs("", row, "step", "risk_table.steps", (sorted(steps), demanded))


def _verdicts_noted(session: Session) -> Findings:
    """Each verdict is kept as the journal tells of it, and each that the journal tells of is there."""
    told = {_of_what(said): said for said in _entries(session, verdicts.PROVED)}
    for stored in session.execute(select(ProofVerdict)).scalars():
        detail = verdicts.told(stored)
        row = f"proof_verdicts#{stored.process}"
        said = told.pop(_of_what(detail), None)
        if said is None:
            yield Finding("", row, "", "proof.noted")
            continue
        for name, value in detail.items():
            yield from differs("", row, name, "proof.noted", (value, said.get(name)))
    for said in told.values():
        yield Finding("", f"proof_verdicts#{said['process']}", "", "proof.missing")


def _of_what(said: Mapping[str, Any]) -> tuple[str, str, str]:
    return said["definition"], said["risk_table"], said["rules"]


def _verdicts(session: Session, office: Office) -> Findings:
    """A kept verdict over what is deployed is what the proof says of it now."""
    kept = select(ProofVerdict).where(ProofVerdict.risk_table == office.risk.digest)
    for stored in session.execute(kept).scalars():
        said = office.verdicts.get(stored.definition)
        if said is not None and said["rules"] == stored.rules:
            row = f"proof_verdicts#{stored.process}"
            pair = (stored.verdict, said["verdict"])
            yield from differs("", row, "verdict", "proof.altered", pair)


def _entries(session: Session, action: str) -> Iterator[Mapping[str, Any]]:
    """What the entries of an action say."""
    asked = select(JournalEntry.detail).where(JournalEntry.action == action)
    yield from session.execute(asked.order_by(JournalEntry.entry_id)).scalars()
