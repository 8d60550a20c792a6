"""The rows of seals: signed roots over the journal, each naming the one before, and the tree's kept nodes.

A seal in the database proves little by itself; its copy in a file that left the database (a witness) does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from database import clock, digest, keys, sm2, suites
from database.columns import BigId, Json, UtcDateTime
from database.declarative import APPEND_ONLY, Base
from database.suites import Suite

GENESIS = "0" * 64
PURPOSE = "seal-signing"
# What a seal signs, in the order in which a seal file names it; digest and signature come after.
MEMBERS = (
    "seal_no",
    "size",
    "last_entry_id",
    "tree",
    "root",
    "previous",
    "sealed_at",
    "suite",
    "key_id",
    "public_key",
)

# What only the first seal after a change of suite has.
ALSO, ALSO_SIGNATURE = "also", "also_signature"

Checkpoint = Mapping[str, Any]


class Seal(Base):
    """The root over the journal's first ``size`` entries by number, the last of which is named.

    ``tree`` is the suite whose hash the tree is made with: that of the first seal, for ever, so that
    every seal is consistent with every other; ``suite`` is that of this seal's digest and signature. ``also``
    stands in the first seal after a change of suite (``oversight.seal_bridge``).
    """

    __tablename__ = "seals"
    __table_args__ = (APPEND_ONLY,)

    seal_no: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigId, unique=True)
    last_entry_id: Mapped[int] = mapped_column(BigId)
    tree: Mapped[str] = mapped_column(String(10))
    root: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    suite: Mapped[str] = mapped_column(String(10))
    key_id: Mapped[str] = mapped_column(String(64))
    public_key: Mapped[str] = mapped_column(String(128))
    digest: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
    also: Mapped[dict[str, Any] | None] = mapped_column(Json)
    also_signature: Mapped[str | None] = mapped_column(String(128))


class MerkleNode(Base):
    """The root of a complete subtree of 2^``level`` sealed entries, so that proofs needn't read them all."""

    __tablename__ = "merkle_nodes"
    __table_args__ = (Index(None, "level", "first_entry_id"), APPEND_ONLY)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    first_entry_id: Mapped[int] = mapped_column(BigId)
    last_entry_id: Mapped[int] = mapped_column(BigId)
    root: Mapped[str] = mapped_column(String(64))


def checkpoint(seal: Seal) -> dict[str, Any]:
    """A seal as a file holds it."""
    said = {name: getattr(seal, name) for name in (*MEMBERS, "digest", "signature")}
    second = {name: getattr(seal, name) for name in (ALSO, ALSO_SIGNATURE)}
    there = {name: value for name, value in second.items() if value is not None}
    return {**said, "sealed_at": clock.moment_text(seal.sealed_at), **there}


def signed_part(said: Checkpoint) -> dict[str, Any]:
    """The members that digest and signatures cover."""
    also = {ALSO: said[ALSO]} if said.get(ALSO) is not None else {}
    return {**{name: said[name] for name in MEMBERS}, **also}


def seal_digest(said: Checkpoint) -> str:
    """The digest of a checkpoint's signed members, under its suite. Raises UnknownSuite."""
    return digest.digest("seal", signed_part(said), suites.named(said["suite"]))


def is_signed(said: Checkpoint) -> bool:
    """Whether a checkpoint carries the signature of the key it names, and that key's own id.

    Raises UnknownSuite.
    """
    suite = suites.named(said["suite"])
    try:
        public, signature = bytes.fromhex(said["public_key"]), bytes.fromhex(said["signature"])
    except ValueError:
        return False
    covered = digest.covered("seal", signed_part(said), suite)
    return said["key_id"] == key_id(public) and suite.verify(public, covered, signature)


def private_key(suite: Suite) -> bytes:
    """The office's key for seals, derived from the server's master key."""
    derived = keys.current().derive(f"{PURPOSE}:{suite.name}")
    if suite.name == "gm-1":
        # SM2 wants a number from 1 to the order less two; what little this favours is below 2^-32.
        return (int.from_bytes(derived) % (sm2.ORDER - 2) + 1).to_bytes(sm2.SIZE)
    return derived


def key_id(public: bytes) -> str:
    """The name of a public key."""
    return digest.address("seal-key", public.hex())
