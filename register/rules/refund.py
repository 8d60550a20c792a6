"""What is given back for contribution months that should not have been paid, or were paid twice.

Source: 国发〔2005〕38号 (the person's part and what of it stands on the account), 劳办发〔1997〕116号
(interest on the account), 国办发〔2009〕66号 (of two relations one is kept). Rates are those
of each month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from register import months, spans
from register.amounts import yuan
from register.entries import DerivationStep
from register.parameters import Parameters
from register.records import ContributionMonth, RelationKind
from register.rules import account_interest, contribution

SOURCE = "国发〔2005〕38号"
STORAGE_SOURCE = "国办发〔2009〕66号"


@dataclass(frozen=True, slots=True)
class Refund:
    """What goes back to a person, by where it stands: account principal and interest, pooled fund; cents."""

    principal_cents: int
    interest_cents: int
    pooled_cents: int
    derivation: tuple[DerivationStep, ...]

    @property
    def total_cents(self) -> int:
        """All that goes back."""
        return self.principal_cents + self.interest_cents + self.pooled_cents


def of_contributions(
    paid: Sequence[ContributionMonth], kind: RelationKind, parameters: Parameters
) -> Refund:
    """What the person paid for these months: an employee's part, a flexible worker's whole contribution.

    Without interest: none was paid by the person. Raises ParameterMissing.
    """
    by_month = {one.month: one for one in paid}
    account = pooled = 0
    steps = []
    for run in spans.of(paid):
        parts = [
            contribution.own_part(by_month[month].base_cents, month, kind, parameters)
            for month in months.spanned(run.first, run.last)
        ]
        booked, shared = sum(p.account_cents for p in parts), sum(p.pooled_cents for p in parts)
        account, pooled = account + booked, pooled + shared
        steps.append(_run_step(run, booked, shared))
    total = DerivationStep(
        "本人缴费合计", "paid by the person in all", yuan(account + pooled), SOURCE
    )
    return Refund(account, 0, pooled, (*steps, total))


def of_storage(
    paid: Sequence[ContributionMonth], kind: RelationKind, on: date, parameters: Parameters
) -> Refund:
    """What the account holds of these months: what was booked, and its interest up to the last whole year.

    The running year bears none before it is settled. Raises ParameterMissing for a month without a rate and
    for a year whose rate isn't published.
    """
    booked = {
        one.month: contribution.own_part(one.base_cents, one.month, kind, parameters).account_cents
        for one in paid
    }
    principal = sum(booked.values())
    steps = [_run_step(run, _sum_of(booked, run), 0) for run in spans.of(paid)]
    earned, first, last = 0, min(booked, default=0) // 100, on.year - 1
    if booked and first <= last:
        settled = account_interest.over_years(0, booked, first, last, parameters)
        earned = settled.interest_cents
        steps += settled.derivation
    steps.append(
        DerivationStep(
            f"重复月份个人账户储存额={yuan(principal)}+{yuan(earned)}",
            f"account storage of the months = {yuan(principal)} + {yuan(earned)}",
            yuan(principal + earned),
            STORAGE_SOURCE,
        )
    )
    return Refund(principal, earned, 0, tuple(steps))


def _sum_of(booked: dict[int, int], run: spans.Span) -> int:
    return sum(booked[month] for month in months.spanned(run.first, run.last))


def _run_step(run: spans.Span, booked: int, shared: int) -> DerivationStep:
    first, last, base = months.text(run.first), months.text(run.last), yuan(run.base_cents)
    zh = f"{first}至{last}（{run.count}个月，基数{base}）：个人账户{yuan(booked)}"
    en = f"{first} to {last} ({run.count} months on {base}): account {yuan(booked)}"
    if shared:
        zh, en = f"{zh}，统筹基金{yuan(shared)}", f"{en}, pooled fund {yuan(shared)}"
    return DerivationStep(zh, en, yuan(booked + shared), SOURCE)
