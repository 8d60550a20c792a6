"""Holds the grant register against the cases that entered it: no grant without one, none but as signed.

That a row is as it was noted ``office_rows`` sees, and that its case was signed by whom it takes
``posted.check_guard``; here the two are held against each other.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.granting.grant_record import Grant
from authz.offices.accounts import Account
from database.clock import office_date
from engine.defining import verdicts
from engine.grants import grant_entries
from engine.journal import JournalEntry
from engine.office_record import ROWS
from engine.record import Case, CaseContent
from oversight.findings import Finding, Findings, differs
from oversight.unreadable import SPOILED

# What the posting says and the row repeats in a column of the same name.
_SAME = ("post", "section", "process", "handling", "act", "amount_limit_cents", "basis", "reason")


def check(session: Session) -> Findings:
    """What of the grant register isn't as signed, and what was signed and isn't there."""
    numbers = {row.account_id: row.staff_no for row in session.execute(_ACCOUNTS)}
    signed = {case.case_no: (case, content) for case, content in session.execute(_CASES)}
    begin = _cases_begin(session)
    noted = _noted(session)
    for grant in session.execute(select(Grant).order_by(Grant.grant_id)).scalars():
        row = f"grants#{grant.grant_id}"
        if grant.case_no is None:
            # One that is noted nowhere ``office_rows`` finds.
            if begin is not None and noted.get(row, 0) > begin:
                yield Finding("", row, "case_no", "grant.unsigned")
        elif grant.case_no not in signed:
            yield Finding(grant.case_no, row, "case_no", "grant.unsigned", grant.case_no)
        else:
            yield from _as_signed(row, grant, numbers, *signed.pop(grant.case_no))
    for case_no in sorted(signed):
        yield Finding(case_no, "grants", "case_no", "grant.missing_entry")


_ACCOUNTS = select(Account.account_id, Account.staff_no)
_CASES = (
    select(Case, CaseContent)
    .join(CaseContent, (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle))
    .where(Case.process == grant_entries.CODE, Case.status == "completed")
)


def _as_signed(
    row: str, grant: Grant, numbers: Mapping[int, str], case: Case, content: CaseContent
) -> Findings:
    """The row is the entry of the signed posting, from the approval on where that came later."""
    number = case.case_no
    try:
        said = content.posting["grant"]
        entry = grant_entries.entry_of(said)
    except SPOILED:
        yield Finding(number, row, "", "grant.not_as_signed")
        return
    approved = case.finished_at
    since = entry.valid_from if approved is None else max(entry.valid_from, office_date(approved))
    expected: dict[str, Any] = {name: getattr(entry, name) for name in _SAME}
    expected |= {"agency_code": entry.agency, "valid_from": since, "valid_to": entry.valid_to}
    expected |= {"granted_at": approved}
    for column, wanted in expected.items():
        pair = (getattr(grant, column), wanted)
        yield from differs(number, row, column, "grant.not_as_signed", pair)
    holder = None if grant.account_id is None else numbers.get(grant.account_id)
    pair = (holder, entry.staff_no)
    yield from differs(number, row, "account_id", "grant.not_as_signed", pair)


def _cases_begin(session: Session) -> int | None:
    """The entry from which on no grant is a founding one: the first verdict over the process of grants.

    Every start keeps the verdicts that are new, so it tells when this office began to enter grants by cases.
    """
    found = select(JournalEntry.entry_id, JournalEntry.detail).where(
        JournalEntry.action == verdicts.PROVED
    )
    for entry_id, detail in session.execute(found.order_by(JournalEntry.entry_id)):
        if detail.get("process") == grant_entries.CODE:
            return int(entry_id)
    return None


def _noted(session: Session) -> dict[str, int]:
    """The entry that first told of each grant, by the name of its row."""
    told: dict[str, int] = {}
    found = select(JournalEntry.entry_id, JournalEntry.detail).where(
        JournalEntry.action == "granted"
    )
    for entry_id, detail in session.execute(found.order_by(JournalEntry.entry_id)):
        for name in detail.get(ROWS, {}):
            told.setdefault(name, entry_id)
    return told
