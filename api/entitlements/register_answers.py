"""What answers about the register hold, as the published interface says it (see ``answers``)."""

from typing import Any, Literal

from pydantic import BaseModel

from api.answers import Day, Moment, NamesShown
from api.entitlements.payable_answers import PayableShown


class Found(BaseModel):
    """The register id of whom was searched for: one of the two."""

    person_id: str | None = None
    employer_id: str | None = None


class RelationShown(BaseModel):
    """Where a person is insured, and since when (YYYYMM)."""

    relation_id: str
    agency: str
    kind: str
    status: str
    from_month: int
    employer_id: str | None
    policy_code: str | None
    version: int
    case_no: str


class MonthShown(BaseModel):
    """One contribution month (YYYYMM)."""

    month: int
    base_cents: int
    origin: str
    case_no: str


class MonthsShown(BaseModel):
    """How many months count, and each of them."""

    paid: int
    deemed: int
    items: list[MonthShown]


class BalanceShown(BaseModel):
    """The personal account, and its parts."""

    balance_cents: int
    parts: dict[str, int]


class EntryShown(BaseModel):
    """One line of the accounts that name the person; ``posting`` differs where a payable took a step."""

    account: str
    account_name: NamesShown
    side: Literal["debit", "credit"]
    amount_cents: int
    month: int | None
    memo: str
    posted_at: Moment
    agency: str
    posting: str
    case_no: str


class EntitlementShown(BaseModel):
    """A benefit, its monthly amount and what it is made of."""

    entitlement_id: str
    kind: str
    monthly_cents: int
    components: Any
    from_month: int
    status: str
    version: int
    case_no: str


class VersionShown(BaseModel):
    """A dated change of something that is not money, masked; ``altered`` are the fields that it alters."""

    kind: str
    effective_from: Day
    after: dict[str, Any]
    before: dict[str, Any]
    altered: list[str]
    recorded_at: Moment
    case_no: str


class OwedShown(BaseModel):
    """What is determined and not settled, in cents: to be paid to the person, to be got back."""

    payable: int
    receivable: int


class DeclarationShown(BaseModel):
    """The contribution base that was declared or chosen last, and from which month."""

    from_month: int
    base_cents: int


class CertificationShown(BaseModel):
    """The last proof of being entitled, and when the next is due."""

    method: str
    certified_on: Day
    next_due_on: Day


class ClaimShown(BaseModel):
    """What an employer owes, or owed, for past months of a person; cents."""

    claim_id: str
    person_id: str
    employer_id: str
    from_month: int
    to_month: int
    base_cents: int
    principal_cents: int
    late_fee_cents: int
    assessed_on: Day
    status: str
    receipt_no: str | None
    case_no: str


class StaffShown(BaseModel):
    """How many people are insured with an employer."""

    active: int
    interrupted: int


class DeferralShown(BaseModel):
    """Months whose contributions the employer may pay later."""

    kind: str
    from_month: int
    to_month: int


class HoldShown(BaseModel):
    """A court's freeze in force: nothing leaves the personal account through its last day."""

    document_no: str
    court: str
    until: Day


class DocumentShown(BaseModel):
    """A document that was issued in a case of the person or employer."""

    kind: str
    number: str
    process: str
    issued_at: Moment
    case_no: str


class PersonShown(BaseModel):
    """One person's record, masked; every value leads back to its case. Of an erased one it says so."""

    person_id: str
    id_no: str
    name: str
    sex: str | None
    birth: Day | None
    first_work_on: Day | None
    post_kind: str | None
    status: str
    version: int
    contact: dict[str, Any]
    payment_account: dict[str, Any] | None
    relations: list[RelationShown]
    months: MonthsShown
    account: BalanceShown
    owed: OwedShown
    declared_base: DeclarationShown | None
    certification: CertificationShown | None
    payables: list[PayableShown]
    claims: list[ClaimShown]
    holds: list[HoldShown]
    entries: list[EntryShown]
    entitlements: list[EntitlementShown]
    versions: list[VersionShown]
    documents: list[DocumentShown]


class EmployerShown(BaseModel):
    """One employer's record; every change leads back to its case."""

    employer_id: str
    uscc: str
    name: str
    agency: str
    status: str
    legal_person: str | None
    legal_person_id_no: str | None
    unit_type: str | None
    insured_since: str | None
    insurance_types: str | None
    bank_name: str | None
    bank_account: str | None
    contact: dict[str, Any]
    staff: StaffShown
    claims: list[ClaimShown]
    deferrals: list[DeferralShown]
    version: int
    versions: list[VersionShown]
    documents: list[DocumentShown]
