"""Checks the scans of forms signed by hand: each is the one that the journal tells of, and none is gone."""

from collections.abc import Sequence
from itertools import zip_longest

from sqlalchemy import select

from database.declarative import table_of
from engine.journal import JournalEntry
from engine.record import Case, SignedScan
from oversight import together
from oversight.findings import Finding, Findings, differs
from oversight.pages import Page

_SCANS = table_of(SignedScan)
_OF_CASE = together.records(SignedScan, select(_SCANS).order_by(_SCANS.c.seq), _SCANS.c.case_id)

_TOLD = ("seq", "file", "cycle", "sign_offs")


def check(page: Page, case: Case, told: Sequence[JournalEntry]) -> Findings:
    """``told`` are the journal's entries of added scans, in order."""
    for row, entry in zip_longest(page.of(_OF_CASE, case.case_id), told):
        if row is None:
            name = f"journal#{entry.seq}"
            yield Finding(case.case_no, name, "file", "scan.missing", None, entry.detail["file"])
            continue
        adder = page.known.accounts.get(row.added_by)
        name = f"signed_scans#{row.seq}"
        if entry is None:
            yield Finding(case.case_no, name, "file", "scan.not_journalled", row.file, None)
            continue
        pairs = {column: (getattr(row, column), entry.detail[column]) for column in _TOLD}
        pairs["added_by"] = (adder and adder.staff_no, entry.staff_no)
        pairs["added_at"] = (row.added_at, entry.at)
        pairs["agency_code"] = (row.agency_code, entry.agency_code)
        for column, pair in pairs.items():
            yield from differs(case.case_no, name, column, "scan.told_otherwise", pair)
