"""Checks what a case wrote to the register: on completion, what was signed, by those it takes."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from engine import posting
from engine.office import Office
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from oversight import erased, holdings, written
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from oversight.known import Known
from oversight.pages import Page
from oversight.written import Written

_TABLES = {"lines": "ledger_lines", "changes": "register_versions"}


def check(page: Page, case: Case, content: CaseContent, folded: Folded | None) -> Findings:
    """The register holds of a completed case what was signed, and of any other nothing."""
    there = written.by_case(page, case.case_no)
    told = [content.posting_digest] if case.status == "completed" else []
    if folded is not None:
        pair = (folded.posted, told)
        yield from differs(case.case_no, "journal", "posting", "posting.journalled", pair)
    if case.status != "completed":
        pair_of_states = (bool(there.said), False)
        yield from differs(
            case.case_no, "register_postings", "case_no", "posting.not_completed", pair_of_states
        )
        return
    if is_erased(content.posting):
        # What was signed can't be read any more: the rows are held against their own header alone.
        for change in there.changes:
            name = f"register_versions#{change.change_no}"
            under = page.known.erased.get(str(change.person_id))
            yield from erased.check_rows(case.case_no, under, [(name, vars(change))])
        yield from _header(case, there)
        return
    for part, table in _TABLES.items():
        rows = zip_longest(there.said.get(part, []), content.posting[part])
        for number, (stored, signed) in enumerate(rows, 1):
            yield from _row(page.known, case.case_no, f"{table}#{number}", stored, signed)
    yield from _header(case, there)
    yield from holdings.check(page, case.case_no, content.posting["changes"])


def check_guard(
    known: Known,
    office: Office,
    case: Case,
    content: CaseContent,
    rows: Sequence[SignOff],
) -> Findings:
    """A completed case would pass the guard of ``engine.posting`` today as it did when it posted."""
    if case.status != "completed":
        return
    table = known.risk_table(office.risk, case.risk_table)
    effective = [row for row in rows if row.cycle == case.cycle]
    kind = known.kind(case.agency_code)
    try:
        keys = known.keys({row.key_id for row in effective})
        erased_as = known.erased_key(case)
        posting.guard(
            case, content, effective, table, keys, agency_kind=kind, erased=erased_as is not None
        )
    except posting.PostingRefused as refused:
        steps = [row.step for row in effective]
        yield Finding(case.case_no, "sign_offs", "step", "posting.unsigned", steps, str(refused))


def _row(
    known: Known,
    case_no: str,
    row: str,
    stored: Mapping[str, Any] | None,
    signed: Mapping[str, Any] | None,
) -> Findings:
    """A line or change by its fields; what a change says is personal, so no value is shown."""
    if stored is None or signed is None:
        rule = "posting.missing" if stored is None else "posting.unsigned_row"
        yield Finding(case_no, row, "", rule)
        return
    # An employer's case may have written about somebody who was erased since.
    yield from erased.check_rows(
        case_no, known.erased.get(str(signed["subject_id"])), [(row, stored)]
    )
    for field in sorted({*stored, *signed}):
        if is_erased(stored.get(field)):
            continue
        if stored.get(field) != signed.get(field):
            yield Finding(case_no, row, field, "posting.differs")


def _header(case: Case, there: Written) -> Findings:
    headers = there.headers
    numbers = ([header.posting_no for header in headers], [1])
    yield from differs(case.case_no, "register_postings", "posting_no", "posting.header", numbers)
    if len(headers) != 1:
        return
    amounts = {
        side: sum(line["amount_cents"] for line in there.said["lines"] if line["side"] == side)
        for side in ("debit", "credit")
    }
    expected = {
        "agency_code": case.agency_code,
        "posted_at": case.finished_at,
        "line_count": len(there.said["lines"]),
        "change_count": len(there.said["changes"]),
        "debit_cents": amounts["debit"],
        "credit_cents": amounts["credit"],
    }
    for column, value in expected.items():
        pair = (getattr(headers[0], column), value)
        yield from differs(case.case_no, "register_postings#1", column, "posting.header", pair)
    yield from _numbered(case, there)


def _numbered(case: Case, there: Written) -> Findings:
    """Lines and changes are numbered as they were signed, and were recorded with their posting."""
    for place, number in enumerate(sorted(line.line_no for line in there.lines), 1):
        row = f"ledger_lines#{number}"
        yield from differs(case.case_no, row, "line_no", "posting.numbered", (number, place))
    changes = sorted(there.changes, key=lambda change: change.change_no)
    for place, change in enumerate(changes, 1):
        row = f"register_versions#{change.change_no}"
        pair = (change.change_no, place)
        yield from differs(case.case_no, row, "change_no", "posting.numbered", pair)
        moments = (change.recorded_at, case.finished_at)
        yield from differs(case.case_no, row, "recorded_at", "posting.header", moments)
