"""When a base can't be chosen: each gate names the figures that decide.

Source: 国发〔2005〕38号 (60 % to 300 %, by choice).
"""

from decimal import Decimal

from engine.process import refuse
from register import months
from register.amounts import plain
from register.records import PersonRecord, Records

HUNDRED = 100


def check_person(person: PersonRecord) -> None:
    """Raise where the person contributes no more, or not as a flexible worker."""
    held = person.pension
    if held is not None:
        raise refuse(
            "flexible_base.retired",
            f"该人员已核定养老金，自{held.from_month}起，不再缴费",
            f"A pension has been approved, from {held.from_month} on: nothing is contributed any more.",
            rows=[held.entitlement_id],
        )
    if not any(held.kind == "FLEX" and held.status == "ACTIVE" for held in person.relations):
        raise refuse(
            "flexible_base.no_relation",
            "该人员没有缴费中的灵活就业参保关系",
            "This person has no active relation as a flexible worker: enrol or resume first, then choose.",
            rows=[held.relation_id for held in person.relations],
        )


def check_share(share: Decimal, month: int, records: Records) -> None:
    """Raise where the share lies outside the limits in force in the first month it holds for."""
    on = months.first_day(month)
    least = records.parameters.decimal("base_floor_share", on)
    most = records.parameters.decimal("base_ceiling_share", on)
    if not least <= share <= most:
        chosen, low, high = (plain(part * HUNDRED) for part in (share, least, most))
        raise refuse(
            "flexible_base.share",
            f"所选档次{chosen}%不在{low}%至{high}%之间",
            f"{chosen} % is chosen, from {low} % to {high} % is possible.",
        )
