"""What a case waits for from outside, as answers show it: messages by name, timers with their last day."""

from typing import Any

from sqlalchemy.orm import Session

from database.clock import moment_text
from engine import bpmn, handling
from engine.defining.definition import Definition
from engine.record import FINAL_STATUSES, Case, CaseState
from engine.timing import timer_record


def of_case(session: Session, case: Case, definition: Definition) -> list[dict[str, Any]]:
    """What a stored case waits for from outside; processes that never wait need no look at its place."""
    model = definition.model
    if case.status in FINAL_STATUSES or not (model.messages or model.timers):
        return []
    run = handling.restored(case, definition, session.get_one(CaseState, case.case_id))
    return shown(session, case, definition, run)


def shown(
    session: Session, case: Case, definition: Definition, run: bpmn.Run | None
) -> list[dict[str, Any]]:
    """Messages, which may carry data, and timers with ``due_on``, ``due_at`` and their ``derivation``."""
    if run is None or not (definition.model.messages or definition.model.timers):
        return []
    timers = {timer.token: timer for timer in timer_record.running(session, case.case_id)}
    found: list[dict[str, Any]] = []
    for entry in run.waiting:
        if entry.kind == "message":
            carries = entry.name in definition.messages
            said = {"kind": "message", "name": entry.name, "carries_data": carries}
            found.append({**said, "title": message_title(definition, entry.name)})
        elif entry.kind == "timer":
            timer, title = timers[entry.token], definition.guide.deadlines[entry.name].name
            found.append(
                {
                    "kind": "timer",
                    "name": entry.name,
                    "title": {"zh": title.zh, "en": title.en},
                    "due_on": timer.due_on.isoformat(),
                    "due_at": moment_text(timer.due_at),
                    "derivation": timer.derivation,
                }
            )
    return found


def message_title(definition: Definition, name: str) -> dict[str, str]:
    """What a message is called: by its declaration, else as the diagram calls its event."""
    declared = definition.messages.get(name)
    if declared is not None:
        return {"zh": declared.NAMES.zh, "en": declared.NAMES.en}
    drawn = next(
        node.name
        for diagram in definition.model.diagrams.used()
        for node in diagram.nodes.values()
        if node.message == name
    )
    return {"zh": drawn, "en": drawn}
