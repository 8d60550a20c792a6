"""When the account can't be paid out: a pension, nothing in it, another payee, the age, the date of death.

A death is the business of the bundle (survivor_benefit), unless the relation was over before: alone, the
account would end the relation and leave the heirs without their grants.

Source: 社会保险法 14 and 16, 人社部令第13号 3 and 6.
"""

from datetime import date

from engine.process import refuse
from register.entries import DerivationStep
from register.records import PersonRecord, Records
from register.rules import overage

from .form import Form


def check(form: Form, person: PersonRecord, records: Records) -> list[DerivationStep]:
    """Raise where the account stays; answers how the age was judged, where the cause is that."""
    held = person.pension
    if held is not None:
        raise refuse(
            "lump_sum.pension",
            f"该人员已核定养老金（自{held.from_month}起），个人账户不能一次性返还",
            f"A pension was approved from {held.from_month} on: the account is not paid out at once. After a "
            "death use survivor_benefit.",
            rows=[held.entitlement_id],
        )
    if form.died_on is not None and person.status != "ENDED":
        raise refuse(
            "lump_sum.bundled",
            "死亡的，个人账户随丧葬补助金和抚恤金一并办理，请受理该事项",
            "After a death the account is paid out together with the grants, as one case: accept "
            "survivor_benefit.",
        )
    if person.balance_cents <= 0:
        raise refuse(
            "lump_sum.empty",
            "个人账户没有余额",
            "There is nothing in the personal account.",
        )
    if form.died_on is None and form.holder != person.name:
        raise refuse(
            "lump_sum.payee",
            "领取人与参保人不一致：除死亡外只能返还本人账户",
            "The payee is not the insured person: but for a death the account is paid to the person's own "
            "bank account.",
        )
    if form.died_on is not None:
        _check_died_on(form.died_on, person, records)
    return _check_age(person, records) if form.cause == "UNDER_YEARS" else []


def _check_died_on(died_on: date, person: PersonRecord, records: Records) -> None:
    if not person.birth <= died_on <= records.accepted_on:
        raise refuse(
            "lump_sum.died_on",
            f"死亡日期{died_on}应在出生日期之后、受理日期{records.accepted_on}之前",
            f"The date of death, {died_on}, lies before the birth or after the day of acceptance, "
            f"{records.accepted_on}.",
        )


def _check_age(person: PersonRecord, records: Records) -> list[DerivationStep]:
    """Too few years are a cause only above the statutory age."""
    first = min(month.month for month in person.months) if person.months else 0
    judged = overage.judged(
        person.birth,
        person.post_kind,
        len(person.months),
        first,
        records.accepted_on,
        records.parameters,
    )
    if judged.way == "not_reached":
        raise refuse(
            "lump_sum.age",
            f"未达到法定退休年月{judged.statutory_month}",
            f"The statutory age is reached in {judged.statutory_month}: before that too few years are no "
            "cause.",
        )
    if judged.way == "pension":
        raise refuse(
            "lump_sum.years_reached",
            f"累计缴费{len(person.months)}个月，已满最低{judged.minimum_months}个月，应办理退休",
            f"{len(person.months)} contribution months count, {judged.minimum_months} are the minimum: apply "
            "for the pension (retirement_approval).",
        )
    return list(judged.derivation)
