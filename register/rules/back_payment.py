"""Back-payment (补缴): what past months cost today, and from how many on a legal document is needed.

Source: 社会保险法 articles 63 and 86; 人社部规〔2016〕5号 and 人社厅发〔2019〕94号 (the 36-month rule).
Past months are those an employer owed; nobody buys years to reach an entitlement (人社厅发〔2016〕132号),
so there is no back-payment for flexible employment. Each month is reckoned by itself, in cents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from database.refusals import Invalid
from register import months
from register.amounts import yuan
from register.entries import DerivationStep
from register.parameters import ONE_DAY, Parameters
from register.rules import contribution, late_fee
from register.rules.late_fee import Stops

SOURCE = "社会保险法第六十三条、第八十六条"
DOCUMENT_SOURCE = "人社部规〔2016〕5号；人社厅发〔2019〕94号"

# Who may have said that the months were owed: court, audit, labour inspection, arbitration.
LEGAL = frozenset({"court", "audit", "inspection", "arbitration"})
DocumentKind = Literal["court", "audit", "inspection", "arbitration", "commitment"]
Needed = Literal["none", "commitment", "legal"]
_NEEDED_ZH = {
    "none": "无须法律文书",
    "commitment": "须转出地书面承诺",
    "legal": "须付款前作出的法院、审计、劳动监察或仲裁文书",
}
_NEEDED_EN = {
    "none": "no document is needed",
    "commitment": "the sending agency's written commitment is needed",
    "legal": "a document of court, audit, labour inspection or arbitration from before the payment is needed",
}


class MonthNotPast(Invalid):
    """Only months before the month of payment can be paid back."""

    rule = "back_payment.not_past"


@dataclass(frozen=True, slots=True)
class Document:
    """A document that founds a back-payment: who issued it, and when."""

    kind: DocumentKind
    issued_on: date


@dataclass(frozen=True, slots=True)
class MonthOwed:
    """One month paid back: its base, the two parts of the contribution, and the late fee; cents."""

    month: int
    base_cents: int
    account_cents: int
    pooled_cents: int
    late_fee_cents: int
    days: int

    @property
    def principal_cents(self) -> int:
        """What the month's contribution is, without late fee."""
        return self.account_cents + self.pooled_cents


@dataclass(frozen=True, slots=True)
class BackPayment:
    """Every month with its amounts, the sums in cents, and which document is needed."""

    owed: tuple[MonthOwed, ...]
    needed: Needed
    derivation: tuple[DerivationStep, ...]

    @property
    def principal_cents(self) -> int:
        """The contributions of all months."""
        return sum(owed.principal_cents for owed in self.owed)

    @property
    def late_fee_cents(self) -> int:
        """The late fees of all months."""
        return sum(owed.late_fee_cents for owed in self.owed)

    @property
    def total_cents(self) -> int:
        """Contributions and late fees."""
        return self.principal_cents + self.late_fee_cents


def assessed(
    declared: Mapping[int, int],
    paid_on: date,
    parameters: Parameters,
    *,
    paid_back_before: int = 0,
    stops: Stops = (),
) -> BackPayment:
    """What the months (YYYYMM → declared wage in cents) cost an employer who pays on a day.

    ``paid_back_before`` counts months paid back at once earlier, which the 36-month rule adds. Each wage
    is held between that year's limits; the default begins with the end of the month. Raises
    MonthNotPast and ParameterMissing.
    """
    owed, steps = [], []
    for month, wage in sorted(declared.items()):
        if month >= months.of(paid_on):
            raise MonthNotPast(
                f"{months.text(month)} is not before the month of payment {months.text(months.of(paid_on))}: "
                "declare it as an ordinary contribution."
            )
        one = _owed(month, wage, paid_on, parameters, stops)
        owed.append(one)
        steps.append(_line(one))
    counted = len(owed) + paid_back_before
    needed = document_needed(counted, paid_on, parameters)
    whole = BackPayment(tuple(owed), needed, ())
    steps += [
        DerivationStep(
            f"补缴本金合计（{len(owed)}个月）",
            f"contributions of {len(owed)} months",
            yuan(whole.principal_cents),
            SOURCE,
        ),
        DerivationStep("滞纳金合计", "late fees", yuan(whole.late_fee_cents), late_fee.SOURCE),
        DerivationStep("应缴合计", "to be paid", yuan(whole.total_cents)),
        DerivationStep(
            f"一次性补缴累计{counted}个月：{_NEEDED_ZH[needed]}",
            f"{counted} months paid back in all: {_NEEDED_EN[needed]}",
            str(counted),
            DOCUMENT_SOURCE,
        ),
    ]
    return BackPayment(tuple(owed), needed, tuple(steps))


def document_needed(counted_months: int, paid_on: date, parameters: Parameters) -> Needed:
    """Which document so many months paid back at once need, running on or added up.

    From 36 months on: a legal document; before 人社部规〔2016〕5号 the sending agency's commitment.
    """
    if counted_months < parameters.integer("back_payment_document_months", paid_on):
        return "none"
    kind = parameters.text("back_payment_document", paid_on)
    return "legal" if kind == "legal" else "commitment"


def founds(document: Document | None, needed: Needed, paid_on: date) -> bool:
    """Whether a document is the one that is needed; a legal one must have been made before the payment."""
    if needed == "none":
        return True
    if document is None:
        return False
    if needed == "commitment":
        return document.kind == "commitment" or document.kind in LEGAL
    return document.kind in LEGAL and document.issued_on < paid_on


def _owed(month: int, wage: int, paid_on: date, parameters: Parameters, stops: Stops) -> MonthOwed:
    base = contribution.clamped(wage, month, parameters).base_cents
    parts = contribution.split(base, month, "EMPLOYEE", parameters)
    due_on = months.first_day(months.shifted(month, 1)) - ONE_DAY
    begins = late_fee.first_day(due_on, paid_on, parameters)
    fee = late_fee.reckoned(parts.total_cents, begins, paid_on, parameters, stops=stops)
    return MonthOwed(month, base, parts.account_cents, parts.pooled_cents, fee.fee_cents, fee.days)


def _line(owed: MonthOwed) -> DerivationStep:
    parts = yuan(owed.pooled_cents), yuan(owed.account_cents), yuan(owed.late_fee_cents)
    month = months.text(owed.month)
    return DerivationStep(
        f"{month}：基数{yuan(owed.base_cents)}，单位{parts[0]}+个人{parts[1]}+滞纳金{parts[2]}（{owed.days}天）",
        f"{month}: base {yuan(owed.base_cents)}, employer {parts[0]} + person {parts[1]} + late fee "
        f"{parts[2]} ({owed.days} days)",
        yuan(owed.principal_cents + owed.late_fee_cents),
        SOURCE,
    )
