"""What a database administrator can do to the journal and its seals, the server's own key in hand."""

import random
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from authz.offices.agencies import Agency
from engine import journal
from engine.journal import JournalEntry
from oversight import seals
from oversight.findings import Finding
from oversight.seal_record import MerkleNode, Seal
from tests import audited_office
from tests.borrowed_rights import Named


def truncate_a_stream(session: Session, choices: random.Random) -> Named:
    """Cut the end of a stream, sealed as it was."""
    entry = _entry(session, choices, last=True)
    stays = JournalEntry.stream != entry.stream
    session.execute(delete(JournalEntry).where(~stays, JournalEntry.seq >= entry.seq))
    return _range_covers(entry.entry_id)


def rechain_a_stream(session: Session, choices: random.Random) -> Named:
    """Change an entry and make every later digest of its stream agree."""
    return _rechained(session, choices)


def rewrite_with_the_key(session: Session, choices: random.Random) -> Named:
    """Change an entry, make its stream agree, and seal everything anew with the server's own key."""
    named = _rechained(session, choices)
    _reseal(session, choices)
    return named


def cut_with_the_key(session: Session, choices: random.Random) -> Named:
    """Cut the end of an office's stream, and seal what is left with the server's own key."""
    named = truncate_a_stream(session, choices)
    _reseal(session, choices)
    return named


def drop_the_last_seals(session: Session, choices: random.Random) -> Named:
    """Take seals and what they sealed away, as an old copy of the database would."""
    last = session.execute(select(func.max(Seal.seal_no))).scalar_one()
    kept = choices.randrange(1, last)
    upto = seals.get(session, kept).last_entry_id
    audited_office.forget(session)
    session.execute(delete(Seal).where(Seal.seal_no > kept))
    session.execute(delete(JournalEntry).where(JournalEntry.entry_id > upto))
    session.execute(delete(MerkleNode).where(MerkleNode.last_entry_id > upto))
    return _range_covers(upto + 1)


def _range_covers(entry_id: int) -> Named:
    """Findings of a witness that say: between these entries."""

    def named(finding: Finding) -> bool:
        if not finding.row.startswith("journal@"):
            return False
        first, last = finding.row.removeprefix("journal@").split("-")
        return int(first) <= entry_id <= int(last)

    return named


def _entry(session: Session, choices: random.Random, *, last: bool = False) -> Any:
    """An entry of an agency's own stream: nothing else in the database repeats what it says."""
    sealed = select(func.max(Seal.last_entry_id)).scalar_subquery()
    asked = select(JournalEntry).where(
        JournalEntry.stream.in_(select(Agency.code)), JournalEntry.entry_id <= sealed
    )
    listed = session.execute(asked.order_by(JournalEntry.entry_id)).scalars().all()
    plain = [entry for entry in listed if "rows" not in entry.detail]
    entry = choices.choice(plain)
    session.expunge_all()
    same = [one for one in plain if one.stream == entry.stream]
    return same[-1] if last else entry


def _rechained(session: Session, choices: random.Random) -> Named:
    entry = _entry(session, choices)
    mine = select(JournalEntry).where(JournalEntry.stream == entry.stream)
    later = session.execute(mine.where(JournalEntry.seq >= entry.seq).order_by(JournalEntry.seq))
    head = entry.previous_digest
    for one in later.scalars().all():
        if one.entry_id == entry.entry_id:
            one.detail = {**one.detail, "another": 1}
        one.previous_digest = head
        head = one.digest = journal.entry_digest(vars(one))
    session.flush()
    session.expunge_all()
    return _range_covers(entry.entry_id)


def _reseal(session: Session, choices: random.Random) -> None:
    """All seals made anew, as often as before, with the key that the server holds."""
    found = session.execute(select(Seal.last_entry_id).order_by(Seal.seal_no))
    ends = list(found.scalars())
    audited_office.forget(session)
    session.execute(delete(Seal))
    session.execute(delete(MerkleNode))
    for end in ends[: choices.randrange(1, len(ends))] + ends[-1:]:
        seals.seal(session, end)


KINDS = {
    "truncate a stream": truncate_a_stream,
    "re-chain a stream": rechain_a_stream,
    "rewrite with the server's key": rewrite_with_the_key,
    "cut with the server's key": cut_with_the_key,
    "an old copy": drop_the_last_seals,
}
