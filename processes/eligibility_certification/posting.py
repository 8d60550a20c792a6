"""What it writes: the proof of being entitled, and when the next one is due."""

from engine import process
from engine.process import refuse
from register import months
from register.entries import Change, DerivationStep, Posting
from register.records import IN_FORCE, Records

from .form import Form

SOURCE = "社会保险经办条例第二十六条"


def posting(form: Form, records: Records) -> Posting:
    """One change of ``certification``, from the day of the proof. Raises the gates on benefit and day.

    Whose benefit is suspended may prove it too: resuming the payment is a business of its own.
    """
    person = process.insured(records)
    if not any(held.status in IN_FORCE for held in person.entitlements):
        raise refuse(
            "certification.no_benefit",
            "该参保人没有正在享受的待遇，无须认证",
            "This person draws no benefit: there is nothing to be certified.",
        )
    if form.certified_on > records.accepted_on:
        raise refuse(
            "certification.future",
            f"认证日期{form.certified_on}晚于受理日期{records.accepted_on}",
            f"The proof is dated {form.certified_on}, after the day of acceptance, {records.accepted_on}: "
            "correct the date.",
        )
    holds = records.parameters.integer("certification_months", records.accepted_on)
    due = months.same_day(form.certified_on, holds)
    after = {
        "method": form.method,
        "certified_on": form.certified_on.isoformat(),
        "next_due_on": due.isoformat(),
    }
    known = person.certification or {}
    change = Change(
        kind="certification",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=form.certified_on,
        after=after,
        before={name: known[name] for name in after if name in known},
    )
    step = DerivationStep(
        f"下次认证日期={form.certified_on}+{holds}个月",
        f"next due = {form.certified_on} + {holds} months",
        due.isoformat(),
        SOURCE,
    )
    return process.composed(records, changes=[change], derivation=[step])
