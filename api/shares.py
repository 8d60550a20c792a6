"""Verifying the cases in several processes (``tongban verify --workers N``): each takes share after share.

A process keeps one snapshot and one history of authority for all its shares: what is committed meanwhile it
does not see, in a case and in the rights alike. Journal, seals, office and register are the first process's.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import composition
from api.composition import Opened
from api.settings import Settings
from authz import agencies
from engine.record import Case
from oversight import verification
from oversight.authority_history import History
from oversight.findings import Finding

SHARE = 250

Share = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """What one share brought: findings, notes, and how many cases were gone through."""

    findings: list[Finding]
    notes: list[Finding]
    cases: int


@dataclass(frozen=True, slots=True)
class _Worker:
    opened: Opened
    session: Session
    history: History | None


# Of this process: open until it ends.
_worker: list[_Worker] = []
_open = ExitStack()


def findings(
    session: Session,
    chosen: Settings,
    workers: int,
    *,
    progress: Callable[[int], None] = lambda _cases: None,
    noted: Callable[[Finding], None] = lambda _note: None,
) -> Iterator[Finding]:
    """Every finding of every case that this session sees, by as many processes."""
    shares = list(_shares(session))
    # Spawned, not forked: connections and the keyring of this process are not for others.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (chosen,)) as pool:
        for found in pool.map(_go_through, shares):
            progress(found.cases)
            for note in found.notes:
                noted(note)
            yield from found.findings


def _shares(session: Session) -> Iterator[Share]:
    """The cases by their numbers: after the one, up to the other."""
    after = 0
    while True:
        page = session.execute(
            select(Case.case_id).where(Case.case_id > after).order_by(Case.case_id).limit(SHARE)
        )
        numbers = page.scalars().all()
        if not numbers:
            return
        yield after, numbers[-1]
        after = numbers[-1]


def _begin(chosen: Settings) -> None:
    opened = composition.open_office(chosen)
    session = _open.enter_context(opened.sessions.reading())
    history = verification.history_of(session, lambda: agencies.codes(session))
    _worker[:] = [_Worker(opened, session, history)]


def _go_through(share: Share) -> Found:
    (worker,) = _worker
    session, after, upto = worker.session, *share
    notes: list[Finding] = []
    found: list[Finding] = []
    listed = session.execute(select(Case.case_id).where(Case.case_id > after, Case.case_id <= upto))
    numbers = sorted(listed.scalars())
    for case_id in numbers:
        office = worker.opened.office
        found += verification.case_findings(session, office, case_id, worker.history, notes.append)
        session.expunge_all()
    return Found(found, notes, len(numbers))
