"""What it writes: the employer's status, and with it the end of its business here."""

from engine import process
from register.entries import Change, DerivationStep, Posting
from register.records import Records

from . import gates
from .form import Form

SOURCE = "社会保险经办条例第十条"


def posting(form: Form, records: Records) -> Posting:
    """One change of ``employer_key`` to CLOSED, from the day of acceptance on. Raises the gates."""
    employer = process.enrolled(records)
    gates.check(form, employer, records)
    interrupted = len(employer.staff)
    change = Change(
        kind="employer_key",
        subject_kind="employer",
        subject_id=employer.employer_id,
        effective_from=records.accepted_on,
        after={"status": "CLOSED"},
        before={"status": employer.status},
    )
    return process.composed(
        records,
        changes=[change],
        derivation=[
            DerivationStep(
                "欠费、滞纳金、罚款、在保职工、未办结业务",
                "arrears, late fees, fines, people insured, open cases",
                "0",
                SOURCE,
            ),
            DerivationStep(
                "其中断缴费人员的关系保留",
                "people whose payments are interrupted keep their relation",
                str(interrupted),
            ),
        ],
    )
