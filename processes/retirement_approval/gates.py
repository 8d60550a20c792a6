"""When a retirement can't be approved: each gate names the numbers that decide.

Source: 渐进式延迟法定退休年龄 (ages, minimum months), 人社部发〔2024〕94号 (flexible retirement).
"""

from engine.process import refuse
from register import months, retirement
from register.records import PersonRecord, Records
from register.retirement import Window
from register.rules import enrollment

from .form import Form

SEX_OF = {"M": "M", "F55": "F", "F50": "F"}


def check_person(form: Form, person: PersonRecord) -> None:
    """Raise where the person is retired already, or is not whom the form describes."""
    held = person.pension
    if held is not None:
        raise refuse(
            "retirement.already",
            f"该人员已核定养老金，自{held.from_month}起",
            f"A pension has already been approved, from {held.from_month} on: to change it, use "
            "benefit_adjustment.",
            rows=[held.entitlement_id],
        )
    past_age = enrollment.past_age(person)
    if past_age:
        raise refuse(
            "retirement.overage",
            "该人员按超龄政策参保，关系未终止，不能直接核定养老金",
            "This person is insured past the statutory age under a policy: as long as that relation hasn't "
            "ended no pension is approved.",
            rows=[relation.relation_id for relation in past_age],
        )
    if SEX_OF[form.post_kind] != person.sex:
        raise refuse(
            "retirement.post_kind",
            "岗位性质与性别不符：男性为M，女性为F55（管理技术岗）或F50（工人岗）",
            "The kind of post doesn't fit the person's sex: men have M, women F55 or F50.",
        )
    if form.birth_recognised is not None and form.birth_recognised != person.birth:
        raise refuse(
            "retirement.birth_differs",
            "认定出生日期与登记不一致，请先办理个人关键信息变更",
            "The recognised birth date is not the registered one: change the key data first "
            "(person_info_change_key), then apply again.",
        )


def check_month(form: Form, window: Window, records: Records) -> None:
    """Raise where the chosen month is not one in which this kind of retirement may begin."""
    chosen, present = form.retire_month, months.of(records.accepted_on)
    allowed = {
        "NORMAL": (window.statutory, None),
        "FLEX_EARLY": (window.earliest, months.shifted(window.statutory, -1)),
        "FLEX_LATE": (months.shifted(window.statutory, 1), window.latest),
    }
    first, last = allowed[form.kind]
    if chosen < first:
        raise refuse(
            "retirement.age",
            f"未到退休年龄：所选年月{chosen}，最早{first}（法定退休年月{window.statutory}）",
            f"The age is not reached: {chosen} is chosen, {first} is the earliest month for this kind of "
            f"retirement (statutory month {window.statutory}).",
        )
    if last is not None and chosen > last:
        raise refuse(
            "retirement.too_late",
            f"所选年月{chosen}晚于此类退休的最晚年月{last}（法定退休年月{window.statutory}）",
            f"{chosen} is chosen, {last} is the latest month for this kind of retirement (statutory month "
            f"{window.statutory}): choose another kind or month.",
        )
    if chosen > present:
        raise refuse(
            "retirement.age",
            f"未到所选退休年月：所选{chosen}，受理当月{present}",
            f"The chosen month {chosen} has not come: the case is accepted in {present}. Apply in that "
            "month.",
        )


def check_notice(form: Form, records: Records) -> None:
    """Raise where the written notice or agreement of a flexible retirement came too late."""
    if form.notice_on is None:
        return
    name = (
        "flexible_early_notice_months"
        if form.kind == "FLEX_EARLY"
        else "flexible_late_notice_months"
    )
    needed = records.parameters.integer(name, records.accepted_on)
    given = months.between(months.of(form.notice_on), form.retire_month)
    if given < needed:
        raise refuse(
            "retirement.notice",
            f"书面告知（协议）须至少提前{needed}个月，实际提前{given}个月",
            f"The written notice or agreement must come {needed} months before; it came {given} months "
            "before the chosen month.",
        )


def check_months(counted: int, window: Window, records: Records) -> int:
    """Raise where too few months are paid or deemed; answers the minimum."""
    minimum = retirement.minimum_months(window.statutory, records.parameters)
    if counted < minimum:
        raise refuse(
            "retirement.months_short",
            f"缴费年限不足：累计{counted}个月，最低{minimum}个月，差{minimum - counted}个月",
            f"{counted} contribution months count, {minimum} are needed: {minimum - counted} are missing.",
        )
    return minimum
