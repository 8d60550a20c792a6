"""What it writes: the receivables are settled, the months count, and the account gets the person's part.

The late fee is reckoned again to the day of payment and goes to the fund. The account earns interest from
the payment on: nothing is credited for the years before.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine import process
from engine.employee_lists import insured_once, refuse_any
from engine.process import yuan
from register import chart, proposals
from register.entries import Change, DerivationStep, Line, Posting
from register.obligations import Claim
from register.records import EmployerRecord, PersonRecord, Records
from register.rules import back_payment, late_fee

from . import gates
from .form import Form


@dataclass(frozen=True, slots=True)
class _Settled:
    person: PersonRecord
    claim: Claim
    late_fee_cents: int


def posting(form: Form, records: Records) -> Posting:
    """Receivables against the bank, the accounts' parts and the fund's, claims settled, months back-paid.

    Raises the gates.
    """
    employer = process.enrolled(records)
    found, problems = insured_once(form.rows, records)
    blocked = (gates.problem(listed, employer) for listed in found)
    refuse_any([*problems, *(problem for problem in blocked if problem is not None)])
    gates.check_receipt(form, employer)
    owed = [(one.person, claim) for one in found for claim in gates.standing(one, employer)]
    claims = [claim for _, claim in owed]
    gates.check_day(form, claims, records)
    settled = [
        _Settled(person, claim, _late_fee(claim, form, employer, records)) for person, claim in owed
    ]
    gates.check_amount(form, claims, sum(one.late_fee_cents for one in settled))
    return process.composed(
        records,
        lines=_lines(form, settled),
        changes=[change for one in settled for change in _changes(one, form, records)],
        derivation=[_step(one) for one in settled],
    )


def _late_fee(claim: Claim, form: Form, employer: EmployerRecord, records: Records) -> int:
    """The late fee of a claim on the day of payment."""
    again = back_payment.assessed(
        dict.fromkeys(claim.months, claim.base_cents),
        form.received_on,
        records.parameters,
        stops=[deferral.stop for deferral in employer.deferrals],
    )
    return again.late_fee_cents


def _changes(one: _Settled, form: Form, records: Records) -> Iterator[Change]:
    claim = one.claim
    yield Change(
        kind="claim",
        subject_kind="person",
        subject_id=one.person.person_id,
        effective_from=form.received_on,
        after={
            "claim_id": claim.claim_id,
            "employer_id": claim.employer_id,
            "late_fee_cents": one.late_fee_cents,
            "status": "SETTLED",
            "receipt_no": form.receipt_no,
            "received_on": form.received_on.isoformat(),
        },
        before={
            "claim_id": claim.claim_id,
            "employer_id": claim.employer_id,
            "late_fee_cents": claim.late_fee_cents,
            "status": claim.status,
        },
    )
    yield proposals.counting(
        one.person,
        claim.from_month,
        claim.to_month,
        claim.base_cents,
        "BACK_PAID",
        records.accepted_on,
    )


def _lines(form: Form, settled: list[_Settled]) -> list[Line]:
    """The bank gets all; receivables and what was assessed go; accounts and fund get their parts."""
    claims, memo = [one.claim for one in settled], form.receipt_no
    principal = sum(claim.principal_cents for claim in claims)
    pooled = sum(claim.pooled_cents for claim in claims)
    assessed_fee = sum(claim.late_fee_cents for claim in claims)
    fee = sum(one.late_fee_cents for one in settled)
    lines = (
        Line(chart.BANK, "debit", principal + fee, memo=memo),
        Line(chart.ASSESSED, "debit", principal + assessed_fee, memo=memo),
        Line(chart.ARREARS, "credit", principal, memo=memo),
        Line(chart.LATE_FEES, "credit", assessed_fee, memo=memo),
        *(
            proposals.credited(one.person, chart.PRINCIPAL, one.claim.account_cents, memo)
            for one in settled
        ),
        Line(chart.POOLED_FUND, "credit", pooled + fee, memo=memo),
    )
    return [line for line in lines if line.amount_cents]


def _step(one: _Settled) -> DerivationStep:
    claim = one.claim
    months = f"{claim.from_month}–{claim.to_month}"
    parts = yuan(claim.pooled_cents), yuan(claim.account_cents), yuan(one.late_fee_cents)
    return DerivationStep(
        f"{months}：单位{parts[0]}+个人{parts[1]}+滞纳金{parts[2]}（计至到账日）",
        f"{months}: employer {parts[0]} + person {parts[1]} + late fee {parts[2]} (to the day of payment)",
        yuan(claim.principal_cents + one.late_fee_cents),
        late_fee.SOURCE,
    )
