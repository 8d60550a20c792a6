"""When a relation can't change its scheme: each gate names what stands in the way.

Source: 社会保险经办条例 article 12.
"""

from engine.process import refuse, yuan
from register import months
from register.records import PersonRecord, Records, Relation
from register.rules import periods
from register.rules.transfer import Transfer

from .form import Form


def check_complete(form: Form) -> None:
    """Raise for what the direction needs and the form lacks, or has too much."""
    out = {
        "receiving_agency": form.receiving_agency,
        "receiving_bank": form.receiving_bank,
        "receiving_account": form.receiving_account,
    }
    coming = {
        "sending_agency": form.sending_agency,
        "periods": form.periods or None,
        "principal_cents": form.principal_cents,
        "interest_cents": form.interest_cents,
        "received_cents": form.received_cents,
    }
    needed, others = (out, coming) if form.direction == "out" else (coming, out)
    wrong = [name for name, said in needed.items() if said is None]
    wrong += [name for name, said in others.items() if said is not None]
    if wrong:
        raise refuse(
            "scheme.incomplete",
            "转出须填写对方银行账户；转入须填写缴费时段、个人账户和到账金额，不填对方账户",
            "A transfer out names the other agency's account and nothing else; a transfer in its months, "
            "account and the money received, and no account of the other agency.",
            rows=wrong,
        )


def check_person(form: Form, person: PersonRecord, records: Records) -> list[Relation]:
    """The relations that are not over; raises where there is none, or the person draws a pension."""
    if form.letter_on > records.accepted_on:
        raise refuse(
            "scheme.letter_future",
            "联系函或信息表日期晚于受理日期",
            "The letter's date lies after the day of acceptance: compare the letter.",
        )
    if person.pension is not None:
        raise refuse(
            "scheme.retired",
            f"该人员已核定养老金（自{person.pension.from_month}起），不能转移",
            f"A pension has been approved from {person.pension.from_month} on: the scheme no longer changes.",
            rows=[person.pension.entitlement_id],
        )
    held = [relation for relation in person.relations if relation.status != "ENDED"]
    if not held:
        raise refuse(
            "scheme.no_relation",
            "该人员没有有效的企业养老保险关系：转入的请先办理参保登记",
            "The person has no relation with the enterprises' scheme: enrol first where the months move in.",
        )
    return held


def check_leaving(person: PersonRecord, held: list[Relation]) -> None:
    """Raise where the person still pays here, or owes something."""
    employed = [one for one in held if one.status == "ACTIVE" and one.employer_id]
    if employed:
        raise refuse(
            "scheme.active",
            "该人员仍在企业参保缴费，请先办理人员减少",
            "The person is still insured with an enterprise: the employer reports the leaving first.",
            rows=[one.relation_id for one in employed],
        )
    owes = person.owed.get("receivable", 0)
    if owes:
        raise refuse(
            "scheme.receivable",
            f"该人员尚有应收款{yuan(owes)}元未结清",
            f"{yuan(owes)} yuan are still to be got back from the person: settle them first.",
        )


def check_months(form: Form, person: PersonRecord, records: Records) -> None:
    """Raise for months named twice, of the future, or that count here already."""
    named = periods.spanned([(one.from_month, one.to_month) for one in form.periods])
    twice = periods.repeated([(one.from_month, one.to_month) for one in form.periods])
    if twice:
        raise refuse(
            "scheme.twice",
            f"时段互相重叠：{periods.text(twice)}",
            f"The periods overlap each other: {periods.text(twice)}.",
            rows=twice,
        )
    present = months.of(records.accepted_on)
    if named[-1] > present:
        raise refuse(
            "scheme.future",
            f"转入月份晚于受理当月{present}",
            f"A month that moves in lies after {present}, the month of acceptance.",
            rows=[month for month in named if month > present],
        )
    counting = periods.counted(named, person.months)
    if counting:
        raise refuse(
            "scheme.overlap",
            f"下列月份本地已有记录：{periods.text(counting)}，请先清理重复关系",
            f"These months count here already: {periods.text(counting)}. Clear the double relation first.",
            rows=counting,
        )


def check_money(form: Form, moved: Transfer) -> None:
    """Raise where the money received is not what table and months say, to the cent."""
    received = form.received_cents or 0
    if received != moved.total_cents:
        raise refuse(
            "scheme.sum",
            f"到账{yuan(received)}元，应为{yuan(moved.total_cents)}元"
            f"（个人账户{yuan(moved.account_cents)}元、统筹基金{yuan(moved.pooled_cents)}元）",
            f"{yuan(received)} yuan came in, {yuan(moved.total_cents)} should: account "
            f"{yuan(moved.account_cents)}, pooled fund {yuan(moved.pooled_cents)}.",
        )
