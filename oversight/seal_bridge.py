"""The seal after a change of suite: signed under both, with the root of the same entries under both hashes.

Without it a reader who trusts only the new algorithms would have to believe the old ones for all that came
before. The tree goes on under the hash of the first seal: every seal stays consistent with every other.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import digest, suites
from database.suites import Suite, UnknownSuite
from engine.journal import JournalEntry
from oversight import seal_record
from oversight.findings import Finding, Findings, differs
from oversight.merkle import Edge
from oversight.seal_record import Checkpoint

PAGE = 10_000


def named(session: Session, before: Suite, now: Suite, last_entry_id: int) -> dict[str, Any]:
    """What the seal says of the suite before it, and of the entries' root under the new hash."""
    public = before.public(seal_record.private_key(before))
    return {
        "suite": before.name,
        "key_id": seal_record.key_id(public),
        "public_key": public.hex(),
        "tree": now.name,
        "root": root(session, now, last_entry_id),
    }


def signature(said: Checkpoint, before: Suite) -> str:
    """The signature (hex) of the suite before over the same seal."""
    covered = digest.covered("seal", seal_record.signed_part(said), before)
    return before.sign(seal_record.private_key(before), covered).hex()


def root(session: Session, suite: Suite, last_entry_id: int) -> str:
    """The root of the journal's entries up to a number, under a suite's hash."""
    edge = Edge(suite.hash)
    for told in _digests(session, last_entry_id):
        edge.append(told)
    return edge.root().hex()


def check(said: Checkpoint, before: Checkpoint | None, row: str) -> Findings:
    """What is wrong with the second signature: there after a change of suite, and only there.

    ``before`` is the seal that this one names, where that is known.
    """
    also, signed = said.get("also"), said.get("also_signature")
    if before is not None:
        changed = said["suite"] != before["suite"]
        yield from differs("", row, "also", "seal.bridge", (also is not None, changed))
    elif said["seal_no"] == 1:
        yield from differs("", row, "also", "seal.bridge", (also is not None, False))
    pair = (signed is not None, also is not None)
    yield from differs("", row, "also_signature", "seal.bridge", pair)
    if also is None or signed is None:
        return
    try:
        yield from _signed(said, also, signed, row)
    except (UnknownSuite, LookupError, TypeError, ValueError, AttributeError):
        yield Finding("", row, "also", "seal.bridge")
        return
    if before is not None:
        yield from differs("", row, "also", "seal.bridge", (also["suite"], before["suite"]))


def check_roots(session: Session, listed: Sequence[Checkpoint], where: str) -> Findings:
    """What is wrong with the roots under the other hash: the journal is read once for each such seal."""
    for said in listed:
        also = said.get("also")
        if not isinstance(also, dict) or also.get("tree") not in suites.NAMES:
            continue
        try:
            found = root(session, suites.named(also["tree"]), said["last_entry_id"])
        except ValueError:
            # A digest that is none; the stream's own check names the entry.
            found = ""
        row = f"{where}#{said['seal_no']}"
        yield from differs("", row, "also", "seal.root", (found, also.get("root")))


def _signed(said: Checkpoint, also: Any, signed: str, row: str) -> Findings:
    suite = suites.named(also["suite"])
    public = bytes.fromhex(also["public_key"])
    covered = digest.covered("seal", seal_record.signed_part(said), suite)
    own = suite.public(seal_record.private_key(suite)).hex()
    yield from differs("", row, "also", "seal.key", (also["public_key"], own))
    pairs = [(also["key_id"], seal_record.key_id(public)), (also["tree"], said["suite"])]
    for pair in pairs:
        yield from differs("", row, "also", "seal.bridge", pair)
    if not suite.verify(public, covered, bytes.fromhex(signed)):
        yield Finding("", row, "also_signature", "seal.signature")


def _digests(session: Session, last_entry_id: int) -> Iterator[bytes]:
    after = 0
    while page := _page(session, after, last_entry_id):
        for entry_id, told in page:
            yield bytes.fromhex(told)
            after = entry_id


def _page(session: Session, after: int, last_entry_id: int) -> Sequence[Any]:
    found: Iterable[Any] = session.execute(
        select(JournalEntry.entry_id, JournalEntry.digest)
        .where(JournalEntry.entry_id > after, JournalEntry.entry_id <= last_entry_id)
        .order_by(JournalEntry.entry_id)
        .limit(PAGE)
    )
    return list(found)
