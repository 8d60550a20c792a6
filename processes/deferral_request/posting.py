"""What it writes: the months that the employer may pay later; the late fee stands still in them."""

from engine import process
from register import months
from register.entries import Change, DerivationStep, Posting
from register.obligations import Deferral
from register.records import Records

from . import gates
from .form import Form

SOURCE = "社会保险法第六十条"


def posting(form: Form, records: Records) -> Posting:
    """One change ``deferral`` of the employer. Raises the gates."""
    employer = process.enrolled(records)
    most = gates.check(form, employer, records)
    change = Change(
        kind="deferral",
        subject_kind="employer",
        subject_id=employer.employer_id,
        effective_from=months.first_day(form.from_month),
        after={
            "kind": form.kind,
            "from_month": form.from_month,
            "to_month": form.to_month,
            "guarantee": f"{form.guarantee_kind}:{form.guarantee}",
            "approval_no": form.approval_no,
        },
    )
    first, last = Deferral(form.kind, form.from_month, form.to_month).stop
    count = months.between(form.from_month, form.to_month) + 1
    return process.composed(
        records,
        changes=[change],
        derivation=[
            DerivationStep(
                f"缓缴月数（上限{most}个月）",
                f"months deferred (at most {most})",
                str(count),
                SOURCE,
            ),
            DerivationStep(
                f"{first.isoformat()}至{last.isoformat()}不计滞纳金（天数）",
                f"no late fee from {first.isoformat()} to {last.isoformat()} (days)",
                str((last - first).days + 1),
                SOURCE,
            ),
        ],
    )
