"""When periods can't be added to a history: each gate names the months or the amounts."""

from engine.process import refuse, yuan
from register import months
from register.records import PersonRecord, Records
from register.rules import periods

from .form import Form, Period


def check_months(form: Form, person: PersonRecord, records: Records) -> None:
    """Raise where a month counts already, is named twice, or can't have been paid at all."""
    spans = [(period.from_month, period.to_month) for period in form.periods]
    twice = periods.repeated(spans)
    if twice:
        raise refuse(
            "backfill.twice",
            f"时段互相重叠：{periods.text(twice)}",
            f"The periods overlap each other: {periods.text(twice)}.",
            rows=twice,
        )
    named, present = periods.spanned(spans), months.of(records.accepted_on)
    if named[-1] >= present:
        raise refuse(
            "backfill.not_past",
            f"{months.text(named[-1])}不早于受理当月{months.text(present)}：补录只限历史月份",
            f"{months.text(named[-1])} doesn't lie before the month of acceptance "
            f"{months.text(present)}: only history is added here.",
        )
    earliest = periods.earliest(
        person.birth, person.first_work_on, records.accepted_on, records.parameters
    )
    if named[0] < earliest:
        raise refuse(
            "backfill.too_early",
            f"{months.text(named[0])}早于可缴费的最早年月{months.text(earliest)}（满16周岁或参加工作）",
            f"{months.text(named[0])} lies before {months.text(earliest)}, the first month that can count "
            "(lowest working age, first work).",
        )
    there = periods.counted(named, person.months)
    if there:
        raise refuse(
            "backfill.overlap",
            f"与已有缴费月份重叠：{periods.text(there)}",
            f"These months count already: {periods.text(there)}.",
            rows=there,
        )


def check_amount(period: Period, booked_cents: int) -> None:
    """Raise where less money was found than the rates book to the account."""
    found = period.amount_cents or 0
    if found < booked_cents:
        raise refuse(
            "backfill.amount_short",
            f"查实金额{yuan(found)}元少于应记入个人账户的{yuan(booked_cents)}元"
            f"（{months.text(period.from_month)}至{months.text(period.to_month)}）",
            f"{yuan(found)} yuan were found for {months.text(period.from_month)} to "
            f"{months.text(period.to_month)}, less than the {yuan(booked_cents)} yuan "
            "that go to the account.",
        )
