"""Whose paper somebody holds: a number and the verification code printed beside it, instead of an account.

The code is drawn at random and stands on the paper alone, so whoever types both was served here, or stands in
for whom was. Guesses are counted as for progress, by the number, whether there is such a number or not.
"""

import hmac
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import clock
from database.refusals import InvariantBroken, NotFound
from engine.heard.enquiries import Guesses
from engine.paperwork import documents
from engine.paperwork.documents import IssuedDocument
from engine.record import Case
from engine.window_refusals import WindowRefusal

# What ends a service in writing; a case that was withdrawn has been judged by nobody.
ENDED = ("completed", "refused")
_LEFT_OUT = str.maketrans("", "", " -")


class NoSuchPaper(NotFound):
    """No paper of this office has this number together with this code: compare both with your receipt."""

    rule = "feedback.no_paper"


@dataclass(frozen=True, slots=True)
class Held:
    """What a paper is about: its case, or the application that was turned away at the window.

    ``number`` is the case's or the refusal's, ``teller`` the account of whom the papers name as responsible;
    ``ended`` is whether the service is over.
    """

    number: str
    agency: str
    process: str
    definition: str
    teller: int
    ended: bool


def held(session: Session, guesses: Guesses, number: str, code: str) -> Held:
    """What the paper of this number and code is about; the number may be the case's own.

    Raises NoSuchPaper, which counts as a guess, and TooManyGuesses.
    """
    number, typed = number.strip().upper(), code.translate(_LEFT_OUT).upper()
    about, now = number.partition("-")[0], clock.now(session)
    key = f"paper:{about}"
    guesses.require_few(now, key)
    asked = select(IssuedDocument).where(IssuedDocument.case_no == about)
    papers = session.execute(asked).scalars().all()
    fitting = [
        one
        for one in papers
        if number in (one.number, one.case_no)
        and hmac.compare_digest(one.verification_code.encode(), typed.encode())
    ]
    found = _about(session, about) if fitting and _genuine(fitting[0]) else None
    if found is None:
        guesses.note(now, key)
        raise NoSuchPaper
    return found


def _genuine(paper: IssuedDocument) -> bool:
    """Whether the row is what was issued: an altered one is nobody's proof."""
    try:
        documents.check(paper)
    except InvariantBroken:
        return False
    return True


def _about(session: Session, number: str) -> Held | None:
    case = session.execute(select(Case).where(Case.case_no == number)).scalar_one_or_none()
    if case is not None:
        teller, ended = case.handled_by or case.accepted_by, case.status in ENDED
        return Held(number, case.agency_code, case.process, case.definition, teller, ended)
    refused = session.execute(
        select(WindowRefusal).where(WindowRefusal.number == number)
    ).scalar_one_or_none()
    if refused is None:
        return None
    return Held(
        number,
        refused.agency_code,
        refused.process,
        refused.definition,
        refused.refused_by,
        ended=True,
    )
