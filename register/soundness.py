"""Whether a posting can be written at all: balanced, positive, of known accounts, kinds and fields.

Held before anybody signs and again before anything is written; the database holds the balance too.
"""

from collections.abc import Mapping, Sequence

from database.refusals import InvariantBroken
from register import chart
from register.changes import KINDS, founds, withdraws
from register.entries import Change, Line, Posting


class PostingUnsound(InvariantBroken):
    """A process computed a posting that can't be written; the message says what is wrong."""


def check(posting: Posting) -> None:
    """Raise PostingUnsound unless the posting is sound; looks at nothing but its own words."""
    registers = [said for said in (posting.grant, posting.rule) if said is not None]
    if len(registers) > 1 or (registers and (posting.lines or posting.changes)):
        raise PostingUnsound("a posting to a register of the office's own writes nothing else")
    for line in posting.lines:
        _check_line(line)
    debit, credit = totals(posting.lines)
    if debit != credit:
        raise PostingUnsound(f"a posting does not balance: {debit} debit, {credit} credit")
    for change in posting.changes:
        _check_change(change)
    _check_founding(posting.changes)


def totals(lines: Sequence[Line]) -> tuple[int, int]:
    """(debit, credit) in cents."""
    debit = credit = 0
    for line in lines:
        if line.side == "debit":
            debit += line.amount_cents
        else:
            credit += line.amount_cents
    return debit, credit


def _check_line(line: Line) -> None:
    account = chart.ACCOUNTS.get(line.account)
    if account is None:
        raise PostingUnsound(f"a line names the unknown account {line.account!r}")
    if line.side not in ("debit", "credit"):
        raise PostingUnsound(f"a line has the unknown side {line.side!r}")
    # A bool is an int to Python, but no amount.
    if type(line.amount_cents) is not int or line.amount_cents <= 0:
        raise PostingUnsound(f"a line on {line.account} has no positive whole amount of cents")
    if account.personal != (line.subject_id is not None):
        raise PostingUnsound(f"a line on {line.account} names a person, or none, wrongly")


def _check_change(change: Change) -> None:
    kind = KINDS.get(change.kind)
    if kind is None or change.subject_kind != kind.subject_kind:
        raise PostingUnsound(f"{change.kind!r} is no kind of change of a {change.subject_kind}")
    if not change.after or not change.before.keys() <= change.after.keys() <= kind.fields.keys():
        raise PostingUnsound(
            f"a {change.kind} changes {sorted(change.after)} from {sorted(change.before)}, "
            f"its fields are {sorted(kind.fields)}"
        )
    if withdraws(change.kind, change.after):
        return
    wrong = [name for name, value in change.after.items() if not kind.fields[name](value)]
    if wrong:
        raise PostingUnsound(f"a {change.kind} has impossible values in {wrong}")
    if kind.identity is None or begins(change.kind, change.after):
        lacking = kind.needed - change.after.keys()
        if lacking:
            raise PostingUnsound(f"a new {change.kind} lacks {sorted(lacking)}")
    if kind.whole is not None and not kind.whole(change.after):
        raise PostingUnsound(f"a {change.kind} says what can't be together")


def _check_founding(changes: Sequence[Change]) -> None:
    """Whoever comes on the register as a person is insured with an agency: nobody else could see him."""
    founded = [change for change in changes if founds(change)]
    if not founded:
        return
    if len({change.subject_id for change in founded}) != len(founded):
        raise PostingUnsound("a posting founds somebody twice")
    insured = {
        change.subject_id
        for change in changes
        if change.kind == "relation" and begins(change.kind, change.after)
    }
    persons = {change.subject_id for change in founded if change.subject_kind == "person"}
    if not persons <= insured:
        raise PostingUnsound("a posting founds a person without an insured relation")


def begins(kind: str, after: Mapping[str, object]) -> bool:
    """Whether a change of a relation or entitlement begins a new one."""
    identity = KINDS[kind].identity
    return identity is not None and identity not in after
