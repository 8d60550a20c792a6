"""When somebody can't be enrolled as a flexible worker: each gate names what is in the way.

Source: 社会保险法 article 58, 国发〔2005〕38号 (60 % to 300 %, by choice), 人社部令第13号 (past the age).
"""

from decimal import Decimal

from engine.process import refuse
from register import identity, months, retirement
from register.amounts import plain
from register.enrolment import Enrolment
from register.records import PersonRecord, Records
from register.rules import enrollment

from .form import Form

HUNDRED = 100
FIELDS = {"birth": "出生日期", "sex": "性别"}


def check(form: Form, enrolment: Enrolment, records: Records) -> None:
    """Raise where number and form, age, or how the person stands don't allow it."""
    _check_number(form, enrolment)
    _check_age(form, enrolment, records)
    _check_standing(enrolment, records)
    if records.person is not None:
        _check_known(form, records.person)


def _check_number(form: Form, enrolment: Enrolment) -> None:
    wrong = enrollment.differing(enrolment.number, form.birth, form.sex)
    if wrong:
        raise refuse(
            "flexible_enrollment.number_differs",
            f"与公民身份号码不符：{'、'.join(FIELDS[name] for name in wrong)}，请核对证件",
            f"The id number says otherwise of: {', '.join(wrong)}. Compare with the document.",
        )
    if not enrollment.fits(form.post_kind, enrolment.number):
        raise refuse(
            "flexible_enrollment.post_kind",
            "退休年龄类别与性别不符",
            "The kind of post is not one of this sex.",
        )


def _check_age(form: Form, enrolment: Enrolment, records: Records) -> None:
    on, birth = records.accepted_on, identity.birth_of(enrolment.number)
    if not enrollment.old_enough(birth, on, records.parameters):
        raise refuse(
            "flexible_enrollment.too_young",
            "未达到最低就业年龄，不能参保",
            "The lowest working age is not reached yet.",
        )
    reached = retirement.statutory_month(birth, form.post_kind, records.parameters, on)
    if reached <= months.of(on):
        raise refuse(
            "flexible_enrollment.over_age",
            f"已于{months.text(reached)}达到法定退休年龄，应按超龄人员参保登记办理",
            f"The statutory age was reached in {months.text(reached)}: see overage_enrollment.",
        )


def _check_standing(enrolment: Enrolment, records: Records) -> None:
    stands = enrollment.standing(records.person, enrolment.agency_code)
    rows = [held.relation_id for held in enrollment.in_the_way(records.person)]
    if stands == "drawing":
        raise refuse(
            "flexible_enrollment.drawing",
            "该人员已核定养老金，不再参保",
            "A pension has been approved: nobody enrols any more who draws one.",
        )
    if stands == "elsewhere":
        raise refuse(
            "flexible_enrollment.elsewhere",
            "该人员在其他经办机构有参保关系，须先办理转移",
            "There is an insured relation with another agency: it is moved first.",
        )
    if stands == "insured":
        raise refuse(
            "flexible_enrollment.insured",
            "该人员已在参保缴费，不得重复参保",
            "This person is insured already, and pays: nobody is insured twice.",
            rows=rows,
        )
    person = records.person
    if (
        stands == "interrupted"
        and person
        and any(held.kind != "EMPLOYEE" for held in person.relations)
    ):
        raise refuse(
            "flexible_enrollment.resume",
            "该人员有中断的参保关系，应办理恢复缴费",
            "A relation of this person is interrupted: it is resumed, not begun anew.",
            rows=rows,
        )


def _check_known(form: Form, person: PersonRecord) -> None:
    if form.post_kind != person.post_kind:
        raise refuse(
            "flexible_enrollment.known_otherwise",
            "退休年龄类别与登记不一致，应先办理个人关键信息变更",
            "The register knows another kind of post: change the key data first.",
        )


def check_share(share: Decimal, month: int, records: Records) -> None:
    """Raise where the share of the average wage lies outside the limits in force in the first month."""
    on = months.first_day(month)
    least = records.parameters.decimal("base_floor_share", on)
    most = records.parameters.decimal("base_ceiling_share", on)
    if not least <= share <= most:
        chosen, low, high = (plain(part * HUNDRED) for part in (share, least, most))
        raise refuse(
            "flexible_enrollment.share",
            f"所选档次{chosen}%不在{low}%至{high}%之间",
            f"{chosen} % is chosen, from {low} % to {high} % is possible.",
        )
