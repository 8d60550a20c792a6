"""What it writes, once the department has decided: the pension with its three components."""

from engine import process
from engine.process import Messages, came
from register import months, pension
from register.entries import Change, DerivationStep, Posting
from register.pension import Pension
from register.records import PersonRecord, Records

from . import gates
from .form import Form
from .messages import HrDecision, Objection


def posting(form: Form, records: Records, messages: Messages) -> Posting:
    """One new entitlement, approved, on the department's decision; nothing before it came.

    Years in the job count as the department recognised them. Raises the gates.
    """
    person = process.insured(records)
    gates.check_person(form, person)
    decision = came(messages, "hr_decision", HrDecision)
    worked = form.worked_months if decision is None else decision.recognised_months
    judged = gates.check_job(form, worked, person, records)
    minimum = gates.check_months(form, person, records)
    computed = pension.of_person(person, form.retire_month, records.parameters)
    derivation = [
        *judged.derivation,
        *_heard(messages),
        DerivationStep("退休年月", "retirement month", months.text(form.retire_month)),
        DerivationStep("最低缴费月数", "minimum months", str(minimum)),
    ]
    if decision is None:
        awaited = DerivationStep("等待人社行政部门审批决定", "The decision is awaited", "—")
        return process.composed(records, derivation=[*derivation, awaited])
    gates.check_decision(form, decision, records)
    derivation += [
        DerivationStep("审批决定文号", "decision of the department", decision.document_no),
        *computed.derivation,
    ]
    return process.composed(
        records, changes=[_entitlement(person, computed)], derivation=derivation
    )


def _heard(messages: Messages) -> list[DerivationStep]:
    """That somebody objected, and what came of it, for everybody who signs to see."""
    objection = came(messages, "objection", Objection)
    if objection is None:
        return []
    zh, en = ("属实", "founded") if objection.founded else ("不属实", "unfounded")
    return [
        DerivationStep(
            f"公示期内有异议，核查结论：{zh}", f"an objection was raised: {en}", objection.record_no
        )
    ]


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
