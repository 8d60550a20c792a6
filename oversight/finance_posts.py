"""Whether those who released payables and took in the bank's reports were in the post of finance then."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from database.clock import office_date
from engine.journal import JournalEntry
from engine.paying import payments
from engine.paying.payment_record import FINANCE, BankBatch, PayableRelease
from engine.record import Case
from oversight.authority_history import Facts, History
from oversight.findings import Finding, Findings, differs


def taken_in(
    session: Session, case: Case, listed: Sequence[JournalEntry], history: History
) -> Findings:
    """Whoever brought the bank's report held, or did for another, this agency's post of finance then."""
    for entry in listed:
        number = entry.detail.get("batch_id") if entry.action.startswith(payments.STEP) else None
        row = None if number is None else session.get(BankBatch, number)
        if row is None:
            continue
        name = f"bank_batches#{number}"
        found = history.account(entry.staff_no or "", entry.entry_id)
        when = (entry.entry_id, office_date(row.imported_at))
        held: list[Facts] = []
        if found is not None and found[1]["active"]:
            held += history.held(found[0], *when)
            held += history.stood_in(found[0], None, entry.entry_id, row.imported_at)
        if not any((one["post"], one["agency_code"]) == (FINANCE, row.agency_code) for one in held):
            yield Finding(case.case_no, name, "imported_by", "batch.post", entry.staff_no)
        if found is not None:
            pair = (row.imported_by, found[0])
            yield from differs(case.case_no, name, "imported_by", "batch.post", pair)


def in_post(
    case: Case, row: PayableRelease, name: str, history: History, entry_id: int
) -> Findings:
    """Whoever signed held the post of finance at this agency then, by the office's stream."""
    found = history.account(row.signer, entry_id)
    held = (
        [] if found is None or not found[1]["active"] else _held(history, row, found[0], entry_id)
    )
    if not any((one["post"], one["agency_code"]) == (FINANCE, row.agency_code) for one in held):
        yield Finding(case.case_no, name, "post", "release.post", row.post)
    if found is not None:
        pair = (row.signer_person, found[1]["person_id"])
        yield from differs(case.case_no, name, "signer_person", "release.post", pair)


def _held(history: History, row: PayableRelease, account_id: int, entry_id: int) -> Iterable[Facts]:
    """The posts that the signer held, or those he did for the colleague whom he released for."""
    on = office_date(row.released_at)
    if row.on_behalf_of is None:
        return history.held(account_id, entry_id, on)
    principal = history.account(row.on_behalf_of, entry_id)
    if principal is None or not principal[1]["active"]:
        return ()
    return history.stood_in(account_id, principal[0], entry_id, row.released_at)
