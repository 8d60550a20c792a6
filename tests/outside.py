"""What comes from outside in a random walk: data that fits a shipped message, or a timer that is over."""

import random
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from engine import awaited, messages
from engine.defining.definition import Definition
from engine.messages import Delivery
from engine.office import Office
from engine.record import Case
from engine.timing import timer_record, timers

ONE_MONTH = {"from_month": 200_801, "to_month": 200_801, "base_cents": 400_000}


def data(process: str, name: str, on: date) -> dict[str, Any] | None:
    """What such a message says, by its process; None where it carries nothing."""
    day, number = on.isoformat(), f"示{name}1号"
    army = process == "military_transfer_in"
    said: dict[str, dict[str, Any]] = {
        "contact_letter": {"letter_no": number, "sent_on": day},
        "info_table": {
            "table_no": number,
            "issued_on": day,
            "segments": [ONE_MONTH],
            "principal_cents": 32_000,
            "interest_cents": 0,
        },
        "money": {
            "received_on": day,
            "amount_cents": 720_000 if army else 80_000,
            "bank_reference": number,
        },
        "objection": {
            "record_no": number,
            "raised_on": day,
            "founded": False,
            "finding": "不属实",
        },
        "hr_decision": {
            "document_no": number,
            "decided_on": day,
            "recognised_months": 120,
            "retire_month": 202_610,
        },
        "hr_refusal": {"document_no": number, "decided_on": day, "reason": "档案无原始记载"},
        "medical_conclusion": {
            "conclusion_no": number,
            "concluded_on": day,
            "board": "示范市劳动能力鉴定委员会",
            "board_level": "prefecture",
        },
        "negative_conclusion": {
            "conclusion_no": number,
            "concluded_on": day,
            "degree": "部分丧失",
        },
    }
    return said.get(name)


def waits(definition: Definition) -> bool:
    """Whether a case of this business ever waits for the outside."""
    return bool(definition.model.messages or definition.model.timers)


def move(
    session: Session, office: Office, actor: Actor, case: Case, on: date, choices: random.Random
) -> str:
    """One thing that is awaited comes; the session's clock is moved on for a timer. What it was."""
    definition = office.catalogue.at(case.definition)
    chosen = choices.choice(awaited.of_case(session, case, definition))
    if chosen["kind"] == "timer":
        (timer,) = timer_record.running(session, case.case_id)
        clock = session.info["clock"]
        clock.moment = max(clock.now(), timer.due_at)
        assert timers.elapse(session, office, case.case_no, timer.timer_id) is not None
        return "elapse"
    said = Delivery(data=data(case.process, chosen["name"], on))
    messages.deliver(session, office, actor, case.case_no, chosen["name"], said)
    return "deliver"
