"""Verifying the cases in several processes (``tongban verify --workers N``): each takes share after share.

A process keeps one snapshot and one history of authority for all its shares: what is committed meanwhile it
does not see, in a case and in the rights alike. Journal, seals, office and register are the first process's.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain

from sqlalchemy.orm import Session

from api import composition
from api.composition import Opened
from api.settings import Settings
from authz.offices import agencies
from oversight import case_check, case_pages, verification
from oversight.authority_history import History
from oversight.findings import Finding
from oversight.known import Known

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
    known: Known
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
    shares = [(min(page), max(page)) for page in case_pages.all_cases(session)]
    # Spawned, not forked: connections and the keyring of this process are not for others.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _begin, (chosen,)) as pool:
        for found in pool.map(_go_through, shares):
            progress(found.cases)
            for note in found.notes:
                noted(note)
            yield from found.findings


def _begin(chosen: Settings) -> None:
    opened = composition.open_office(chosen)
    session = _open.enter_context(opened.sessions.reading())
    history = verification.history_of(session, lambda: agencies.codes(session))
    _worker[:] = [_Worker(opened, session, Known(session), history)]


def _go_through(share: Share) -> Found:
    (worker,) = _worker
    session, notes = worker.session, list[Finding]()
    cases = case_pages.between(session, *share)
    of_office = (worker.opened.office, cases, worker.known, worker.history)
    found = list(chain.from_iterable(case_check.findings(session, *of_office, notes.append)))
    return Found(found, notes, len(cases))
