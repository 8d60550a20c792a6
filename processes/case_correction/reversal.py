"""The ledger lines that turn around those of the corrected case, and what became of the money since."""

from collections import Counter

from register import chart
from register.corrected import Corrected, Determined
from register.entries import Line


def lines(old: Corrected) -> list[Line]:
    """Each line on its other side, in order.

    What is still payable is taken off its payable; what was paid the person owes (应收个人款). What the case
    made payable and took off again itself has nothing left to turn around.
    """
    return [turned for _, turned in pairs(old)]


def pairs(old: Corrected) -> list[tuple[Line, Line]]:
    """Each line that was, with the line that turns it around."""
    own = Counter[tuple[str | None, str]]()
    for number, made in old.payables.items():
        own[_at(old.lines[number - 1])] += made.own_cents
    found = []
    for number, line in enumerate(old.lines, 1):
        cents = line.amount_cents
        due = old.payables.get(number)
        if due is not None:
            cents -= due.own_cents
        elif line.side == "debit" and line.account in chart.ON_ITS_WAY:
            taken = min(cents, own[_at(line)])
            own[_at(line)] -= taken
            cents -= taken
        if cents:
            found.append((line, _turned(old, line, due, cents)))
    return found


def _at(line: Line) -> tuple[str | None, str]:
    return line.subject_id, line.account


def _turned(old: Corrected, line: Line, due: Determined | None, cents: int) -> Line:
    account, memo = line.account, old.case_no
    if due is not None:
        account, memo = _of_payable(line, due, old.case_no)
    return Line(
        account=account,
        side="credit" if line.side == "debit" else "debit",
        amount_cents=cents,
        subject_id=line.subject_id,
        month=line.month,
        memo=memo,
    )


def _of_payable(line: Line, due: Determined, case_no: str) -> tuple[str, str]:
    """The account and the memo; what was paid to the person is got back as any overpayment is."""
    if due.state == "paid":
        return chart.RECEIVABLE, case_no
    return line.account, f"{chart.NAMED}{due.payable_id}"
