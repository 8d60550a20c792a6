"""The ledger lines that turn around those of the corrected case, and what became of the money since."""

from register import chart
from register.corrected import Corrected, Determined
from register.entries import Line


def lines(old: Corrected) -> list[Line]:
    """Each line on its other side, in order.

    What is still payable is taken off its payable; what was paid the person owes (应收个人款).
    """
    return [_turned(old, number, line) for number, line in enumerate(old.lines, 1)]


def _turned(old: Corrected, number: int, line: Line) -> Line:
    account, memo = line.account, old.case_no
    due = old.payables.get(number)
    if due is not None:
        account, memo = _of_payable(line, due, old.case_no)
    return Line(
        account=account,
        side="credit" if line.side == "debit" else "debit",
        amount_cents=line.amount_cents,
        subject_id=line.subject_id,
        month=line.month,
        memo=memo,
    )


def _of_payable(line: Line, due: Determined, case_no: str) -> tuple[str, str]:
    """The account and the memo; what was paid to the person is got back as any overpayment is."""
    if due.state == "paid":
        return chart.RECEIVABLE, case_no
    return line.account, f"{chart.NAMED}{due.payable_id}"
