"""When nobody is enrolled past the age: each gate names what is in the way.

Source: 人社部令第13号 (contributions may go on past the age), 社会保险法 articles 16 and 58. Whom else a
province lets in is a policy code with a dated parameter, not verified.
"""

from engine.process import refuse
from register import identity
from register.enrolment import Enrolment
from register.records import PersonRecord, Records
from register.rules import enrollment, overage
from register.rules.overage import Overage

from .form import Form

FIELDS = {"birth": "出生日期", "sex": "性别"}


def check(form: Form, enrolment: Enrolment, records: Records) -> Overage:
    """How the person stands past the age. Raises where number, policy, standing or age don't allow it."""
    _check_number(form, enrolment)
    _check_policy(form, records)
    _check_standing(enrolment, records)
    if records.person is not None:
        _check_known(form, records.person)
    judged = _judged(form, enrolment, records)
    _check_age(form, judged, records.person)
    return judged


def _judged(form: Form, enrolment: Enrolment, records: Records) -> Overage:
    counted = records.person.months if records.person else ()
    return overage.judged(
        records.person.birth if records.person else identity.birth_of(enrolment.number),
        form.post_kind,
        len(counted),
        min((month.month for month in counted), default=0),
        records.accepted_on,
        records.parameters,
    )


def _check_number(form: Form, enrolment: Enrolment) -> None:
    wrong = enrollment.differing(enrolment.number, form.birth, form.sex)
    if wrong:
        raise refuse(
            "overage_enrollment.number_differs",
            f"与公民身份号码不符：{'、'.join(FIELDS[name] for name in wrong)}，请核对证件",
            f"The id number says otherwise of: {', '.join(wrong)}. Compare with the document.",
        )
    if not enrollment.fits(form.post_kind, enrolment.number):
        raise refuse(
            "overage_enrollment.post_kind",
            "退休年龄类别与性别不符",
            "The kind of post is not one of this sex.",
        )


def _check_policy(form: Form, records: Records) -> None:
    on, name = records.accepted_on, "overage_policies"
    if not records.parameters.has_entry(name, form.policy_code, on) or not (
        records.parameters.integer_entry(name, form.policy_code, on)
    ):
        raise refuse(
            "overage_enrollment.policy",
            "受理之日没有此项政策，不能超龄参保",
            "This policy is not open on the day of acceptance.",
        )


def _check_standing(enrolment: Enrolment, records: Records) -> None:
    stands = enrollment.standing(records.person, enrolment.agency_code)
    rows = [held.relation_id for held in enrollment.in_the_way(records.person)]
    if stands == "drawing":
        raise refuse(
            "overage_enrollment.drawing",
            "该人员已核定养老金，不再参保",
            "A pension has been approved: nobody enrols any more who draws one.",
        )
    if stands == "elsewhere":
        raise refuse(
            "overage_enrollment.elsewhere",
            "该人员在其他经办机构有参保关系，须先办理转移",
            "There is an insured relation with another agency: it is moved first.",
        )
    if stands == "insured":
        raise refuse(
            "overage_enrollment.insured",
            "该人员正在参保缴费，须先暂停缴费",
            "This person is insured and pays: that relation is interrupted first.",
            rows=rows,
        )
    if stands == "interrupted" and any(
        held.kind == "OVERAGE" for held in enrollment.in_the_way(records.person)
    ):
        raise refuse(
            "overage_enrollment.resume",
            "该人员有中断的超龄参保关系，应办理恢复缴费",
            "An enrolment past the age is interrupted: it is resumed, not begun anew.",
            rows=rows,
        )


def _check_known(form: Form, person: PersonRecord) -> None:
    if form.post_kind != person.post_kind:
        raise refuse(
            "overage_enrollment.known_otherwise",
            "退休年龄类别与登记不一致，应先办理个人关键信息变更",
            "The register knows another kind of post: change the key data first.",
        )


def _check_age(form: Form, judged: Overage, person: PersonRecord | None) -> None:
    if judged.way == "not_reached":
        raise refuse(
            "overage_enrollment.not_reached",
            f"未达到法定退休年月{judged.statutory_month}，按正常参保登记办理",
            f"The statutory age is reached in {judged.statutory_month}: until then people enrol as usual.",
        )
    if judged.way == "pension":
        raise refuse(
            "overage_enrollment.years_reached",
            f"累计缴费已满最低{judged.minimum_months}个月，应办理退休",
            f"The minimum of {judged.minimum_months} months is reached: apply for the pension "
            "(retirement_approval).",
        )
    if form.policy_code == "extension" and (person is None or not person.months):
        raise refuse(
            "overage_enrollment.nothing_to_extend",
            "没有缴费记录，不能延长缴费",
            "No month counts yet: there is nothing that could go on.",
        )
