"""What it writes: the relation of everybody who moves is with the other employer from then on."""

from collections.abc import Sequence

from engine import process
from register import months
from register.entries import Change, DerivationStep, Posting
from register.obligations import StaffMember
from register.records import EmployerRecord, Records

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``relation`` a person, from the month of acceptance on. Raises the gates.

    Status and months of a relation stay as they are, and what the old employer owes stays with it.
    """
    employer = process.enrolled(records)
    taking_over = gates.receiver(form, employer, records)
    moving = gates.moving(form, employer, taking_over, records.accepted_on)
    return process.composed(
        records,
        changes=[_moved(member, employer, taking_over, records) for member in moving],
        derivation=[
            DerivationStep("转移人数", "people who move", str(len(moving))),
            DerivationStep("其中在保缴费", "of these insured and paying", str(_active(moving))),
            DerivationStep(
                "本单位留存人数", "people who stay", str(len(employer.staff) - len(moving))
            ),
        ],
        others=[taking_over],
    )


def _active(moving: Sequence[StaffMember]) -> int:
    return sum(member.status == "ACTIVE" for member in moving)


def _moved(
    member: StaffMember, employer: EmployerRecord, taking_over: EmployerRecord, records: Records
) -> Change:
    return Change(
        kind="relation",
        subject_kind="person",
        subject_id=member.person_id,
        effective_from=months.first_day(months.of(records.accepted_on)),
        after={"relation_id": member.relation_id, "employer_id": taking_over.employer_id},
        before={"relation_id": member.relation_id, "employer_id": employer.employer_id},
    )
