"""When the army's relation can't be taken over: each gate names what stands in the way.

Source: 社会保险经办条例 17; the sum received must be the sum of the voucher, without tolerance.
"""

from collections.abc import Sequence

from engine.process import refuse, yuan
from register import months
from register.records import PersonRecord, Records
from register.rules import transfer_in
from register.rules.transfer import Transfer
from register.rules.transfer_in import Segment

from .form import Form
from .messages import Money


def check_person(person: PersonRecord) -> None:
    """Raise where the person draws a pension, or has no relation here."""
    if person.pension is not None:
        raise refuse(
            "military.retired",
            f"该人员已核定养老金（自{person.pension.from_month}起），不能转入",
            f"A pension has been approved from {person.pension.from_month} on: nothing is transferred in.",
            rows=[person.pension.entitlement_id],
        )
    if all(relation.status == "ENDED" for relation in person.relations):
        raise refuse(
            "military.no_relation",
            "该人员在本地没有参保关系，请先办理参保登记",
            "The person has no relation here that could take it over: enrol first.",
        )


def check_months(
    form: Form, segments: Sequence[Segment], person: PersonRecord, records: Records
) -> None:
    """Raise for months that are named twice, lie in the future, or count here already."""
    if form.issued_on > records.accepted_on:
        raise refuse(
            "military.voucher_future",
            "凭证出具日期晚于受理日期",
            "The voucher's date lies after the day of acceptance: compare the voucher.",
        )
    twice = transfer_in.twice(segments)
    if twice:
        raise refuse(
            "military.months_twice",
            "凭证中有重复的月份",
            "Months are named twice: compare with the voucher.",
            rows=twice,
        )
    latest = max(segment.last for segment in segments)
    if latest > months.of(records.accepted_on):
        raise refuse(
            "military.months_future",
            f"服役时段截至{latest}，晚于受理当月",
            f"The months go on to {latest}, after the month of acceptance.",
            rows=[latest],
        )
    counted = transfer_in.counted_here(person, segments)
    if counted:
        raise refuse(
            "military.months_counted",
            "有月份已在本地计算，请先办理多重养老保险关系清理退费",
            "Months of the voucher count here already: settle the double ones first (multi_relation_refund).",
            rows=counted,
        )


def check_money(form: Form, money: Money, owed: Transfer) -> None:
    """Raise where what came is not, to the cent, the account and the pooled part of the voucher."""
    if money.amount_cents != owed.total_cents:
        raise refuse(
            "military.money_differs",
            f"到账{yuan(money.amount_cents)}元，凭证{form.voucher_no}应为{yuan(owed.total_cents)}元",
            f"{yuan(money.amount_cents)} yuan came, voucher {form.voucher_no} gives "
            f"{yuan(owed.total_cents)}: ask the unit.",
        )
