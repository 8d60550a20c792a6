"""What it writes: the receivables are settled, the months count, and the account gets the person's part.

The late fee is reckoned again to the day of payment and goes to the fund. The account earns interest from
the payment on: nothing is credited for the years before.
"""

from dataclasses import dataclass

from engine import process
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
    claim: Claim
    late_fee_cents: int


def posting(form: Form, records: Records) -> Posting:
    """Receivables against the bank, the account's part and the fund's, claims settled, months back-paid.

    Raises the gates.
    """
    person = process.insured(records)
    claims = gates.standing(form, person, records)
    employer = records.others.employer_numbered(form.employer_uscc)
    others = [employer] if employer is not None else []
    settled = [_Settled(claim, _late_fee(claim, form, others, records)) for claim in claims]
    gates.check_amount(form, claims, sum(one.late_fee_cents for one in settled))
    changes: list[Change] = []
    for one in settled:
        changes += _settled(one, form, person, records)
    return process.composed(
        records,
        lines=_lines(form, person, settled),
        changes=changes,
        derivation=[_step(one) for one in settled],
        others=others,
    )


def _late_fee(claim: Claim, form: Form, employers: list[EmployerRecord], records: Records) -> int:
    """The late fee of a claim on the day of payment."""
    again = back_payment.assessed(
        dict.fromkeys(claim.months, claim.base_cents),
        form.received_on,
        records.parameters,
        stops=[deferral.stop for employer in employers for deferral in employer.deferrals],
    )
    return again.late_fee_cents


def _settled(one: _Settled, form: Form, person: PersonRecord, records: Records) -> list[Change]:
    claim = one.claim
    paid = Change(
        kind="claim",
        subject_kind="person",
        subject_id=person.person_id,
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
    counting = proposals.counting(
        person,
        claim.from_month,
        claim.to_month,
        claim.base_cents,
        "BACK_PAID",
        records.accepted_on,
    )
    return [paid, counting]


def _lines(form: Form, person: PersonRecord, settled: list[_Settled]) -> list[Line]:
    """The bank gets all; receivables and what was assessed go; account and fund get their parts."""
    claims, memo = [one.claim for one in settled], form.receipt_no
    principal = sum(claim.principal_cents for claim in claims)
    account = sum(claim.account_cents for claim in claims)
    assessed_fee = sum(claim.late_fee_cents for claim in claims)
    fee = sum(one.late_fee_cents for one in settled)
    lines = (
        Line(chart.BANK, "debit", principal + fee, memo=memo),
        Line(chart.ASSESSED, "debit", principal + assessed_fee, memo=memo),
        Line(chart.ARREARS, "credit", principal, memo=memo),
        Line(chart.LATE_FEES, "credit", assessed_fee, memo=memo),
        proposals.credited(person, chart.PRINCIPAL, account, memo),
        Line(chart.POOLED_FUND, "credit", principal - account + fee, memo=memo),
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
