"""What a process may know of the register: persons and employers as plain, read-only values.

``register.reading`` fills these in a fixed number of queries; processes and the pension rules compute
on them and never see a session. Months are YYYYMM integers, money is integer cents.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from database.direct_slots import set_directly
from register.corrected import Corrected
from register.enrolment import Enrolment
from register.obligations import Claim, Deferral, StaffMember
from register.parameters import Parameters

Sex = Literal["M", "F"]
PostKind = Literal["M", "F55", "F50"]
RelationKind = Literal["EMPLOYEE", "FLEX", "OVERAGE"]
RelationStatus = Literal["ACTIVE", "INTERRUPTED", "ENDED"]
MonthOrigin = Literal["PAID", "BACK_PAID", "BACKFILLED", "DEEMED", "TRANSFERRED_IN"]
# Of a version of a month: VOID where it counts no longer.
VersionOrigin = MonthOrigin | Literal["VOID"]
PersonStatus = Literal["ACTIVE", "INTERRUPTED", "RETIRED", "ENDED"]
EntitlementStatus = Literal["APPROVED", "PAYING", "SUSPENDED", "ENDED"]

# An entitlement that is decided and not over: who holds a pension of this status is retired.
IN_FORCE: tuple[EntitlementStatus, ...] = ("APPROVED", "PAYING", "SUSPENDED")
PENSION = "pension"


@set_directly
@dataclass(frozen=True, slots=True)
class Relation:
    """An insured relation (参保关系) with one agency, as employee (``EMPLOYEE``) or freely (``FLEX``).

    Past the statutory age it is ``OVERAGE``, under the policy ``policy_code``. ``from_month`` is the month
    since which the relation has its present status.
    """

    relation_id: str
    agency_code: str
    kind: RelationKind
    status: RelationStatus
    from_month: int
    employer_id: str | None = None
    policy_code: str | None = None


@dataclass(frozen=True, slots=True)
class ContributionMonth:
    """One month that counts: its contribution base and how it came about.

    ``DEEMED`` (视同缴费) months count for years only: they have no base (0).
    """

    month: int
    base_cents: int
    origin: MonthOrigin = "PAID"


@dataclass(frozen=True, slots=True)
class Spell:
    """A benefit as it was from a month on, until a later version of it said otherwise."""

    from_month: int
    status: EntitlementStatus
    monthly_cents: int
    components: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A benefit (待遇) as it stands: ``components`` are the parts of the monthly amount, in cents.

    ``earlier`` is what it was before, in the order in which it was recorded.
    """

    entitlement_id: str
    kind: str
    monthly_cents: int
    from_month: int
    status: EntitlementStatus
    components: Mapping[str, int] = field(default_factory=dict)
    version: int = 1
    earlier: Sequence[Spell] = ()


@dataclass(frozen=True, slots=True)
class UnpaidPayable:
    """What is payable and can't be paid as it stands: the bank returned it, or no account is known.

    ``holder`` is the payee that was signed, ``bank_account`` the account that the bank returned it from.
    """

    payable_id: int
    amount_cents: int
    holder: str
    bank_account: str | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A court's freeze (冻结) in force: nothing leaves the personal account through the day ``until``."""

    document_no: str
    court: str
    until: date


@set_directly
@dataclass(frozen=True, slots=True)
class PersonRecord:
    """An insured person (参保人) as of the day the case was accepted.

    ``balances`` are the sub-accounts of the personal account: ``principal`` and ``interest``, the person's
    own, and ``employer_principal`` and ``employer_interest`` where employers paid into it. ``version``
    rises with everything that is written about the person; a posting names the version it read.
    ``former_names`` are those the register knew the person by before. ``owed`` is what was determined and
    is not settled: ``payable`` to the person, ``receivable`` from the person, in cents. ``declared_base``
    is the base (``base_cents``, ``from_month``) that was chosen or declared last, ``certification`` the last
    proof of being entitled (``method``, ``certified_on``, ``next_due_on``). ``unpaid`` is what is payable and
    waits for another account, ``claims`` what employers were assessed to pay for the person's past months,
    settled ones included, ``holds`` the freezes of courts in force on that day.
    """

    person_id: str
    id_no: str
    name: str
    sex: Sex
    birth: date
    first_work_on: date | None
    post_kind: PostKind
    contact: Mapping[str, Any]
    payment_account: Mapping[str, Any] | None
    relations: Sequence[Relation]
    months: Sequence[ContributionMonth]
    balances: Mapping[str, int]
    entitlements: Sequence[Entitlement]
    version: int
    former_names: Collection[str] = ()
    owed: Mapping[str, int] = field(default_factory=dict)
    declared_base: Mapping[str, Any] | None = None
    certification: Mapping[str, Any] | None = None
    unpaid: Sequence[UnpaidPayable] = ()
    claims: Sequence[Claim] = ()
    holds: Sequence[Hold] = ()

    @property
    def balance_cents(self) -> int:
        """The whole personal account (个人账户储存额)."""
        return sum(self.balances.values())

    @property
    def pension(self) -> Entitlement | None:
        """The pension in force, if there is one."""
        return next(
            (
                held
                for held in self.entitlements
                if held.kind == PENSION and held.status in IN_FORCE
            ),
            None,
        )

    @property
    def status(self) -> PersonStatus:
        """What the person is, read from what the person holds; stored nowhere."""
        if self.retired:
            return "RETIRED"
        statuses = {relation.status for relation in self.relations}
        if "ACTIVE" in statuses:
            return "ACTIVE"
        return "INTERRUPTED" if "INTERRUPTED" in statuses else "ENDED"

    @property
    def retired(self) -> bool:
        """Whether a pension has been decided."""
        return self.pension is not None

    @property
    def paid_months(self) -> int:
        """Actual contribution months (实际缴费月数)."""
        return sum(month.origin != "DEEMED" for month in self.months)

    @property
    def deemed_months(self) -> int:
        """Months deemed paid (视同缴费月数)."""
        return len(self.months) - self.paid_months


@dataclass(frozen=True, slots=True)
class EmployerRecord:
    """An insured employer (参保单位) as of the day the case was accepted.

    ``contact`` holds ``address``, ``phone`` and ``contact_name`` where they are known. ``former_names`` are
    those the register knew the employer by before. ``insured_since`` is ISO text; what was on the register
    before the first case says nothing of it, nor of kind and insurances. ``staff`` are those insured with it,
    ``claims`` what it was assessed to pay for past months, settled ones included, ``deferrals`` the months
    it may pay later.
    """

    employer_id: str
    uscc: str
    name: str
    agency_code: str
    status: Literal["ACTIVE", "CLOSED"]
    version: int
    legal_person: str | None = None
    bank_name: str | None = None
    bank_account: str | None = None
    legal_person_id_no: str | None = None
    unit_type: str | None = None
    insured_since: str | None = None
    insurance_types: str | None = None
    contact: Mapping[str, Any] = field(default_factory=dict)
    former_names: Collection[str] = ()
    staff: Sequence[StaffMember] = ()
    claims: Sequence[Claim] = ()
    deferrals: Sequence[Deferral] = ()


class Others(Protocol):
    """Looks up employers beside the applicant; what was found is part of what a posting read."""

    def employer_numbered(self, uscc: str) -> EmployerRecord | None:
        """The employer of this credit code, or None where none has it."""


class Nobody:
    """Nobody beside the applicant: for business that names no other employer."""

    def employer_numbered(self, uscc: str) -> None:
        """None, whatever the number."""


@set_directly
@dataclass(frozen=True, slots=True)
class Records:
    """All a process may read for one case. Its ``parameters`` note which dated values were used.

    ``persons`` are those an employer's list names, by the id number they have on the register.
    ``enrolment`` is there for a process that says it enrols; the applicant's own record then is not, where he
    is new to the register. ``open_cases`` are the numbers of an employer's other cases that have not ended;
    ``others`` looks up an employer that the form names beside the applicant, ``agencies`` are the names of
    all agencies by their codes. ``corrected`` is the completed case that a correction names.
    """

    person: PersonRecord | None
    employer: EmployerRecord | None
    accepted_on: date
    parameters: Parameters
    enrolment: Enrolment | None = None
    persons: Mapping[str, PersonRecord] = field(default_factory=dict)
    open_cases: Sequence[str] = ()
    others: Others = field(default_factory=Nobody)
    agencies: Mapping[str, str] = field(default_factory=dict)
    corrected: Corrected | None = None
