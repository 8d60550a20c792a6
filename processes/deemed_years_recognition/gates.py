"""When service can't be recognised as deemed paid: each gate names the months that decide."""

from engine.process import refuse
from register import months
from register.records import PersonRecord, Records
from register.rules import periods

from .form import Form


def check(form: Form, person: PersonRecord, records: Records) -> list[int]:
    """The months that are recognised; raises where one of them can't be."""
    if person.pension is not None:
        raise refuse(
            "deemed.retired",
            "该人员已核定养老金：年限变动应办理待遇重算",
            "A pension has been approved: a change of years is an adjustment of the benefit "
            "(benefit_adjustment).",
            rows=[person.pension.entitlement_id],
        )
    spans = [(segment.from_month, segment.to_month) for segment in form.segments]
    twice = periods.repeated(spans)
    if twice:
        raise refuse(
            "deemed.twice",
            f"时段互相重叠：{periods.text(twice)}",
            f"The segments overlap each other: {periods.text(twice)}.",
            rows=twice,
        )
    named = periods.spanned(spans)
    there = periods.counted(named, person.months)
    if there:
        raise refuse(
            "deemed.overlap",
            f"与已有缴费或视同缴费月份重叠：{periods.text(there)}",
            f"These months count already: {periods.text(there)}.",
            rows=there,
        )
    _check_bounds(named, person, records)
    return named


def _check_bounds(named: list[int], person: PersonRecord, records: Records) -> None:
    paid = [month.month for month in person.months if month.origin != "DEEMED"]
    if not paid:
        raise refuse(
            "deemed.no_paid_month",
            "该人员没有实际缴费月份，个人账户尚未建立，不能认定视同缴费",
            "Nobody ever paid for this person, so that no personal account began before which months could "
            "be deemed paid.",
        )
    first_paid = min(paid)
    if named[-1] >= first_paid:
        raise refuse(
            "deemed.after_first_paid",
            f"{months.text(named[-1])}不早于首次缴费年月{months.text(first_paid)}",
            f"{months.text(named[-1])} doesn't lie before the first paid month {months.text(first_paid)}: "
            "only service before the personal account began is deemed paid.",
        )
    earliest = periods.earliest(
        person.birth, person.first_work_on, records.accepted_on, records.parameters
    )
    if named[0] < earliest:
        raise refuse(
            "deemed.too_early",
            f"{months.text(named[0])}早于可认定的最早年月{months.text(earliest)}（满16周岁或参加工作）",
            f"{months.text(named[0])} lies before {months.text(earliest)}, the first month that can count "
            "(lowest working age, first work).",
        )
