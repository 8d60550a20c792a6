"""One command in somebody's name as the edge carries it out, but for HTTP: keyed, answered, refusals kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.orm import Session

from api import idempotency
from api.composition import Opened
from api.demonstration import demo_signers
from api.idempotency import Replayed
from authz import epoch
from authz.actors import Actor
from database.connection import Sessions
from database.refusals import NotSignedIn, Refusal
from engine import journal
from engine.office import Office
from engine.queueing import queues

Does = Callable[[Session, Office, Actor], Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: who, by which key, to where, with what, and the use case behind that address."""

    staff_no: str
    key: str
    path: str
    body: Mapping[str, Any]
    does: Does
    case_no: str | None = None
    task_id: str | None = None
    alters_authority: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What came back: an answer, the same answer again, or a refusal."""

    content: bytes = b""
    replayed: bool = False
    refusal: Refusal | None = None

    @property
    def answer(self) -> Any:
        """The answer's JSON."""
        return orjson.loads(self.content)


@dataclass(slots=True)
class Edge:
    """Several nodes over one database; ``accounts`` are account ids by staff number."""

    nodes: Sequence[Opened]
    accounts: Mapping[str, int]

    @property
    def sessions(self) -> Sessions:
        """Sessions of the first node."""
        return self.nodes[0].sessions

    def send(self, request: Sent, node: int = 0) -> Told:
        """Carry out a request at one of the nodes, in one transaction, as ``Caller.command`` does."""
        opened = self.nodes[node % len(self.nodes)]
        actor: Actor | None = None
        try:
            with opened.sessions.command() as session:
                if request.alters_authority:
                    epoch.hold_alone(session)
                actor = demo_signers.actor(session, self.accounts[request.staff_no])
                mark = idempotency.fingerprint("POST", request.path, request.body)
                idempotency.take(session, actor.account_id, request.key, request.path, mark)
                content = orjson.dumps(request.does(session, opened.office, actor))
                idempotency.keep(session, actor.account_id, request.key, 200, content)
        except Replayed as again:
            return Told(bytes(again.answer.body), replayed=True)
        except Refusal as refusal:
            if actor is not None and not isinstance(refusal, NotSignedIn):
                _keep(opened, actor, request, refusal)
            return Told(refusal=refusal)
        return Told(content)


def _keep(opened: Opened, actor: Actor, request: Sent, refusal: Refusal) -> None:
    case_no = refusal.facts.get("case_no") or request.case_no
    with opened.sessions.command() as session:
        if case_no is None and request.task_id is not None:
            case_no = queues.case_of(session, request.task_id)
        journal.record_refusal(session, actor, refusal, case_no=case_no, action=request.path)
