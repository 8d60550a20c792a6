"""What it writes: the pension with its three components, and how it was computed."""

from dataclasses import replace

from engine import process
from register import months, pension, retirement
from register.entries import Change, DerivationStep, Posting
from register.pension import Pension
from register.records import PersonRecord, Records

from . import gates
from .form import Form

AGE_SOURCE = "渐进式延迟法定退休年龄（2025-01-01起）"


def posting(form: Form, records: Records) -> Posting:
    """One new entitlement, approved; payment begins with the month after retirement.

    Computed with the parameters in force on the day of acceptance and in the retirement month. Raises
    the gates, each naming its numbers.
    """
    registered = process.insured(records)
    gates.check_person(form, registered)
    person = replace(registered, post_kind=form.post_kind)
    window = retirement.window(
        person.birth, form.post_kind, records.parameters, records.accepted_on
    )
    gates.check_month(form, window, records)
    gates.check_notice(form, records)
    counted = sum(month.month <= form.retire_month for month in person.months)
    minimum = gates.check_months(counted, window, records)
    computed = pension.of_person(person, form.retire_month, records.parameters)
    delayed = retirement.months_delayed(
        person.birth, form.post_kind, records.parameters, records.accepted_on
    )
    derivation = [
        DerivationStep("延迟月数", "months of delay", str(delayed), AGE_SOURCE),
        DerivationStep(
            "法定退休年月", "statutory month", months.text(window.statutory), AGE_SOURCE
        ),
        DerivationStep("退休年月", "retirement month", months.text(form.retire_month)),
        DerivationStep("最低缴费月数", "minimum months", str(minimum), AGE_SOURCE),
        *computed.derivation,
    ]
    changes = [_entitlement(person, computed), *_post_kind(form, registered, records)]
    return process.composed(records, changes=changes, derivation=derivation)


def _entitlement(person: PersonRecord, computed: Pension) -> Change:
    return Change(
        kind="entitlement",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=months.first_day(computed.from_month),
        after={
            "kind": "pension",
            "monthly_cents": computed.monthly_cents,
            "from_month": computed.from_month,
            "status": "APPROVED",
            "components": dict(computed.components),
        },
    )


def _post_kind(form: Form, registered: PersonRecord, records: Records) -> list[Change]:
    """The kind of post as it was recognised, where the register said another."""
    if form.post_kind == registered.post_kind:
        return []
    return [
        Change(
            kind="person_key",
            subject_kind="person",
            subject_id=registered.person_id,
            effective_from=records.accepted_on,
            after={"post_kind": form.post_kind},
            before={"post_kind": registered.post_kind},
        )
    ]
