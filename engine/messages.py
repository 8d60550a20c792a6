"""What a case waits for from outside, delivered by name (``POST …/messages/{name}``).

A message that carries data changes what the case says: it begins a new cycle, level, route and posting are
worked out again, and nothing that was signed before it counts. Whoever delivers it makes the case as its
acceptor does, and signs no later step of it.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from database.refusals import Conflict, Invalid
from engine import (
    applications,
    contents,
    covered,
    cycles,
    handling,
    maker,
    progress,
    recomputing,
    stored,
)
from engine.applications import MAX_MATERIALS, Material, field_error, field_errors
from engine.defining.definitions import Definition
from engine.handling import Handling
from engine.office import Office
from engine.process import Message
from engine.scans import files


class MessageNotAwaited(Conflict):
    """This case does not wait for that message."""

    rule = "message.not_awaited"


class Delivery(BaseModel):
    """The body of a message: its data by the schema its process declares, and materials that came with it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    data: dict[str, Any] | None = None
    materials: list[Material] = Field(default_factory=list, max_length=MAX_MATERIALS)


def deliver(
    session: Session,
    office: Office,
    actor: Actor,
    case_no: str,
    name: str,
    delivery: Delivery | None = None,
) -> Handling:
    """Hand over the message and let the case run on.

    By a person who holds the right, a message that carries data brings the new ``handle`` with it, as a
    correction does. Raises MessageNotAwaited, Invalid with every wrong field, or a gate of the process.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    permit = decisions.require(session, actor, maker.act(work, "message"))
    waiting = [] if work.run is None else work.run.waiting
    token = next((w.token for w in waiting if w.kind == "message" and w.name == name), None)
    if token is None:
        names = sorted(w.name for w in waiting if w.kind == "message")
        raise MessageNotAwaited(facts={"case_no": case_no, "awaited": names})
    message = checked(work.definition, name, delivery or Delivery())
    run = work.require_run()
    if message is None:
        work.case.sequence += 1
        work.note("message", post=permit.post, name=name)
        run.complete(token, {})
        progress.advance(work)
    else:
        _take(work, name, message, delivery or Delivery())
        work.note("message", post=permit.post, name=name, **covered.of_cycle(work))
        run.complete(token, work.facts())
        # It may post at once, and the database's guard holds the posting against the case's row.
        stored.save_case(session, work.case)
        maker.handle_if_permitted(work)
    handling.save(work)
    return work


def checked(definition: Definition, name: str, delivery: Delivery) -> Message | None:
    """The checked data of a message; None where it carries none. Raises Invalid with every wrong field."""
    kind = definition.messages.get(name)
    allowed: tuple[str, ...] = () if kind is None else tuple(kind.MATERIALS)
    errors = applications.material_errors(delivery.materials, allowed)
    message: Message | None = None
    if kind is None and delivery.data:
        text = "this message carries no data: only its arrival counts"
        errors.append(field_error("data", text, rule="message.no_data"))
    elif kind is not None:
        try:
            message = kind.model_validate(delivery.data or {})
        except ValidationError as wrong:
            errors = [*field_errors(wrong, "data"), *errors]
    if errors:
        raise Invalid("Some fields don't fit; each says why. Nothing was taken.", errors=errors)
    return message


def _take(work: Handling, name: str, message: Message, delivery: Delivery) -> None:
    """Begin the cycle in which the case says this too."""
    definition, before, session = work.definition, work.content, work.session
    files.check(session, [one.file for one in delivery.materials], work.case.agency_code)
    came = {
        **(before.messages or {}),
        name: {
            "delivered_by": work.actor.person_id,
            "data": message.model_dump(mode="json"),
        },
    }
    form = contents.form_again(definition, before.form)
    computed = recomputing.compute(work, form, came)
    given = cycles.materials(before.materials, delivery.materials)
    materials, missing = applications.listed(definition, given)
    row = contents.content_row(
        before.applicant, form, materials, missing, computed, definition.guide.signature, came
    )
    cycles.begin(work, row, computed)
