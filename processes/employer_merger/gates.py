"""When people can't be moved to another employer: each gate names who or what is in the way."""

from collections.abc import Sequence
from datetime import date

from engine.process import refuse
from register.obligations import StaffMember
from register.records import EmployerRecord, Records

from .form import Form

MOST_ROWS = 20


def receiver(form: Form, employer: EmployerRecord, records: Records) -> EmployerRecord:
    """The employer that takes over; raises where it can't."""
    if employer.status == "CLOSED":
        raise refuse("merger.closed", "该单位已注销", "The employer is deregistered.")
    if form.receiving_uscc == employer.uscc:
        raise refuse(
            "merger.same",
            "承接单位就是本单位",
            "The employer that takes over is the applicant itself.",
        )
    found = records.others.employer_numbered(form.receiving_uscc)
    if found is None or found.agency_code != employer.agency_code:
        raise refuse(
            "merger.receiver",
            "承接单位未在本经办机构参保登记",
            "The employer that takes over is not registered with this agency: register it first.",
        )
    if found.status == "CLOSED":
        raise refuse(
            "merger.receiver_closed",
            "承接单位已注销",
            "The employer that takes over is deregistered.",
        )
    return found


def moving(
    form: Form, employer: EmployerRecord, taking_over: EmployerRecord, on: date
) -> Sequence[StaffMember]:
    """Who moves; raises where it is nobody, or somebody can't."""
    if form.agreed_on > on:
        raise refuse(
            "merger.future",
            "协议日期晚于受理当日",
            "The agreement is dated after the day of acceptance.",
        )
    chosen = _chosen(form, employer)
    if not chosen:
        raise refuse(
            "merger.nobody", "该单位没有可转移的参保人员", "Nobody is insured with the employer."
        )
    there = {member.person_id for member in taking_over.staff}
    both = [member.person_id for member in chosen if member.person_id in there]
    if both:
        raise refuse(
            "merger.there_already",
            f"{len(both)}人在承接单位已有参保关系，请先清理重复关系",
            f"{len(both)} people are insured with the other employer already: resolve these first.",
            rows=both[:MOST_ROWS],
        )
    return chosen


def _chosen(form: Form, employer: EmployerRecord) -> list[StaffMember]:
    if form.kind == "merger":
        return list(employer.staff)
    numbers = form.numbers()
    known = {member.id_no for member in employer.staff}
    # The place in the list says who: an id number belongs into no message.
    wrong = [
        place
        for place, number in enumerate(numbers, start=1)
        if number not in known or number in numbers[: place - 1]
    ]
    if wrong:
        raise refuse(
            "merger.not_staff",
            f"所列第{'、'.join(map(str, wrong[:MOST_ROWS]))}个号码不是该单位参保人员，或重复",
            f"Number {', '.join(map(str, wrong[:MOST_ROWS]))} of the list is nobody insured with the "
            "employer, or is listed twice.",
            rows=wrong[:MOST_ROWS],
        )
    named = set(numbers)
    return [member for member in employer.staff if member.id_no in named]
