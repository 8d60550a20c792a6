"""What it writes: the segments as months deemed paid, without a base and without money."""

from engine import process
from register import months, proposals
from register.entries import DerivationStep, Posting
from register.records import Records

from . import gates
from .form import KINDS, Form

SOURCE = "国发〔2005〕38号"


def posting(form: Form, records: Records) -> Posting:
    """One change of months a segment. Raises the gates."""
    person = process.insured(records)
    named = gates.check(form, person, records)
    changes = [
        proposals.counting(
            person, segment.from_month, segment.to_month, 0, "DEEMED", records.accepted_on
        )
        for segment in form.segments
    ]
    derivation = [
        *(
            DerivationStep(
                f"{months.text(one.from_month)}至{months.text(one.to_month)}（{KINDS[one.kind].zh}）",
                f"{months.text(one.from_month)} to {months.text(one.to_month)} ({KINDS[one.kind].en})",
                f"{months.between(one.from_month, one.to_month) + 1}",
                form.recognition_no,
            )
            for one in form.segments
        ),
        DerivationStep("本次认定视同缴费月数", "months deemed paid by this case", f"{len(named)}"),
        DerivationStep(
            "视同缴费月数合计",
            "months deemed paid in all",
            f"{person.deemed_months + len(named)}",
            SOURCE,
        ),
    ]
    return process.composed(records, changes=changes, derivation=derivation)
