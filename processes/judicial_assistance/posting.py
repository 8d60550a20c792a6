"""What it writes: nothing for an enquiry, a freeze or its end, or what is payable to the court instead."""

from engine import process
from engine.process import yuan
from register import chart, proposals
from register.entries import Change, DerivationStep, Line, Posting
from register.records import Hold, PersonRecord, Records

from . import gates
from .form import MEASURES, Form


def posting(form: Form, records: Records) -> Posting:
    """The court's order as lines and changes; the signers read what the person has. Raises the gates."""
    person = process.insured(records)
    gates.check_notice(form, records)
    found = gates.held_under(form, person)
    lines: list[Line] = []
    changes: list[Change] = []
    if form.measure == "freeze" and form.until is not None:
        gates.check_until(form.until, found, records)
        changes = [_hold(form, person, found, records, "FROZEN", form.until.isoformat())]
    elif form.measure == "lift":
        gates.check_lifted(form, found, person)
        today = records.accepted_on.isoformat()
        changes = [_hold(form, person, found, records, "LIFTED", today)]
    elif form.measure == "deduct":
        gates.check_deduction(form, person, records)
        lines = _deducted(form, person)
    return process.composed(
        records, lines=lines, changes=changes, derivation=_derivation(form, person)
    )


def _hold(
    form: Form,
    person: PersonRecord,
    found: Hold | None,
    records: Records,
    status: str,
    until: str,
) -> Change:
    before = {"status": "FROZEN", "until": found.until.isoformat()} if found else {}
    said = {
        "document_no": form.document_no,
        "court": form.court,
        "status": status,
        "until": until,
    }
    return proposals.held_by_court(person, said, before, records.accepted_on)


def _deducted(form: Form, person: PersonRecord) -> list[Line]:
    """Less is payable to the person, and the same to the court."""
    cents = form.amount_cents or 0
    return [
        proposals.debited(person, chart.PAYABLE, cents, form.document_no),
        proposals.credited(person, chart.COURTS_PAYABLE, cents, form.document_no),
    ]


def _derivation(form: Form, person: PersonRecord) -> list[DerivationStep]:
    pension = person.pension
    monthly = 0 if pension is None or pension.status != "PAYING" else pension.monthly_cents
    return [
        DerivationStep("协助事项", "measure", MEASURES[form.measure].zh, form.document_no),
        DerivationStep("个人账户储存额", "personal account", yuan(person.balance_cents)),
        DerivationStep("应付个人款", "payable to the person", yuan(person.owed.get("payable", 0))),
        DerivationStep("每月养老金", "pension a month", yuan(monthly)),
        DerivationStep("有效冻结", "freezes in force", str(len(person.holds))),
    ]
