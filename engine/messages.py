"""What a case waits for from outside, delivered by name (``POST …/messages/{name}``)."""

from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from database.refusals import Conflict
from engine import handling, maker, progress
from engine.handling import Handling
from engine.office import Office


class MessageNotAwaited(Conflict):
    """This case does not wait for that message."""

    rule = "message.not_awaited"


def deliver(session: Session, office: Office, actor: Actor, case_no: str, name: str) -> Handling:
    """Hand over the message and let the case run on. Raises MessageNotAwaited."""
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    permit = decisions.require(session, actor, maker.act(work, "message"))
    waiting = [] if work.run is None else work.run.waiting
    token = next((w.token for w in waiting if w.kind == "message" and w.name == name), None)
    if token is None:
        names = sorted(w.name for w in waiting if w.kind == "message")
        raise MessageNotAwaited(facts={"case_no": case_no, "awaited": names})
    work.case.sequence += 1
    work.note("message", post=permit.post, name=name)
    work.require_run().complete(token, {})
    progress.advance(work)
    handling.save(work)
    return work
