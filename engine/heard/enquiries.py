"""What a client is told of his own case without signing in: how far it is, and nothing about anybody.

Whoever asks shows by the receipt's case number and the end of an identity number that the case is his
(R002-27: result by receipt number and an identity factor). Guesses are slowed down by ``Guesses``.
"""

import hmac
import threading
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz.offices import agencies
from database import clock
from database.refusals import Conflict, NotFound
from engine import correction_record, signoffs, stored
from engine.defining.definitions import Definition
from engine.office import Office
from engine.paperwork.documents import IssuedDocument
from engine.paperwork.papers import DocumentDelivery
from engine.process import Names
from engine.record import Case, CaseContent

FACTOR_LENGTH = 4
OUTCOMES = ("receipt", "certificate", "denial")
WRONG_AT_MOST = 5
WITHIN = timedelta(minutes=15)
_KEPT_AT_MOST = 10_000


class NothingSuch(NotFound):
    """No case has this number together with these characters: compare both with your receipt."""

    rule = "enquiry.nothing_such"


class TooManyGuesses(Conflict):
    """Too many wrong tries: wait 15 minutes, or ask at the office that gave you the receipt."""

    rule = "enquiry.too_many"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that was given, as the client sees it: which step, on which day."""

    step: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """A paper that says how the case ended, by its kind; ``delivered_on`` is None while it lies ready."""

    kind: str
    ready_at: datetime
    delivered_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a case is. ``waiting`` are the steps it waits for, ``missing`` the materials it lacks.

    ``outcomes`` are the papers of its end, and whether they have reached the applicant; ``corrected_by`` is
    the case by which what it had entered was reversed; with ``counts_again`` that one was reversed too.
    """

    case_no: str
    process: str
    names: Names
    status: str
    level: int
    route: str
    agency: str
    phone: str | None
    accepted_at: datetime
    due_on: date
    finished_at: datetime | None
    signed: Sequence[Signed]
    waiting: Sequence[str]
    missing: Sequence[Names]
    outcomes: Sequence[Outcome]
    corrected_by: str | None = None
    counts_again: bool = False


@dataclass(slots=True)
class Guesses:
    """Wrong tries of late, by what was asked for; this node's own, and no more than a bounded number.

    A case's number is asked for wrongly as often as a real one, so that the limit tells nobody which
    numbers exist.
    """

    _wrong: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def require_few(self, now: datetime, *keys: str) -> None:
        """Raise TooManyGuesses where one of these was guessed at too often."""
        with self._lock:
            if any(self._recent(key, now) >= WRONG_AT_MOST for key in keys):
                raise TooManyGuesses

    def note(self, now: datetime, *keys: str) -> None:
        """One more wrong try."""
        with self._lock:
            for key in keys:
                self._wrong.setdefault(key, deque(maxlen=WRONG_AT_MOST)).append(now)
                self._wrong.move_to_end(key)
            while len(self._wrong) > _KEPT_AT_MOST:
                self._wrong.popitem(last=False)

    def _recent(self, key: str, now: datetime) -> int:
        return sum(1 for at in self._wrong.get(key, ()) if now - at < WITHIN)


def ask(
    session: Session, office: Office, guesses: Guesses, case_no: str, last_four: str
) -> Standing:
    """How far the case is. Raises NothingSuch, which counts as a guess, and TooManyGuesses."""
    case_no, last_four = case_no.strip(), last_four.strip().upper()
    now = clock.now(session)
    guesses.require_few(now, case_no)
    case = session.execute(select(Case).where(Case.case_no == case_no)).scalar_one_or_none()
    content = None if case is None else session.get(CaseContent, (case.case_id, case.cycle))
    if case is None or content is None or not _his(content.applicant, last_four):
        guesses.note(now, case_no)
        raise NothingSuch
    return _standing(session, case, content, office.catalogue.at(case.definition))


def _his(applicant: Mapping[str, object], last_four: str) -> bool:
    """Whether a number of the applicant, or of whoever came for him, ends like this."""
    if len(last_four) != FACTOR_LENGTH:
        return False
    numbers = [str(applicant["id_no"])]
    agent = applicant.get("agent")
    if isinstance(agent, dict):
        numbers.append(str(agent["id_no"]))
    typed = last_four.encode()
    ends = [number[-FACTOR_LENGTH:].upper().encode() for number in numbers]
    return any(hmac.compare_digest(end, typed) for end in ends)


def _standing(
    session: Session, case: Case, content: CaseContent, definition: Definition
) -> Standing:
    agency = agencies.known(session, case.agency_code)
    corrected = correction_record.of_case(session, case.case_no)
    names = {material.code: material.name.names() for material in definition.guide.materials}
    awaits = case.status == "awaiting_materials"
    return Standing(
        case_no=case.case_no,
        process=case.process,
        names=definition.names,
        status=case.status,
        level=case.risk_level,
        route=case.route,
        agency=agency.name,
        phone=agency.phone,
        accepted_at=case.accepted_at,
        due_on=case.due_on,
        finished_at=case.finished_at,
        signed=[
            Signed(row.step, row.signed_at)
            for row in signoffs.effective(session, case.case_id, case.cycle)
            if row.decision in signoffs.APPROVING
        ],
        waiting=[task.step for task in stored.open_tasks(session, case.case_id)],
        missing=[names[code] for code in content.missing if code in names] if awaits else [],
        outcomes=_outcomes(session, case),
        corrected_by=corrected.corrected_by if corrected else None,
        counts_again=corrected is not None and correction_record.counts_again(session, corrected),
    )


def _outcomes(session: Session, case: Case) -> list[Outcome]:
    first = func.min(DocumentDelivery.delivered_on)
    asked = (
        select(IssuedDocument.kind, IssuedDocument.issued_at, first)
        .join(
            DocumentDelivery,
            (DocumentDelivery.number == IssuedDocument.number)
            & (DocumentDelivery.case_id == case.case_id),
            isouter=True,
        )
        .where(IssuedDocument.case_no == case.case_no, IssuedDocument.kind.in_(OUTCOMES))
        .group_by(IssuedDocument.document_id, IssuedDocument.kind, IssuedDocument.issued_at)
        .order_by(IssuedDocument.document_id)
    )
    return [Outcome(*row) for row in session.execute(asked)]
