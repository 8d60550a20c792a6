"""What it writes: who is new comes on the register, and the relation begins under its policy."""

from engine import process
from register import identity, months, newcomers, proposals
from register.enrolment import Enrolment
from register.entries import Change, DerivationStep, Posting
from register.records import PersonRecord, Records
from register.rules import enrollment

from . import gates
from .form import Form

SOURCE = "公民身份号码（GB 11643）"


def posting(form: Form, records: Records) -> Posting:
    """The relation is ``OVERAGE`` from the month of acceptance, and names the policy.

    An earlier relation that is interrupted ends with it; months and account stay. Such a relation keeps a
    pension from being approved by the usual way. Raises the gates.
    """
    enrolment = process.enrolling(records)
    judged = gates.check(form, enrolment, records)
    month, person = months.of(records.accepted_on), records.person
    relation = newcomers.relation(
        enrolment.subject_id,
        enrolment.agency_code,
        "OVERAGE",
        month,
        policy_code=form.policy_code,
    )
    first = _known(form, person, month, records) if person else _new(form, enrolment, records)
    return process.composed(
        records,
        changes=[*first, relation],
        derivation=[_age(enrolment, month), *judged.derivation],
    )


def _age(enrolment: Enrolment, month: int) -> DerivationStep:
    lived = months.between(months.of(identity.birth_of(enrolment.number)), month)
    years, rest = divmod(lived, 12)
    return DerivationStep(
        f"受理当月{years}岁{rest}个月",
        f"{years} years and {rest} months old in the month of acceptance",
        str(lived),
        SOURCE,
    )


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
