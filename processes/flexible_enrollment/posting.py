"""What it writes: who is new comes on the register, the relation begins, and the base is chosen."""

from decimal import Decimal

from engine import process
from register import months, newcomers, proposals
from register.enrolment import Enrolment
from register.entries import Change, Posting
from register.records import PersonRecord, Records
from register.rules import contribution, enrollment

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """The relation is active from the month of acceptance, on the chosen share of its average wage.

    Whoever was an employee and is interrupted leaves that relation with the same month. Raises the gates
    and ParameterMissing.
    """
    enrolment = process.enrolling(records)
    gates.check(form, enrolment, records)
    month = months.of(records.accepted_on)
    share = Decimal(form.ratio_percent).scaleb(-2)
    gates.check_share(share, month, records)
    base = contribution.chosen(share, month, records.parameters)
    who = enrolment.subject_id
    person = records.person
    first = _known(form, person, month, records) if person else _new(form, enrolment, records)
    changes = [
        *first,
        newcomers.relation(who, enrolment.agency_code, "FLEX", month),
        _declared(who, person, month, base.base_cents),
    ]
    return process.composed(records, changes=changes, derivation=base.derivation)


def _new(form: Form, enrolment: Enrolment, records: Records) -> list[Change]:
    who, on = enrolment.subject_id, records.accepted_on
    return [
        newcomers.person(
            who, enrolment.number, enrolment.name, form.post_kind, form.first_work_on, on
        ),
        newcomers.contact(who, form.contact(), {}, on),
    ]


def _known(form: Form, person: PersonRecord, month: int, records: Records) -> list[Change]:
    contact = newcomers.contact(
        person.person_id, form.contact(), person.contact, records.accepted_on
    )
    left = [
        proposals.relation(person, held, "ENDED", month) for held in enrollment.in_the_way(person)
    ]
    return [contact, *left]


def _declared(who: str, person: PersonRecord | None, month: int, base_cents: int) -> Change:
    after = {"from_month": month, "base_cents": base_cents}
    known = (person and person.declared_base) or {}
    before = {name: known[name] for name in after if name in known}
    return Change("declared_base", "person", who, months.first_day(month), after, before)
