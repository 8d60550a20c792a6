"""What it writes: the base the flexible worker contributes on from now."""

from decimal import Decimal

from engine import process
from register import months
from register.entries import Change, Posting
from register.records import PersonRecord, Records
from register.rules import contribution

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``declared_base``, from the first month that isn't paid yet. Raises the gates.

    The base is the chosen share of the average wage in force in that month; months paid keep theirs.
    """
    person = process.insured(records)
    gates.check_person(person)
    month = _first_unpaid(person, months.of(records.accepted_on))
    share = Decimal(form.ratio_percent).scaleb(-2)
    gates.check_share(share, month, records)
    base = contribution.chosen(share, month, records.parameters)
    after = {"from_month": month, "base_cents": base.base_cents}
    known = person.declared_base or {}
    change = Change(
        kind="declared_base",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=months.first_day(month),
        after=after,
        before={name: known[name] for name in after if name in known},
    )
    return process.composed(records, changes=[change], derivation=base.derivation)


def _first_unpaid(person: PersonRecord, month: int) -> int:
    """The present month, or the first one after it that nothing was paid for."""
    paid = {counted.month for counted in person.months}
    while month in paid:
        month = months.shifted(month, 1)
    return month
