"""What it writes: who is new comes on the register, the relation with the employer begins, and its base."""

from datetime import timedelta

from engine import process
from engine.employee_lists import refuse_any, unfit
from register import months, newcomers, proposals
from register.entries import Change, DerivationStep, Posting
from register.records import Records
from register.rules import contribution, enrollment

from . import gates
from .form import Form, Hired

# 社会保险法 article 58: within thirty days of hiring.
DUTY = timedelta(days=30)
SOURCE = "社会保险法第五十八条"


def posting(form: Form, records: Records) -> Posting:
    """For each row, in the list's order: the person where he is new, relation, contact and base; or nothing.

    Whoever is interrupted with another employer of the agency leaves that relation with the same month.
    Raises the gates and ParameterMissing.
    """
    problems = unfit(form.rows, records)
    wrong = {problem.row for problem in problems}
    agency_code = process.enrolling(records).agency_code
    for place, row in enumerate(form.rows):
        if place not in wrong:
            found = gates.problem(place, row, records, agency_code)
            problems += [found] if found else []
    refuse_any(problems)
    changes = [change for row in form.rows for change in _enrolled(row, records)]
    return process.composed(records, changes=changes, derivation=_totals(form, records))


def _enrolled(row: Hired, records: Records) -> list[Change]:
    enrolment, employer = process.enrolling(records), process.enrolled(records)
    on, person = records.accepted_on, records.persons.get(row.id_no)
    month = row.insured_from or months.of(on)
    who = person.person_id if person else enrolment.new_id(row.id_no)
    base = contribution.clamped(row.wage_cents, month, records.parameters).base_cents
    declared = (person and person.declared_base) or {}
    after = {"from_month": month, "base_cents": base}
    before = {name: declared[name] for name in after if name in declared}
    first = (
        [proposals.relation(person, held, "ENDED", month) for held in enrollment.in_the_way(person)]
        if person
        else [newcomers.person(who, row.id_no, row.name, row.post_kind, row.first_work_on, on)]
    )
    return [
        *first,
        newcomers.contact(who, row.contact(), person.contact if person else {}, on),
        newcomers.relation(
            who, enrolment.agency_code, "EMPLOYEE", month, employer_id=employer.employer_id
        ),
        Change("declared_base", "person", who, months.first_day(month), after, before),
    ]


def _totals(form: Form, records: Records) -> list[DerivationStep]:
    new = sum(row.id_no not in records.persons for row in form.rows)
    late = sum(records.accepted_on - row.employ_start > DUTY for row in form.rows)
    said = (
        ("参保人数", "Employees enrolled", len(form.rows)),
        ("其中首次参保", "of whom new to the register", new),
        ("超过用工之日起30日申报的人数", "Reported later than 30 days after hiring", late),
    )
    return [DerivationStep(zh, en, str(count), SOURCE) for zh, en, count in said]
