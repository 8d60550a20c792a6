"""What is settled after a death: grants, account, and months of pension paid too much or not yet."""

from dataclasses import dataclass

from engine.process import yuan
from register import months
from register.entries import DerivationStep
from register.records import Entitlement, PersonRecord, Records
from register.rules import drawn, survivors
from register.rules.survivors import Deceased, SurvivorBenefit

from .form import Form

ACCOUNT_SOURCE = "社会保险法第十四条"
OFFSET_SOURCE = "社会保险经办条例第四十六条"


@dataclass(frozen=True, slots=True)
class Settlement:
    """All amounts in cents; ``account_used_cents`` is what of the account was paid out as pension.

    ``due_cents`` are the months of an approved pension up to the death that were never paid.
    """

    grants: SurvivorBenefit
    funeral_cents: int
    balance_cents: int
    account_used_cents: int
    due_cents: int
    overpaid_cents: int

    @property
    def payable_cents(self) -> int:
        """What the heirs get before months paid too much are taken off."""
        account = self.balance_cents - self.account_used_cents
        return self.funeral_cents + self.grants.grant_cents + account + self.due_cents

    @property
    def offset_cents(self) -> int:
        """What of the overpaid months is taken off; the rest is claimed back."""
        return min(self.overpaid_cents, self.payable_cents)


def of(form: Form, person: PersonRecord, records: Records) -> Settlement:
    """Reckoned on the day of death, from the months that count up to it.

    Source: 人社部发〔2021〕18号 (grants; below five years the account's principal is what the person paid),
    社会保险法 14 (the account is inherited). Raises ParameterMissing.
    """
    died = months.of(form.died_on)
    held = person.pension
    pensioner = held is not None and _begun(held) <= died
    paid = drawn.pension(person, died)
    grants = survivors.reckoned(
        Deceased(
            form.died_on,
            sum(month.month <= died for month in person.months),
            len(paid) if pensioner else None,
            person.balances.get("principal", 0),
        ),
        records.parameters,
    )
    # Nobody is paid for the months after the death.
    over = (
        drawn.pension(person, form.paid_through, months.shifted(died, 1))
        if form.paid_through
        else []
    )
    return Settlement(
        grants=grants,
        funeral_cents=grants.funeral_cents if form.funeral_grant == "here" else 0,
        balance_cents=person.balance_cents,
        account_used_cents=min(person.balance_cents, drawn.account_total(paid)),
        due_cents=_due(held, died),
        overpaid_cents=drawn.total(over),
    )


def _begun(held: Entitlement) -> int:
    """The first month of a pension, whatever was recorded of it since."""
    return min([held.from_month, *(spell.from_month for spell in held.earlier)])


def _due(held: Entitlement | None, died: int) -> int:
    """An approved pension is due up to the month of death; one in payment was paid."""
    if held is None or held.status != "APPROVED":
        return 0
    return len(months.spanned(held.from_month, died)) * held.monthly_cents


def derivation(found: Settlement) -> list[DerivationStep]:
    """The grants as they were reckoned, and what is added and taken off."""
    return [
        *found.grants.derivation,
        DerivationStep(
            "应付丧葬补助金", "funeral grant that is paid here", yuan(found.funeral_cents)
        ),
        DerivationStep(
            "个人账户储存额", "personal account", yuan(found.balance_cents), ACCOUNT_SOURCE
        ),
        DerivationStep(
            "其中已作为养老金发放",
            "of it paid out as pension already",
            yuan(found.account_used_cents),
            ACCOUNT_SOURCE,
        ),
        DerivationStep("未发放的养老金", "approved pension not yet paid", yuan(found.due_cents)),
        DerivationStep(
            "死亡次月起多发的养老金",
            "pension paid after the month of death",
            yuan(found.overpaid_cents),
            OFFSET_SOURCE,
        ),
        DerivationStep(
            "应付遗属合计",
            "payable to the survivors",
            yuan(found.payable_cents - found.offset_cents),
        ),
    ]
