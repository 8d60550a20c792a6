"""Merkle trees of RFC 9162 §2.1: root, proofs of inclusion and of consistency, and how they are checked.

A tree is never held whole: an ``Edge`` keeps the roots of its complete halves, so that adding a leaf costs
O(log n), and proofs ask for the subtrees they need. The hash function is the caller's (SHA-256 or SM3).
"""

from collections.abc import Callable, Sequence

Hash = Callable[[bytes], bytes]
# The root of the leaves from ``start`` (included) to ``end`` (not included).
Subtree = Callable[[int, int], bytes]

_LEAF, _NODE = b"\0", b"\1"


def leaf(hashing: Hash, data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashing(_LEAF + data)


def node(hashing: Hash, left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashing(_NODE + left + right)


class Edge:
    """The roots of a growing tree's complete subtrees, the largest first."""

    def __init__(self, hashing: Hash) -> None:
        self._hashing = hashing
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []  # leaves under it, its root

    def append(self, data: bytes) -> None:
        """Add a leaf."""
        self.append_subtree(1, leaf(self._hashing, data))

    def append_subtree(self, leaves: int, root: bytes) -> None:
        """Add a complete subtree; ``leaves`` is a power of two by which the size so far can be divided."""
        self.size += leaves
        while self._peaks and self._peaks[-1][0] == leaves:
            root = node(self._hashing, self._peaks.pop()[1], root)
            leaves *= 2
        self._peaks.append((leaves, root))

    def root(self) -> bytes:
        """The root of everything so far; of nothing it is the hash of nothing."""
        if not self._peaks:
            return self._hashing(b"")
        found = self._peaks[-1][1]
        for _leaves, left in reversed(self._peaks[:-1]):
            found = node(self._hashing, left, found)
        return found


def root(hashing: Hash, leaves: Sequence[bytes]) -> bytes:
    """The root over these leaves' data."""
    edge = Edge(hashing)
    for data in leaves:
        edge.append(data)
    return edge.root()


def inclusion(size: int, place: int, subtree: Subtree) -> list[bytes]:
    """The proof (RFC 9162 §2.1.3.1) that the leaf at ``place`` (from 0) is in the tree of ``size`` leaves."""
    start, end, path = 0, size, []
    while end - start > 1:
        half = start + split(end - start)
        if place < half:
            path.append(subtree(half, end))
            end = half
        else:
            path.append(subtree(start, half))
            start = half
    return path[::-1]


def consistency(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """The proof (RFC 9162 §2.1.4.1) that the tree of ``old`` leaves is the beginning of that of ``size``."""
    if old in (0, size):
        return []
    start, end, path = 0, size, []
    # Whether the old tree is, so far, exactly the subtree in hand: then its root is known.
    known = True
    while old != end:
        half = start + split(end - start)
        if old <= half:
            path.append(subtree(half, end))
            end = half
        else:
            path.append(subtree(start, half))
            start, known = half, False
    if not known:
        path.append(subtree(start, end))
    return path[::-1]


def includes(
    hashing: Hash, leaf_hash: bytes, place: int, size: int, path: Sequence[bytes], root_hash: bytes
) -> bool:
    """Whether a proof of inclusion holds (RFC 9162 §2.1.3.2)."""
    if not 0 <= place < size:
        return False
    at, last, found = place, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            return False
        if at % 2 or at == last:
            found = node(hashing, sibling, found)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(hashing, found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root_hash


def consistent(
    hashing: Hash, sizes: tuple[int, int], roots: tuple[bytes, bytes], path: Sequence[bytes]
) -> bool:
    """Whether a proof of consistency holds between an old and a new size and root (RFC 9162 §2.1.4.2)."""
    (old, new), (old_root, new_root) = sizes, roots
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == hashing(b"")
    if not path:
        return False
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    first = second = steps[0]
    for sibling in steps[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            first, second = node(hashing, sibling, first), node(hashing, sibling, second)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node(hashing, second, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def split(size: int) -> int:
    """The largest power of two below ``size``, which is at least 2: how many leaves go to the left."""
    half: int = 1 << ((size - 1).bit_length() - 1)
    return half
