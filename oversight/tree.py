"""The tree over the journal as it is kept: a node for each 256 and each 65,536 entries, entries for the rest.

A proof at a million entries reads a few hundred digests and a few hundred nodes, never the whole journal.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from database import suites
from database.refusals import InvariantBroken
from engine.journal import JournalEntry
from oversight import merkle
from oversight.merkle import Edge, Hash
from oversight.seal_record import MerkleNode

TILE = 256
# Kept levels: 2^level entries under a node. Each is made of TILE of the one below.
LEVELS = (8, 16)

Entry = tuple[int, str]  # entry_id, digest


class KeptTree:
    """Reads subtrees of the sealed journal, and keeps the nodes that new entries complete."""

    def __init__(self, session: Session, tree: str) -> None:
        self._session = session
        self.hashing: Hash = suites.named(tree).hash

    def subtree(self, start: int, end: int) -> bytes:
        """The root of the entries from place ``start`` to before ``end``, as a proof asks for them."""
        edge = Edge(self.hashing)
        at = start
        for level in reversed(LEVELS):
            first, last = at >> level, end >> level
            if at % (1 << level) == 0 and first < last:
                for root in self._roots(level, first, last):
                    edge.append_subtree(1 << level, root)
                at = last << level
        for _entry, told in self.entries(at, end):
            edge.append(bytes.fromhex(told))
        return edge.root()

    def edge(self, size: int) -> Edge:
        """The right edge of the tree of ``size`` entries, to be added to."""
        edge = Edge(self.hashing)
        at = 0
        for level in reversed(LEVELS):
            for root in self._roots(level, at >> level, size >> level):
                edge.append_subtree(1 << level, root)
            at = size >> level << level
        for _entry, told in self.entries(at, size):
            edge.append(bytes.fromhex(told))
        return edge

    def entries(self, start: int, end: int) -> Sequence[Entry]:
        """The entries at these places, all in one tile. Raises InvariantBroken where some are gone."""
        if start == end:
            return []
        asked = select(JournalEntry.entry_id, JournalEntry.digest)
        first = self._first_entry(start // TILE)
        if first is not None:
            asked = asked.where(JournalEntry.entry_id > first)
        found = self._session.execute(
            asked.order_by(JournalEntry.entry_id).offset(start % TILE).limit(end - start)
        ).all()
        if len(found) != end - start:
            raise InvariantBroken(f"the sealed journal entries {start} to {end} are not all there")
        return [(row.entry_id, row.digest) for row in found]

    def place(self, entry_id: int) -> int:
        """The place (from 0) of an entry among all of the journal."""
        tile = self._session.execute(
            select(func.max(MerkleNode.place)).where(
                MerkleNode.level == LEVELS[0], MerkleNode.first_entry_id <= entry_id
            )
        ).scalar_one()
        number = 0 if tile is None else tile
        before = self._first_entry(number)
        asked = select(func.count()).select_from(JournalEntry)
        if before is not None:
            asked = asked.where(JournalEntry.entry_id > before)
        in_tile = self._session.execute(asked.where(JournalEntry.entry_id < entry_id)).scalar_one()
        return int(number * TILE + in_tile)

    def keep(self, size: int, tail: Sequence[Entry]) -> None:
        """Keep the nodes that are complete now.

        ``tail`` are the entries from the first one outside a kept node up to ``size``.
        """
        first = (size - len(tail)) // TILE
        rows = []
        for number in range(len(tail) // TILE):
            inside = tail[number * TILE : (number + 1) * TILE]
            root = merkle.root(self.hashing, [bytes.fromhex(told) for _id, told in inside])
            rows.append(_node(LEVELS[0], first + number, (inside[0][0], inside[-1][0]), root))
        self._insert(rows)
        for number in range(first // TILE, (first + len(rows)) // TILE):
            self._keep_above(number)

    def _keep_above(self, number: int) -> None:
        below = self._session.execute(
            select(MerkleNode.first_entry_id, MerkleNode.last_entry_id, MerkleNode.root)
            .where(
                MerkleNode.level == LEVELS[0],
                MerkleNode.place >= number * TILE,
                MerkleNode.place < (number + 1) * TILE,
            )
            .order_by(MerkleNode.place)
        ).all()
        edge = Edge(self.hashing)
        for row in below:
            edge.append_subtree(1, bytes.fromhex(row.root))
        span = (below[0].first_entry_id, below[-1].last_entry_id)
        self._insert([_node(LEVELS[1], number, span, edge.root())])

    def _insert(self, rows: list[dict[str, object]]) -> None:
        if rows:
            self._session.execute(insert(MerkleNode), rows)

    def _roots(self, level: int, first: int, last: int) -> Iterable[bytes]:
        if first == last:
            return []
        found = self._session.execute(
            select(MerkleNode.root)
            .where(MerkleNode.level == level, MerkleNode.place >= first, MerkleNode.place < last)
            .order_by(MerkleNode.place)
        ).scalars()
        roots = [bytes.fromhex(root) for root in found]
        if len(roots) != last - first:
            raise InvariantBroken(f"nodes {first} to {last} of level {level} are not all there")
        return roots

    def _first_entry(self, tile: int) -> int | None:
        """The number of the last entry before a tile; None before the first tile."""
        if tile == 0:
            return None
        return self._session.execute(
            select(MerkleNode.last_entry_id).where(
                MerkleNode.level == LEVELS[0], MerkleNode.place == tile - 1
            )
        ).scalar_one_or_none()


def _node(level: int, place: int, span: tuple[int, int], root: bytes) -> dict[str, object]:
    return {
        "level": level,
        "place": place,
        "first_entry_id": span[0],
        "last_entry_id": span[1],
        "root": root.hex(),
    }
