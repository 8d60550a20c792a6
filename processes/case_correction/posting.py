"""What it writes: every line and change of the corrected case turned around, and the pointer to that case."""

from collections.abc import Sequence

from engine import process
from engine.process import yuan
from register import chart
from register.corrected import Corrected
from register.entries import DerivationStep, Line, Posting
from register.records import Records

from . import gates, reversal
from .form import REASONS, Form


def posting(form: Form, records: Records) -> Posting:
    """The reversal of everything the case wrote, beside what it reverses. Raises the gates."""
    old = gates.require(form, records)
    pairs = reversal.pairs(old)
    turned = [line for _, line in pairs]
    credits_payee = any(
        line.account in chart.ON_ITS_WAY and line.side == "credit" for line in turned
    )
    return process.composed(
        records,
        lines=turned,
        changes=old.undoing,
        derivation=_derivation(form, old, pairs),
        payee=old.payee if credits_payee else None,
        corrects={
            "case_no": old.case_no,
            "reason": form.reason_code,
            "papers": [paper.number for paper in form.papers],
        },
    )


def _derivation(
    form: Form, old: Corrected, pairs: Sequence[tuple[Line, Line]]
) -> list[DerivationStep]:
    """Each line that was, and the line that reverses it."""
    reason = REASONS[form.reason_code]
    steps = [DerivationStep("被更正业务", "corrected case", old.case_no, reason.zh)]
    steps += [
        DerivationStep(
            f"原{_side(was).zh}{_named(was).zh}，冲正{_side(now).zh}{_named(now).zh}",
            f"was {_side(was).en} {_named(was).en}, reversed by {_side(now).en} {_named(now).en}",
            yuan(now.amount_cents),
            old.case_no,
        )
        for was, now in pairs
    ]
    steps.append(DerivationStep("恢复变更", "changes restored", str(len(old.undoing))))
    if form.papers:
        said = "、".join(paper.number for paper in form.papers)
        steps.append(DerivationStep("收回文书", "papers recalled", said))
    return steps


def _side(line: Line) -> process.Names:
    names = {"debit": process.Names("借", "debit"), "credit": process.Names("贷", "credit")}
    return names[line.side]


def _named(line: Line) -> process.Names:
    account = chart.ACCOUNTS[line.account]
    return process.Names(account.zh, account.en)
