"""What it writes once the residents' agency answered: its account joins this one, or this one goes there."""

from engine import process
from engine.process import Messages, came, yuan
from register import chart, months, proposals
from register.entries import DerivationStep, Line, Posting
from register.records import PersonRecord, Records, Relation

from . import gates
from .form import Form
from .messages import ResidentAnswer


def posting(form: Form, records: Records, messages: Messages) -> Posting:
    """Nothing before the answer came. Months of the residents' scheme count as no months here.

    Raises the gates, those about the answer as soon as it came.
    """
    person = process.insured(records)
    held = gates.check_person(person)
    derivation = gates.check_age(form, person, records)
    if form.direction == "to_resident":
        gates.check_leaving(person)
    answer = came(messages, "resident_answer", ResidentAnswer)
    if answer is None:
        zh, en = ResidentAnswer.NAMES.zh, ResidentAnswer.NAMES.en
        waits = DerivationStep(f"等待{zh}", f"{en} is awaited", "—")
        return process.composed(records, derivation=[*derivation, waits])
    gates.check_answer(form, answer, person)
    if form.direction == "to_employee":
        steps = [*derivation, *_joined(answer, person)]
        return process.composed(records, lines=_booked(answer, person), derivation=steps)
    return _handed_over(answer, form, records, held, derivation)


def _booked(answer: ResidentAnswer, person: PersonRecord) -> list[Line]:
    """The account joins; what was paid twice is owed to the person."""
    memo, whose = answer.letter_no, person.person_id
    lines = [
        Line(chart.TRANSFERS_RECEIVED, "debit", answer.received_cents or 0, memo=memo),
        Line(chart.PRINCIPAL, "credit", answer.principal_cents or 0, whose, memo=memo),
        Line(chart.INTEREST, "credit", answer.interest_cents or 0, whose, memo=memo),
        Line(chart.PAYABLE, "credit", answer.refund_cents or 0, whose, memo=memo),
    ]
    return [line for line in lines if line.amount_cents]


def _joined(answer: ResidentAnswer, person: PersonRecord) -> list[DerivationStep]:
    joins = (answer.principal_cents or 0) + (answer.interest_cents or 0)
    return [
        DerivationStep("居保个人账户并入", "account that joins", yuan(joins), gates.SOURCE),
        DerivationStep(
            "重复时段退还本人",
            "refunded for months paid in both",
            yuan(answer.refund_cents or 0),
            gates.SOURCE,
        ),
        DerivationStep(
            "并入后个人账户储存额", "account afterwards", yuan(person.balance_cents + joins)
        ),
    ]


def _handed_over(
    answer: ResidentAnswer,
    form: Form,
    records: Records,
    held: list[Relation],
    derivation: list[DerivationStep],
) -> Posting:
    """The relation ends and the account, without a pooled part, is owed to the residents' agency."""
    person = process.insured(records)
    following = months.shifted(months.of(records.accepted_on), 1)
    moves = DerivationStep(
        "转出个人账户储存额", "account handed over", yuan(person.balance_cents), gates.SOURCE
    )
    return process.composed(
        records,
        lines=proposals.emptied(person, chart.TRANSFERS_PAYABLE, answer.letter_no),
        changes=[proposals.relation(person, one, "ENDED", following) for one in held],
        derivation=[*derivation, moves],
        payee={
            "kind": "agency",
            "holder": form.resident_agency,
            "bank_name": answer.receiving_bank,
            "bank_account": answer.receiving_account,
        },
    )
