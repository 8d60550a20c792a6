"""When a relation can't be taken over: each gate names what stands in the way.

Source: 国办发〔2009〕66号; the sum received must be the sum of the table, without tolerance.
"""

from collections.abc import Sequence

from engine.process import refuse, yuan
from register import months
from register.records import PersonRecord, Records
from register.rules import transfer, transfer_in
from register.rules.transfer import Transfer
from register.rules.transfer_in import Segment

from .form import Form
from .messages import ContactLetter, InfoTable, Money


def check_person(form: Form, person: PersonRecord, records: Records) -> None:
    """Raise where the person draws a pension, has no relation here, or has a temporary account here."""
    if person.pension is not None:
        raise refuse(
            "transfer_in.retired",
            f"该人员已核定养老金（自{person.pension.from_month}起），不能转入",
            f"A pension has been approved from {person.pension.from_month} on: nothing is transferred in.",
            rows=[person.pension.entitlement_id],
        )
    if all(relation.status == "ENDED" for relation in person.relations):
        raise refuse(
            "transfer_in.no_relation",
            "该人员在本地没有参保关系，请先办理参保登记",
            "The person has no relation here that could take it over: enrol first.",
        )
    age = months.between(months.of(person.birth), months.of(records.accepted_on))
    if transfer.opens_temporary_account(
        person.sex,
        age,
        to_household=form.to_household,
        on=records.accepted_on,
        parameters=records.parameters,
    ):
        raise refuse(
            "transfer_in.temporary_account",
            f"该人员{age // months.YEAR}周岁且本地非户籍地：本地为临时缴费账户，原关系保留在转出地",
            f"At {age // months.YEAR} years and not registered here the person has a temporary account here "
            "and keeps the relation where it is.",
        )


def check_letter(letter: ContactLetter, records: Records) -> None:
    """Raise for a letter of before the application."""
    if letter.sent_on < records.accepted_on:
        raise refuse(
            "transfer_in.letter_early",
            "联系函发出日期早于受理日期",
            "The letter can't have gone out before the application was accepted: compare its date.",
        )


def check_table(segments: Sequence[Segment], person: PersonRecord, records: Records) -> None:
    """Raise for months the table names twice, of the future, or that count here already."""
    twice = transfer_in.twice(segments)
    if twice:
        raise refuse(
            "transfer_in.months_twice",
            "信息表中有重复的月份",
            "The table names months twice: have it corrected by the agency that issued it.",
            rows=twice,
        )
    latest = max(segment.last for segment in segments)
    if latest > months.of(records.accepted_on):
        raise refuse(
            "transfer_in.months_future",
            f"信息表截至{latest}，晚于受理当月",
            f"The table goes on to {latest}, after the month of acceptance: months since then are told by a "
            "later table.",
            rows=[latest],
        )
    counted = transfer_in.counted_here(person, segments)
    if counted:
        raise refuse(
            "transfer_in.months_counted",
            "有月份已在本地计算，请先办理多重养老保险关系清理退费",
            "Months of the table count here already: settle the double ones first (multi_relation_refund).",
            rows=counted,
        )


def check_money(table: InfoTable, money: Money, owed: Transfer) -> None:
    """Raise where what came is not, to the cent, the account and the pooled part of the table."""
    if money.amount_cents != owed.total_cents:
        raise refuse(
            "transfer_in.money_differs",
            f"到账{yuan(money.amount_cents)}元，信息表{table.table_no}应为{yuan(owed.total_cents)}元"
            f"（个人账户{yuan(owed.account_cents)}，统筹基金{yuan(owed.pooled_cents)}）",
            f"{yuan(money.amount_cents)} yuan came, table {table.table_no} gives {yuan(owed.total_cents)} "
            f"(account {yuan(owed.account_cents)}, pooled fund {yuan(owed.pooled_cents)}): ask the agency.",
        )
