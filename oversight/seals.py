"""Seals (封存): makes them over what the journal holds for good, and proves by them.

PostgreSQL commits out of order: an entry with a lower number may come after one with a higher. Each
statement that adds to the journal therefore shares a lock which sealing takes alone for an instant; all
numbers handed out before then are committed or gone. SQLite has one writer, and nothing to wait for.
"""

from dataclasses import dataclass
from typing import Any

from psycopg.errors import LockNotAvailable
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from database import clock, digest, suites
from database.connection import Sessions
from database.refusals import InvariantBroken, NotFound, Unavailable
from engine.journal import JournalEntry
from oversight import merkle, seal_bridge, seal_record
from oversight.merkle import Edge
from oversight.seal_record import GENESIS, Seal
from oversight.tree import TILE, Entry, KeptTree

# One seal covers at most so many entries: the office writes on between two of them.
MOST_ENTRIES = 20_000
ATTEMPTS = 20
# How long writers may queue behind a sealer that waits for the last of those before them.
WAIT_MILLISECONDS = 100
# Keys of PostgreSQL's advisory locks: the journal's, by migration 0006's trigger, and the sealers'.
JOURNAL_LOCK, SEALERS_LOCK = 7_204_505_801, 7_204_505_802


class SealBusy(Unavailable):
    """Somebody has been writing to the journal for too long to seal it now; try again."""

    rule = "seal.busy"


class SealNotFound(NotFound):
    """There is no such seal."""

    rule = "seal.not_found"


class NotSealed(NotFound):
    """This entry is not under a seal yet; the next one covers it."""

    rule = "seal.not_yet"


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that an entry is the leaf at ``place`` (from 0) under a seal; hashes in hex."""

    entry_id: int
    entry_digest: str
    place: int
    seal: Seal
    path: list[str]


def seal_all(sessions: Sessions) -> list[Seal]:
    """Seal everything the journal holds for good; empty where nothing is new.

    Raises SealBusy, and InvariantBroken where what was sealed before no longer stands there.
    """
    upto = settled(sessions)
    made: list[Seal] = []
    while True:
        with sessions.command() as session:
            one = seal(session, upto)
        if one is None:
            return made
        made.append(one)


def settled(sessions: Sessions) -> int:
    """The highest number up to which no entry can appear any more. Raises SealBusy."""
    last = select(func.coalesce(func.max(JournalEntry.entry_id), 0))
    for _attempt in range(ATTEMPTS):
        try:
            with sessions.command() as session:
                if session.get_bind().dialect.name == "postgresql":
                    session.execute(text(f"SET LOCAL lock_timeout = '{WAIT_MILLISECONDS}ms'"))
                    session.execute(text(f"SELECT pg_advisory_xact_lock({JOURNAL_LOCK})"))
                return int(session.execute(last).scalar_one())
        except OperationalError as failed:
            if not isinstance(failed.orig, LockNotAvailable):
                raise
    raise SealBusy


def seal(session: Session, upto: int) -> Seal | None:
    """Make the next seal, over entries up to number ``upto`` (``settled``); None where nothing is new.

    None as well where another node is at it.
    """
    if session.get_bind().dialect.name == "postgresql":
        ours = text(f"SELECT pg_try_advisory_xact_lock({SEALERS_LOCK})")
        if not session.execute(ours).scalar_one():
            return None
    before = latest(session)
    after = 0 if before is None else before.last_entry_id
    new = session.execute(
        select(JournalEntry.entry_id, JournalEntry.digest)
        .where(JournalEntry.entry_id > after, JournalEntry.entry_id <= upto)
        .order_by(JournalEntry.entry_id)
        .limit(MOST_ENTRIES)
    ).all()
    if not new:
        return None
    suite = suites.current()
    kept = KeptTree(session, suite.name if before is None else before.tree)
    edge, tail = _standing(kept, before)
    for entry in new:
        edge.append(bytes.fromhex(entry.digest))
    kept.keep(edge.size, [*tail, *((entry.entry_id, entry.digest) for entry in new)])
    now = clock.now(session)
    changed = before is not None and before.suite != suite.name
    other = suites.named(before.suite) if before is not None and changed else None
    last = new[-1].entry_id
    made = _signed(
        {
            "seal_no": 1 if before is None else before.seal_no + 1,
            "size": edge.size,
            "last_entry_id": last,
            "tree": suite.name if before is None else before.tree,
            "root": edge.root().hex(),
            "previous": GENESIS if before is None else before.digest,
            "sealed_at": clock.moment_text(now),
            "also": seal_bridge.named(session, other, suite, last) if other else None,
        },
        suite,
    )
    made["also_signature"] = seal_bridge.signature(made, other) if other else None
    row = {**made, "sealed_at": now}
    session.execute(insert(Seal), [row])
    return Seal(**row)


def latest(session: Session) -> Seal | None:
    """The newest seal."""
    found = select(Seal).order_by(Seal.seal_no.desc()).limit(1)
    return session.execute(found).scalar_one_or_none()


def get(session: Session, seal_no: int) -> Seal:
    """One seal. Raises SealNotFound."""
    found = session.get(Seal, seal_no)
    if found is None:
        raise SealNotFound
    return found


def inclusion(session: Session, entry_id: int, seal_no: int | None = None) -> Inclusion:
    """The proof that a journal entry is under a seal, the newest unless one is named.

    Raises NotSealed, SealNotFound.
    """
    under = latest(session) if seal_no is None else get(session, seal_no)
    told = session.execute(
        select(JournalEntry.digest).where(JournalEntry.entry_id == entry_id)
    ).scalar_one_or_none()
    if under is None or told is None or entry_id > under.last_entry_id:
        raise NotSealed
    kept = KeptTree(session, under.tree)
    place = kept.place(entry_id)
    path = merkle.inclusion(under.size, place, kept.subtree)
    return Inclusion(entry_id, told, place, under, [step.hex() for step in path])


def consistency(session: Session, old: Seal, new: Seal) -> list[str]:
    """The proof that the journal under ``old`` is the beginning of the one under ``new``."""
    kept = KeptTree(session, new.tree)
    return [step.hex() for step in merkle.consistency(old.size, new.size, kept.subtree)]


def includes(proof: Inclusion) -> bool:
    """Whether a proof of inclusion holds under the seal it names."""
    return merkle.includes(
        suites.named(proof.seal.tree).hash,
        merkle.leaf(suites.named(proof.seal.tree).hash, bytes.fromhex(proof.entry_digest)),
        proof.place,
        proof.seal.size,
        [bytes.fromhex(step) for step in proof.path],
        bytes.fromhex(proof.seal.root),
    )


def _standing(kept: KeptTree, before: Seal | None) -> tuple[Edge, list[Entry]]:
    """The edge under the last seal, which must still give its root, and the entries of its last tile."""
    if before is None:
        return Edge(kept.hashing), []
    edge = kept.edge(before.size)
    if edge.root().hex() != before.root:
        raise InvariantBroken(
            f"the journal no longer gives the root of seal {before.seal_no}: run `tongban verify`"
        )
    return edge, list(kept.entries(before.size - before.size % TILE, before.size))


def _signed(said: dict[str, Any], suite: suites.Suite) -> dict[str, Any]:
    private = seal_record.private_key(suite)
    public = suite.public(private)
    named = {
        **said,
        "suite": suite.name,
        "key_id": seal_record.key_id(public),
        "public_key": public.hex(),
    }
    covered = digest.covered("seal", seal_record.signed_part(named), suite)
    return {
        **named,
        "digest": suite.hash(covered).hex(),
        "signature": suite.sign(private, covered).hex(),
    }
