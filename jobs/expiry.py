"""Removes what nobody needs any more and what holds personal data meanwhile, a small batch at a time."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from authz.signing_in import identities, lockouts, sessions
from engine import drafts, prepared_rows
from engine.prepared_signatures import PreparedSignature
from engine.timing.prepared_clock_orders import PreparedClockOrder
from engine.workbooks import lists
from jobs.job import Job, Outcome, Turn

NAME = "expired"
# Rows a transaction removes: writers wait no longer than that takes.
BATCH = 200
# One that removes at most so many rows that are too old by this moment; how many it removed.
Expire = Callable[[Session, datetime, int], int]

OURS: Mapping[str, Expire] = {
    "sign_ins": sessions.remove_ended,
    "sign_in_failures": lockouts.remove_old,
    "outside_returns": identities.remove_spent,
    "drafts": drafts.remove_old,
    "lists": lists.remove_old,
    "prepared_signatures": partial(prepared_rows.remove_old, PreparedSignature),
    "prepared_clock_orders": partial(prepared_rows.remove_old, PreparedClockOrder),
}


def job(others: Mapping[str, Expire]) -> Job:
    """The hourly job; ``others`` are what rooms above keep and want removed."""
    kinds = {**OURS, **others}
    return Job(NAME, lambda turn: run(turn, kinds), every=timedelta(hours=1))


def run(turn: Turn, kinds: Mapping[str, Expire]) -> Outcome:
    """Remove what has expired of each kind; how many rows of each, in this round so far."""
    removed = dict(turn.result) if turn.place is not None else {}
    for kind, expire in kinds.items():
        while True:
            turn.go_on()
            with turn.sessions.command() as session:
                count = expire(session, turn.sessions.clock.now(), BATCH)
            removed[kind] = removed.get(kind, 0) + count
            if count < BATCH:
                break
            if turn.is_long():
                return Outcome(removed, kind)
    return Outcome(removed)
