"""Merkle trees: the vectors that certificate transparency's implementations share, and a naive definition."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from database import suites
from oversight import merkle

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
# (place, size) and (old, new): their proofs, as RFC 6962's reference implementation gives them.
INCLUSIONS = {
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
CONSISTENCIES = {
    (1, 1): (),
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def naive(hashing: merkle.Hash, leaves: Sequence[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word by word."""
    if not leaves:
        return hashing(b"")
    if len(leaves) == 1:
        return hashing(b"\0" + leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashing(b"\1" + naive(hashing, leaves[:half]) + naive(hashing, leaves[half:]))


def test_the_roots_of_the_known_leaves() -> None:
    assert [merkle.root(sha256, LEAVES[:size]).hex() for size in range(1, len(ROOTS) + 1)] == list(
        ROOTS
    )
    assert merkle.root(sha256, []) == sha256(b"")


def test_the_proofs_of_the_known_leaves() -> None:
    def subtree(start: int, end: int) -> bytes:
        return naive(sha256, LEAVES[start:end])

    for (place, size), path in INCLUSIONS.items():
        assert [step.hex() for step in merkle.inclusion(size, place, subtree)] == list(path)
    for (old, new), path in CONSISTENCIES.items():
        assert [step.hex() for step in merkle.consistency(old, new, subtree)] == list(path)


@pytest.mark.parametrize("suite", suites.NAMES)
def test_every_proof_of_every_small_tree_holds(suite: str) -> None:
    hashing = suites.named(suite).hash
    leaves = [bytes([number]) for number in range(20)]

    def subtree(start: int, end: int) -> bytes:
        return naive(hashing, leaves[start:end])

    for size in range(1, len(leaves) + 1):
        whole = subtree(0, size)
        assert merkle.root(hashing, leaves[:size]) == whole
        for place in range(size):
            path = merkle.inclusion(size, place, subtree)
            told = merkle.leaf(hashing, leaves[place])
            assert merkle.includes(hashing, told, place, size, path, whole)
        for old in range(1, size + 1):
            path = merkle.consistency(old, size, subtree)
            assert merkle.consistent(hashing, (old, size), (subtree(0, old), whole), path)


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=4), min_size=2, max_size=70), st.data())
def test_no_altered_proof_holds(leaves: list[bytes], data: st.DataObject) -> None:
    def subtree(start: int, end: int) -> bytes:
        return naive(sha256, leaves[start:end])

    size = len(leaves)
    place = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size - 1))
    whole = merkle.root(sha256, leaves)
    told = merkle.leaf(sha256, leaves[place])
    path = merkle.inclusion(size, place, subtree)
    assert merkle.includes(sha256, told, place, size, path, whole)
    assert not merkle.includes(sha256, told, place, size, path[:-1], whole)
    assert not merkle.includes(sha256, told, place, size, [*path, whole], whole)
    assert not merkle.includes(sha256, sha256(told), place, size, path, whole)
    assert not merkle.includes(sha256, told, size, size, path, whole)
    grown = merkle.consistency(old, size, subtree)
    roots = (subtree(0, old), whole)
    assert merkle.consistent(sha256, (old, size), roots, grown)
    assert not merkle.consistent(sha256, (old, size), (sha256(b"x"), whole), grown)
    assert not merkle.consistent(sha256, (old, size), (roots[0], sha256(b"x")), grown)
    assert not merkle.consistent(sha256, (old, size), roots, [*grown, whole])
