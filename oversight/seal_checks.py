"""Checks the seals against the journal, against each other, against the seal file and against a witness.

The journal is read once, in order. That its entries are as their digests say is the streams' matter.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import suites
from database.suites import UnknownSuite
from engine.journal import JournalEntry
from oversight import merkle, seal_bridge, seal_record
from oversight.findings import Finding, Findings, differs
from oversight.merkle import Edge
from oversight.seal_record import GENESIS, Checkpoint, MerkleNode, Seal
from oversight.tree import LEVELS, TILE

PAGE = 10_000
# Told how many more entries were read.
Progress = Callable[[int], None]


@dataclass
class Asked:
    """The roots to be recomputed: at each number of an entry, what claims to be the root up to there."""

    tree: str
    entry_ids: list[int]
    sizes: dict[int, int] = field(default_factory=dict)
    roots: dict[int, str] = field(default_factory=dict)


def check(session: Session, *, progress: Progress = lambda _read: None) -> Findings:
    """What is wrong with the seals of this database."""
    seals = session.execute(select(Seal).order_by(Seal.seal_no)).scalars().all()
    if not seals:
        return
    yield from _chain([seal_record.checkpoint(seal) for seal in seals], "seals")
    expected = suites.named(seals[0].tree) if seals[0].tree in suites.NAMES else suites.current()
    asked = Asked(expected.name, [seal.last_entry_id for seal in seals])
    yield from _recompute(session, asked, progress)
    before: Seal | None = None
    for seal in seals:
        broken = list(_root(f"seals#{seal.seal_no}", seal_record.checkpoint(seal), asked))
        yield from broken
        if broken:
            # Every later root covers the same entries: one place is named, the first.
            first = 1 if before is None else before.last_entry_id + 1
            yield _between(first, seal.last_entry_id)
            return
        before = seal
    checkpoints = [seal_record.checkpoint(seal) for seal in seals]
    yield from seal_bridge.check_roots(session, checkpoints, "seals")


def check_witness(session: Session, witness: Sequence[Checkpoint]) -> Findings:
    """What a witness's checkpoints say against the present journal and seals.

    Reveals a cut end, a return to an old copy, and a history rewritten with the server's own keys.
    """
    yield from _chain(witness, "witness")
    if not witness:
        return
    asked = Asked(witness[0]["tree"], sorted({said["last_entry_id"] for said in witness}))
    try:
        list(_recompute(session, asked, lambda _read: None))
    except UnknownSuite:
        return
    stored = _stored(session)
    held = 0
    for said in witness:
        row = f"witness#{said['seal_no']}"
        if (found := stored.get(said["seal_no"])) != said["digest"]:
            yield Finding("", row, "digest", "witness.seal", found, said["digest"])
        broken = list(_root(row, said, asked))
        if broken:
            yield from broken
            # Entries up to the checkpoint before hold as witnessed; these don't.
            yield _between(held + 1, said["last_entry_id"])
            return
        held = said["last_entry_id"]
    yield from seal_bridge.check_roots(session, witness, "witness")


def check_file(session: Session, kept: Sequence[Checkpoint]) -> Findings:
    """Whether every line of the seal file is a seal of the table. A line may wait for the next sealing."""
    stored = _stored(session)
    yield from _chain(kept, "seal_file")
    for said in kept:
        pair = (stored.get(said["seal_no"]), said["digest"])
        row = f"seal_file#{said['seal_no']}"
        yield from differs("", row, "digest", "seal.file", pair)


def _stored(session: Session) -> dict[int, str]:
    found = session.execute(select(Seal.seal_no, Seal.digest))
    return {row.seal_no: row.digest for row in found}


def _chain(listed: Sequence[Checkpoint], where: str) -> Findings:
    """Signatures, keys, numbers, growth, and each naming the one before it; nothing stored is believed.

    A witness may begin anywhere and leave seals out, so there only neighbours are held together.
    """
    before: Checkpoint | None = None
    for said in listed:
        row = f"{where}#{said['seal_no']}"
        try:
            pair = (said["digest"], seal_record.seal_digest(said))
            yield from differs("", row, "digest", "seal.altered", pair)
            if not seal_record.is_signed(said):
                yield Finding("", row, "signature", "seal.signature")
            suite = suites.named(said["suite"])
            own = suite.public(seal_record.private_key(suite)).hex()
            yield from differs("", row, "public_key", "seal.key", (said["public_key"], own))
        except UnknownSuite:
            yield Finding("", row, "suite", "seal.suite", said["suite"], None)
        follows = before is not None and said["seal_no"] == before["seal_no"] + 1
        yield from seal_bridge.check(said, before if follows else None, row)
        yield from _after(said, before, row, whole=where != "witness")
        before = said


def _after(said: Checkpoint, before: Checkpoint | None, row: str, *, whole: bool) -> Findings:
    number = 1 if before is None else before["seal_no"] + 1
    if whole:
        yield from differs("", row, "seal_no", "seal.gap", (said["seal_no"], number))
    if before is None:
        if said["seal_no"] == 1:
            pair = (said["previous"], GENESIS)
            yield from differs("", row, "previous", "seal.chain", pair)
        return
    if said["seal_no"] == number:
        pair = (said["previous"], before["digest"])
        yield from differs("", row, "previous", "seal.chain", pair)
    for member in ("seal_no", "size", "last_entry_id"):
        if said[member] <= before[member]:
            yield Finding("", row, member, "seal.shrinks", said[member], None)
    yield from differs("", row, "tree", "seal.tree", (said["tree"], before["tree"]))


def _recompute(session: Session, asked: Asked, progress: Progress) -> Findings:
    """Read the journal once: fill in the roots asked for, and compare the kept nodes of the tree."""
    hashing = suites.named(asked.tree).hash
    nodes = _Nodes(session, hashing)
    edge = Edge(hashing)
    waiting = sorted(set(asked.entry_ids), reverse=True)
    for entry_id, told in _journal(session, progress):
        while waiting and waiting[-1] < entry_id:
            _note(asked, waiting.pop(), edge)
        if not waiting:
            break
        try:
            hashed = merkle.leaf(hashing, bytes.fromhex(told))
        except ValueError:
            # The stream's check names the entry; here it is only not what was sealed.
            hashed = b""
        edge.append_subtree(1, hashed)
        yield from nodes.add(entry_id, hashed)
    for entry_id in reversed(waiting):
        _note(asked, entry_id, edge)
    yield from nodes.left_over()


def _note(asked: Asked, entry_id: int, edge: Edge) -> None:
    asked.sizes[entry_id], asked.roots[entry_id] = edge.size, edge.root().hex()


def _journal(session: Session, progress: Progress) -> Iterator[tuple[int, str]]:
    last = 0
    while True:
        page = session.execute(
            select(JournalEntry.entry_id, JournalEntry.digest)
            .where(JournalEntry.entry_id > last)
            .order_by(JournalEntry.entry_id)
            .limit(PAGE)
        ).all()
        if not page:
            return
        for row in page:
            yield row.entry_id, row.digest
        last = page[-1].entry_id
        progress(len(page))


class _Nodes:
    """The kept nodes, compared with what the journal gives as it is read."""

    def __init__(self, session: Session, hashing: merkle.Hash) -> None:
        self._hashing = hashing
        self._kept: dict[tuple[int, int], Any] = {
            (row.level, row.place): row for row in session.execute(select(MerkleNode)).scalars()
        }
        self._open: dict[int, list[tuple[int, int, bytes]]] = {level: [] for level in LEVELS}
        self._places = dict.fromkeys(LEVELS, 0)

    def add(self, entry_id: int, hashed: bytes) -> Findings:
        """Take one more leaf."""
        below = (entry_id, entry_id, hashed)
        for level in LEVELS:
            self._open[level].append(below)
            if len(self._open[level]) < TILE:
                return
            edge = Edge(self._hashing)
            for _first, _last, root in self._open[level]:
                edge.append_subtree(1, root)
            below = (self._open[level][0][0], self._open[level][-1][1], edge.root())
            self._open[level] = []
            yield from self._compare(level, below)

    def left_over(self) -> Findings:
        """Nodes that the journal gives no reason for."""
        for level, place in sorted(self._kept):
            yield Finding("", f"merkle_nodes#{level}.{place}", "place", "seal.node")

    def _compare(self, level: int, found: tuple[int, int, bytes]) -> Findings:
        place = self._places[level]
        self._places[level] += 1
        kept = self._kept.pop((level, place), None)
        row = f"merkle_nodes#{level}.{place}"
        if kept is None:
            yield Finding("", row, "root", "seal.node", None, found[2].hex())
            return
        expected = {
            "first_entry_id": found[0],
            "last_entry_id": found[1],
            "root": found[2].hex(),
        }
        for column, value in expected.items():
            yield from differs("", row, column, "seal.node", (getattr(kept, column), value))


def _root(row: str, said: Checkpoint, asked: Asked) -> Findings:
    """What the journal gives now, against what was sealed."""
    at = said["last_entry_id"]
    pair = (asked.sizes.get(at, 0), said["size"])
    yield from differs("", row, "size", "seal.size", pair)
    found = (asked.roots.get(at), said["root"])
    yield from differs("", row, "root", "seal.root", found)


def _between(first: int, last: int) -> Finding:
    return Finding("", f"journal@{first}-{last}", "entry_id", "seal.entries")
