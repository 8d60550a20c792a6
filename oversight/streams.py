"""Checks the journal's streams one by one, and says which of them a verification has to go through."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.journal import JournalEntry
from engine.record import Case
from oversight import chains, seals, unreadable
from oversight.findings import Finding, Findings
from oversight.unreadable import guarded

PAGE = 2_000


def touched(session: Session, since_seal: int | None) -> set[str]:
    """All streams, or those to which entries were added after a seal. Raises SealNotFound."""
    asked = select(JournalEntry.stream).distinct()
    if since_seal is not None:
        asked = asked.where(JournalEntry.entry_id > seals.get(session, since_seal).last_entry_id)
    return set(session.execute(asked).scalars())


def check(session: Session, stream: str) -> Findings:
    """What is wrong in an office's stream, which may be longer than memory."""
    spoiled: list[Finding] = []
    listed = _entries(session, stream, spoiled)
    yield from guarded(stream, "journal", chains.check(stream, listed))
    yield from spoiled


def _entries(session: Session, stream: str, spoiled: list[Finding]) -> Iterator[JournalEntry]:
    """The entries in order, up to the page in which something can't be read: that goes to ``spoiled``."""
    where = JournalEntry.stream == stream
    asked = (JournalEntry, where, JournalEntry.seq, PAGE)
    while page := unreadable.rows(session, *asked):
        yield from page
        after = (JournalEntry.stream == stream) & (JournalEntry.seq > page[-1].seq)
        asked = (JournalEntry, after, JournalEntry.seq, PAGE)
        session.expunge_all()
    if page is None:
        spoiled += unreadable.located(session, stream, *asked)


def of_cases(session: Session, streams: set[str]) -> set[str]:
    """Those of these streams that are a case's."""
    return streams & set(session.execute(select(Case.case_no)).scalars())
