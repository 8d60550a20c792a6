"""What it writes, once the board has concluded: the allowance, and the account it is paid to."""

from engine import process
from engine.process import Messages, came, yuan
from register import months, proposals
from register.entries import Change, DerivationStep, Posting
from register.records import Records

from . import gates
from .form import Form
from .messages import MedicalConclusion

SOURCE = "病残津贴暂行办法（2025-01-01起）"


def posting(form: Form, records: Records, messages: Messages) -> Posting:
    """One new entitlement from the month after acceptance on; nothing before the conclusion came.

    Raises the gates.
    """
    person = process.insured(records)
    gates.check_person(person, records)
    conclusion = came(messages, "medical_conclusion", MedicalConclusion)
    gates.check_dates(form, conclusion, records)
    if conclusion is None:
        awaited = DerivationStep("等待劳动能力鉴定结论", "The board's conclusion is awaited", "—")
        return process.composed(records, derivation=[awaited])
    cents = records.parameters.integer("disability_allowance_cents", records.accepted_on)
    following = months.shifted(months.of(records.accepted_on), 1)
    entitlement = Change(
        kind="entitlement",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=months.first_day(following),
        after={
            "kind": gates.KIND,
            "monthly_cents": cents,
            "from_month": following,
            "status": "APPROVED",
            "components": {"allowance": cents},
        },
    )
    account = {
        "bank_name": form.bank_name,
        "bank_account": form.bank_account,
        "holder": person.name,
    }
    return process.composed(
        records,
        changes=[entitlement, proposals.payment_account(person, account, records.accepted_on)],
        derivation=[
            DerivationStep(
                "鉴定结论：完全丧失劳动能力",
                "the board's conclusion: capacity lost completely",
                conclusion.conclusion_no,
                SOURCE,
            ),
            DerivationStep("病残津贴月标准", "monthly allowance", yuan(cents), SOURCE),
            DerivationStep(
                "自受理次月起", "from the month after acceptance", months.text(following)
            ),
        ],
    )
