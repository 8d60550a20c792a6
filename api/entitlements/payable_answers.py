"""What answers about payables look like: each with its steps, releases, and what the bank reported."""

from typing import Literal

from pydantic import BaseModel, Field

from api.answers import Moment, NamesShown

State = Literal["determined", "released", "paid", "returned", "settled"]


class PayeeShown(BaseModel):
    """Who is paid, masked; without a bank account nothing can be released."""

    kind: Literal["person", "agency"]
    holder: str | None
    bank_name: str | None
    bank_account: str | None


class PayableStep(BaseModel):
    """One step of a payable; ``posting`` is the number its ledger lines stand under."""

    seq: int
    kind: Literal["released", "paid", "returned", "offset"]
    amount_cents: int
    posting: str
    release_id: int | None
    batch_id: int | None
    reason: str | None
    at: Moment


class PayableShown(BaseModel):
    """A payable; ``open_cents`` is what is left of it after what was taken off."""

    payable_id: int
    case_no: str
    process: str | None
    agency: str
    account: str
    account_name: NamesShown
    person_id: str | None
    payee: PayeeShown
    amount_cents: int
    open_cents: int
    status: State
    determined_at: Moment
    seen: str = Field(description="what a release says it is over")
    steps: list[PayableStep]


class PayablePage(BaseModel):
    """A page of payables, newest first."""

    items: list[PayableShown]
    next_cursor: str | None


class ReleaseShown(BaseModel):
    """A signed list of payables that finance released."""

    release_id: int
    agency: str
    signer: str
    post: str
    on_behalf_of: str | None
    count: int
    total_cents: int
    released_at: Moment
    digest: str
    list_digest: str
    suite: str
    key_id: str


class ReleasePage(BaseModel):
    """A page of releases, newest first."""

    items: list[ReleaseShown]
    next_cursor: str | None


class ReleaseDone(ReleaseShown):
    """What was just released, with its payables as they stand now."""

    payables: list[PayableShown]


class ResultOutcome(BaseModel):
    """What became of one row: ``recorded``, ``repeated`` (told before), or ``refused`` by its rule."""

    payable_id: int
    outcome: Literal["recorded", "repeated", "refused"]
    rule: str | None = None
    detail: str | None = None


class ResultsTaken(BaseModel):
    """What became of a bank's report; without anything new there is no batch."""

    batch_id: int | None
    reference: str
    paid: int
    returned: int
    repeated: int
    refused: int
    rows: list[ResultOutcome]


class BatchShown(BaseModel):
    """A report of the bank that was taken in."""

    batch_id: int
    agency: str
    reference: str
    paid_count: int
    returned_count: int
    paid_cents: int
    returned_cents: int
    imported_at: Moment


class BatchPage(BaseModel):
    """A page of the bank's reports, newest first."""

    items: list[BatchShown]
    next_cursor: str | None
