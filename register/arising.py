"""Payables as they arise: a case's posting that has been written makes them, or takes something off others.

Only ``engine.posting`` calls it, with what it has just had written: the persons' rows are locked then (and
``register.opening``, for what was payable before the first case).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from database import digest, keys, suites
from database.refusals import InvariantBroken
from register import chart
from register.entries import Line, Posting
from register.payables import DUE, Payable, PayableEvent, Standing, events_of, standing


class NothingToTakeOff(InvariantBroken):
    """A posting takes more off what is payable than stands there unreleased: a defect or an attack."""


def arise(session: Session, posting: Posting, *, case_no: str, agency: str, at: datetime) -> None:
    """Add a payable for each credit of what is payable, and an offset for each debit.

    A debit that names a payable is taken off that one; else off those of its own case, then off the oldest of
    the person that isn't released. Raises NothingToTakeOff.
    """
    lines = [
        (number, line)
        for number, line in enumerate(posting.lines, 1)
        if line.account in chart.ON_ITS_WAY
    ]
    if not lines:
        return
    row = {"posting_no": 1, "case_no": case_no, "agency_code": agency, "determined_at": at}
    for number, line in lines:
        if line.side == "credit":
            made = _row(line, posting.payee) | {"line_no": number} | row
            session.execute(insert(Payable), [made])
    for _number, line in lines:
        if line.side == "debit":
            for event in taken_off(session, line, case_no):
                session.execute(insert(PayableEvent), [event | {"at": at}])


def _row(line: Line, payee: Mapping[str, Any] | None) -> dict[str, Any]:
    if payee is None:
        raise InvariantBroken("money becomes payable to nobody: the posting names no payee")
    suite, salt = suites.current(), digest.new_salt()
    account = payee["bank_account"]
    return {
        "person_id": line.subject_id,
        "account": line.account,
        "amount_cents": line.amount_cents,
        "payee": dict(payee),
        "payee_salt": salt,
        "commitment": digest.commitment(salt, dict(payee), suite),
        "suite": suite.name,
        "account_index": keys.current().blind_index("bank_account", account) if account else None,
    }


def taken_off(session: Session, line: Line, case_no: str) -> list[dict[str, Any]]:
    """The offsets that a debit makes, without their moment. Raises NothingToTakeOff."""
    left, events = line.amount_cents, []
    for payable_id, stands in _due(session, line, case_no):
        cents = min(left, stands.open_cents)
        if cents:
            events.append(
                {
                    "payable_id": payable_id,
                    "seq": stands.seq + 1,
                    "kind": "offset",
                    "amount_cents": cents,
                    "posting": case_no,
                    "release_id": None,
                    "batch_id": None,
                    "reason": None,
                }
            )
            left -= cents
    if left:
        raise NothingToTakeOff(f"case {case_no} takes {left} cents more off than is payable")
    return events


def _due(session: Session, line: Line, case_no: str) -> Iterator[tuple[int, Standing]]:
    """The payables that a debit may be taken off, in order, as they stand."""
    asked = select(Payable.payable_id, Payable.amount_cents, Payable.case_no).where(
        Payable.person_id == line.subject_id, Payable.account == line.account
    )
    found = session.execute(asked).all()
    if line.memo.startswith(chart.NAMED):
        found = [row for row in found if line.memo == f"{chart.NAMED}{row.payable_id}"]
    told = events_of(session, [row.payable_id for row in found])
    for row in sorted(found, key=lambda row: (row.case_no != case_no, row.payable_id)):
        stands = standing(row.amount_cents, told.get(row.payable_id, ()))
        if stands.state in DUE:
            yield row.payable_id, stands
