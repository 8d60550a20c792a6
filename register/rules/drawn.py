"""Which months of a pension were drawn, and how much of it, as far as the register tells.

Computed from the versions of the entitlement: a month was drawn where the last version that covers it is in
payment. Pure values; what a bank sent back is no part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from register import months
from register.records import PENSION, Entitlement, PersonRecord, Spell

ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One month in payment (YYYYMM): the amount, and what of it comes out of the account, in cents."""

    month: int
    cents: int
    account_cents: int


def pension(person: PersonRecord, last: int, first: int = 0) -> list[Drawn]:
    """The months of pension drawn from ``first`` to ``last``, both included, in order."""
    found: dict[int, Drawn] = {}
    for held in person.entitlements:
        if held.kind == PENSION:
            found |= {one.month: one for one in _of(held, first, last)}
    return [found[month] for month in sorted(found)]


def total(drawn: Sequence[Drawn]) -> int:
    """All of it, in cents."""
    return sum(one.cents for one in drawn)


def account_total(drawn: Sequence[Drawn]) -> int:
    """What of it came out of the account, in cents."""
    return sum(one.account_cents for one in drawn)


def _of(held: Entitlement, first: int, last: int) -> list[Drawn]:
    """Later versions win from their month on, whatever was recorded before."""
    present = Spell(held.from_month, held.status, held.monthly_cents, held.components)
    spells = [*held.earlier, present]
    begun = max(first, min(spell.from_month for spell in spells))
    drawn: list[Drawn] = []
    for month in months.spanned(begun, last):
        covering = next((s for s in reversed(spells) if s.from_month <= month), None)
        if covering is not None and covering.status == "PAYING":
            account = covering.components.get(ACCOUNT, 0)
            drawn.append(Drawn(month, covering.monthly_cents, account))
    return drawn
