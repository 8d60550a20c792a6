"""What the routes of seals answer: checkpoints and proofs, every hash and signature in hex."""

from pydantic import BaseModel


class OtherSuite(BaseModel):
    """The suite before a change: its key, and the root of the same entries under the new suite's hash."""

    suite: str
    key_id: str
    public_key: str
    tree: str
    root: str


class SealShown(BaseModel):
    """A signed checkpoint: the journal's first ``size`` entries have this root."""

    seal_no: int
    size: int
    last_entry_id: int
    tree: str
    root: str
    previous: str
    sealed_at: str
    suite: str
    key_id: str
    public_key: str
    digest: str
    signature: str
    also: OtherSuite | None = None
    also_signature: str | None = None


class SealPage(BaseModel):
    """A page of seals."""

    items: list[SealShown]
    next_cursor: str | None


class Consistency(BaseModel):
    """The proof that the journal under one seal is the beginning of that under the other."""

    since: SealShown
    seal: SealShown
    path: list[str]


class EntryInclusion(BaseModel):
    """The proof that one journal entry is the leaf at ``place`` (from 0) under a seal."""

    seq: int
    digest: str
    place: int
    path: list[str]


class CaseInclusions(BaseModel):
    """The proofs of a case's sealed journal entries, all under one seal."""

    seal: SealShown
    items: list[EntryInclusion]
