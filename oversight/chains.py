"""Checks a stream of the journal: gap-free, each entry as its digest says, each naming the one before."""

from collections.abc import Iterable

from database.suites import UnknownSuite
from engine import journal
from engine.journal import GENESIS, JournalEntry
from oversight.findings import Finding, Findings, differs


def check(stream: str, listed: Iterable[JournalEntry]) -> Findings:
    """What is wrong in a stream by itself; nothing stored is believed."""
    head = GENESIS
    for place, entry in enumerate(listed, start=1):
        row = f"journal#{entry.seq}"
        if entry.seq != place:
            yield Finding(stream, row, "seq", "journal.gap", entry.seq, place)
            return
        yield from differs(
            stream, row, "previous_digest", "journal.chain", (entry.previous_digest, head)
        )
        yield from _digest(stream, row, entry)
        head = entry.digest


def _digest(stream: str, row: str, entry: JournalEntry) -> Findings:
    try:
        recomputed = journal.entry_digest(vars(entry))
    except UnknownSuite:
        yield Finding(stream, row, "suite", "journal.suite", entry.suite, None)
        return
    except (TypeError, ValueError):
        # Something that no entry of ours can hold, for example a float.
        yield Finding(stream, row, "detail", "journal.altered")
        return
    yield from differs(stream, row, "digest", "journal.altered", (entry.digest, recomputed))
