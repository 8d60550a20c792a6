"""Checks the scans of forms signed by hand: each is the one that the journal tells of, and none is gone."""

from collections.abc import Sequence
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.accounts import Account
from engine.journal import JournalEntry
from engine.record import Case
from engine.signed_scans import SignedScan
from oversight.findings import Finding, Findings, differs

_TOLD = ("seq", "file", "cycle", "sign_offs")


def check(session: Session, case: Case, told: Sequence[JournalEntry]) -> Findings:
    """``told`` are the journal's entries of added scans, in order."""
    asked = (
        select(SignedScan, Account.staff_no)
        .outerjoin(Account, Account.account_id == SignedScan.added_by)
        .where(SignedScan.case_id == case.case_id)
        .order_by(SignedScan.seq)
    )
    for found, entry in zip_longest(session.execute(asked).all(), told):
        if found is None:
            name = f"journal#{entry.seq}"
            yield Finding(case.case_no, name, "file", "scan.missing", None, entry.detail["file"])
            continue
        row, staff_no = found
        name = f"signed_scans#{row.seq}"
        if entry is None:
            yield Finding(case.case_no, name, "file", "scan.not_journalled", row.file, None)
            continue
        pairs = {column: (getattr(row, column), entry.detail[column]) for column in _TOLD}
        pairs["added_by"] = (staff_no, entry.staff_no)
        pairs["added_at"] = (row.added_at, entry.at)
        pairs["agency_code"] = (row.agency_code, entry.agency_code)
        for column, pair in pairs.items():
            yield from differs(case.case_no, name, column, "scan.told_otherwise", pair)
