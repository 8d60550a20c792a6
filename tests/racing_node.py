"""A node in a process of its own, whose people reach for a task at the same moment as those of others."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from api import composition, failures
from api.settings import Settings
from authz.actors import Actor
from database.clock import Clock
from engine import signing, views
from engine.office import Office
from engine.queueing import claims
from engine.sign_off_requests import SignOffRequest
from tests import office_people
from tests.office_edge import Edge, Sent

THREADS = 3
LONGEST_WAIT_SECONDS = 300
DONE, AGAIN, SENT_BACK = "done", "answered again", "sent back by the register"


class MovedClock(Clock):
    """The machine's clock on another day, the same in every process that is told the same distance."""

    def __init__(self, behind: timedelta) -> None:
        self._behind = behind

    def now(self) -> datetime:
        return datetime.now(UTC) - self._behind


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody reaches for a task: to claim it, or to sign it over what he saw."""

    case_no: str
    task_id: str
    step: str
    seen: str
    staff_no: str
    key: str
    decision: str | None

    def sent(self, edge: Edge) -> Sent:
        """The request; without a decision it claims."""
        what = "sign" if self.decision else "claim"
        body = {"decision": self.decision, "seen": self.seen}
        path = f"/api/tasks/{self.task_id}/{what}"
        does = self._signs if self.decision else self._claims
        account = edge.accounts[self.staff_no]
        return Sent(
            self.staff_no,
            self.key,
            path,
            body,
            lambda session, office, actor: does(session, office, actor, account),
            task_id=self.task_id,
        )

    def _signs(self, session: Session, office: Office, actor: Actor, account: int) -> Any:
        given = SignOffRequest.model_validate(
            {"decision": self.decision, "opinion": "已核对", "seen": self.seen}
        )
        proof = office_people.proof(account)
        return views.after(signing.sign(session, office, actor, self.task_id, given, proof=proof))

    def _claims(self, session: Session, office: Office, actor: Actor, account: int) -> Any:
        del account
        return claims.shown(*claims.claim(session, office, actor, self.task_id))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: done, done before, or the rule that refused."""

    attempt: Attempt
    said: str

    @property
    def won(self) -> bool:
        """Whether it had, or has, its effect."""
        return self.said in (DONE, AGAIN, SENT_BACK)


Races = Sequence[Attempt | None]


def run(
    settings: Settings,
    behind: timedelta,
    accounts: Mapping[str, int],
    start: Barrier,
    parent: Connection,
) -> None:
    """Open an office; then for every list of races from the parent run them and tell what came of them.

    Each thread has a list of its own, of equal length; ``None`` where nobody reaches in its name.
    """
    opened = composition.open_office(settings, MovedClock(behind))
    edge = Edge([opened], accounts)
    parent.send("ready")
    while (lists := parent.recv()) is not None:
        outcomes: list[Outcome] = []
        threads = [
            threading.Thread(target=_race, args=(edge, own, start, outcomes)) for own in lists
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        parent.send(outcomes)
    opened.sessions.engine.dispose()


def _race(edge: Edge, own: Races, start: Barrier, outcomes: list[Outcome]) -> None:
    """A defect ends this thread with its traceback; the others then find the barrier broken."""
    try:
        for attempt in own:
            start.wait(LONGEST_WAIT_SECONDS)
            if attempt is not None:
                outcomes.append(Outcome(attempt, _said(edge, attempt)))
    except BaseException:
        start.abort()
        raise


def _said(edge: Edge, attempt: Attempt) -> str:
    try:
        told = edge.send(attempt.sent(edge))
    except (DBAPIError, PoolExhausted) as failed:
        unavailable = failures.explained(failed)
        if unavailable is None:
            raise
        return unavailable.rule
    if told.refusal is not None:
        return told.refusal.rule
    if told.replayed:
        return AGAIN
    back = attempt.decision == "approve" and told.answer["status"] == "returned"
    return SENT_BACK if back else DONE
