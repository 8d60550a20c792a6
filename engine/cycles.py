"""Beginning a new cycle of a case: it now says something else, and nothing signed before counts any more.

A correction does so, and so does a message from outside that carries data.
"""

from typing import Any

from engine import contents
from engine.applications import Material
from engine.contents import Computed
from engine.handling import Handling
from engine.rules import risk, risk_history
from engine.rules.risk import Classification
from engine.timing import case_clocks


def classification(work: Handling, computed: Computed) -> Classification:
    """Level and route of what the case says now: worked out again, never lower."""
    case = work.case
    table = risk_history.at(work.session, work.office.risk, case.risk_table)
    return risk.never_lower(table, (case.risk_level, case.route), computed.classification)


def begin(work: Handling, row: dict[str, Any], computed: Computed) -> None:
    """Add the content of the next cycle, with what follows for the case's own row."""
    case = work.case
    classified = classification(work, computed)
    has_become_limited = classified.level == 1 < case.risk_level
    case.cycle += 1
    case.sequence += 1
    case.risk_level, case.route = classified.level, classified.route
    if has_become_limited:
        # The guide's limit counts, from the same acceptance.
        case_clocks.count_again(work)
    case.risk_reasons = [dict(reason) for reason in classified.reasons]
    case.meeting_required = case.meeting_required or classified.meeting_required
    case.amount_cents = computed.amount_cents
    work.content = contents.add(work.session, case, row, work.actor.account_id, work.now)
    work.signed = []
    work.document = computed.document


def materials(before: list[dict[str, Any]], given: list[Material]) -> list[Material]:
    """All materials of a case once these were handed in: they replace those of the same code."""
    kept = {row["code"]: _as_given(row) for row in before}
    replaced = {material.code for material in given}
    return [material for code, material in kept.items() if code not in replaced] + list(given)


def _as_given(row: dict[str, Any]) -> Material:
    return Material.model_validate({name: row[name] for name in Material.model_fields})
