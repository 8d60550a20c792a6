"""When the schemes can't be bridged this way: each gate names what stands in the way.

Source: 人社部发〔2014〕17号 (not checked against its full text): at the statutory age, by the months paid
as an employee.
"""

from engine.process import refuse, yuan
from register import months, retirement
from register.entries import DerivationStep
from register.records import PersonRecord, Records, Relation
from register.rules import periods

from .form import Form
from .messages import ResidentAnswer

SOURCE = "人社部发〔2014〕17号"


def check_person(person: PersonRecord) -> list[Relation]:
    """The relations that are not over; raises for a pension, none at all, or an employer who still pays."""
    if person.pension is not None:
        raise refuse(
            "bridge.retired",
            f"该人员已核定养老金（自{person.pension.from_month}起），不再衔接",
            f"A pension has been approved from {person.pension.from_month} on: the schemes are not bridged.",
            rows=[person.pension.entitlement_id],
        )
    held = [relation for relation in person.relations if relation.status != "ENDED"]
    if not held:
        raise refuse(
            "bridge.no_relation",
            "该人员没有有效的职工养老保险关系",
            "The person has no relation with the employees' scheme: see the register for its relations.",
        )
    employed = [one for one in held if one.status == "ACTIVE" and one.employer_id]
    if employed:
        raise refuse(
            "bridge.active",
            "该人员仍在单位参保缴费，请先办理人员减少",
            "The person is still insured with an employer: the employer reports the leaving first.",
            rows=[one.relation_id for one in employed],
        )
    return held


def check_age(form: Form, person: PersonRecord, records: Records) -> list[DerivationStep]:
    """How age and months were judged; raises below the age, and for the other direction's months."""
    on = records.accepted_on
    reached = retirement.statutory_month(person.birth, person.post_kind, records.parameters, on)
    if months.of(on) < reached:
        raise refuse(
            "bridge.age",
            f"未达到法定退休年月{reached}，参保期间不办理衔接",
            f"The statutory age is reached in {reached}: before that the schemes are not bridged.",
        )
    least = records.parameters.integer("bridge_minimum_months", on)
    paid = len(person.months)
    if form.direction == "to_employee" and paid < least:
        raise refuse(
            "bridge.short",
            f"职工养老保险累计缴费{paid}个月，不满{least}个月，只能转入城乡居民养老保险或继续缴费",
            f"{paid} months count as an employee, {least} are needed: the account goes to the residents' "
            "scheme, or contributions go on.",
        )
    if form.direction == "to_resident" and paid >= least:
        raise refuse(
            "bridge.enough",
            f"职工养老保险累计缴费{paid}个月，已满{least}个月，应由城乡居民转入职工",
            f"{paid} months count as an employee, {least} are enough: the resident's account joins here.",
        )
    return [
        DerivationStep("法定退休年月", "statutory month", months.text(reached), SOURCE),
        DerivationStep(
            f"职工养老保险累计缴费{paid}个月，标准{least}个月",
            f"{paid} months as an employee, {least} decide",
            str(paid),
            SOURCE,
        ),
    ]


def check_leaving(person: PersonRecord) -> None:
    """Raise where the person owes something before the account goes."""
    owes = person.owed.get("receivable", 0)
    if owes:
        raise refuse(
            "bridge.receivable",
            f"该人员尚有应收款{yuan(owes)}元未结清",
            f"{yuan(owes)} yuan are still to be got back from the person: settle them first.",
        )


def check_answer(form: Form, answer: ResidentAnswer, person: PersonRecord) -> None:
    """Raise where the answer lacks what the direction needs, or its money and months don't fit."""
    coming = {
        "principal_cents": answer.principal_cents,
        "interest_cents": answer.interest_cents,
        "received_cents": answer.received_cents,
    }
    going = {
        "receiving_bank": answer.receiving_bank,
        "receiving_account": answer.receiving_account,
    }
    joins = form.direction == "to_employee"
    needed, others = (coming, going) if joins else (going, coming)
    wrong = [name for name, said in needed.items() if said is None]
    wrong += [name for name, said in others.items() if said is not None]
    if not joins and (answer.overlaps or answer.refund_cents):
        wrong.append("overlaps")
    if joins and bool(answer.overlaps) != bool(answer.refund_cents):
        wrong.append("refund_cents")
    if wrong:
        raise refuse(
            "bridge.incomplete",
            "转入职工的回函须有居保个人账户和到账金额（有重复时段的注明退费）；转入居民的须有居保收款账户",
            "Joining here, the answer names account and money (and for months paid in both the refund); "
            "leaving, the account our money goes to.",
            rows=wrong,
        )
    if joins:
        _check_money(answer)
        _check_overlaps(answer, person)


def _check_money(answer: ResidentAnswer) -> None:
    parts = (answer.principal_cents, answer.interest_cents, answer.refund_cents)
    due, received = sum(part or 0 for part in parts), answer.received_cents or 0
    if received != due:
        raise refuse(
            "bridge.sum",
            f"到账{yuan(received)}元，回函所列合计{yuan(due)}元",
            f"{yuan(received)} yuan came in, the answer's parts are {yuan(due)} yuan.",
        )


def _check_overlaps(answer: ResidentAnswer, person: PersonRecord) -> None:
    """Only months that count here were paid in both schemes."""
    named = periods.spanned([(one.from_month, one.to_month) for one in answer.overlaps])
    there = set(periods.counted(named, person.months))
    absent = [month for month in named if month not in there]
    if absent:
        raise refuse(
            "bridge.not_overlapping",
            f"下列月份没有职工缴费记录，不属重复缴费：{periods.text(absent)}",
            f"These months don't count here, so they were not paid in both: {periods.text(absent)}.",
            rows=absent,
        )
