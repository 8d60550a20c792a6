"""Checks what became of the money a case determined: its payables, their steps, the ledger and the journal.

Payables are those of the signed posting, to the payee that was signed. Their steps follow from one another,
each is told by the journal and posted in the ledger, and a payment stands on a release that finance signed.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import select

from database import digest, keys, suites
from database.declarative import table_of
from engine.journal import JournalEntry
from engine.paying import payable_lines, payments
from engine.record import Case, CaseContent
from oversight import erased, finance_posts, together, written
from oversight.authority_history import History
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.known import Known
from oversight.pages import Page
from register import chart, posting_json
from register.payables import DUE, Payable, PayableEvent, standing

_STEPS = ("payable_id", "seq", "amount_cents", "posting", "release_id", "batch_id")
# What may follow on how a payable stands.
_AFTER = {"released": DUE, "offset": DUE, "paid": ("released",), "returned": ("released",)}


_PAYABLES, _EVENTS = table_of(Payable), table_of(PayableEvent)
_OF_CASE = together.records(
    Payable, select(_PAYABLES).order_by(_PAYABLES.c.line_no), _PAYABLES.c.case_no
)
_STEPS_OF_CASE = together.records(
    PayableEvent,
    select(_EVENTS)
    .join(_PAYABLES, _PAYABLES.c.payable_id == _EVENTS.c.payable_id)
    .order_by(_EVENTS.c.payable_id, _EVENTS.c.seq),
    _PAYABLES.c.case_no,
)
_TAKEN_OFF = together.columns(
    select(
        PayableEvent.amount_cents, PayableEvent.payable_id, Payable.account, Payable.person_id
    ).join(Payable, Payable.payable_id == PayableEvent.payable_id),
    PayableEvent.posting,
)


def check(
    page: Page,
    case: Case,
    content: CaseContent,
    listed: Sequence[JournalEntry],
    history: History | None,
) -> Findings:
    """Everything about the payables of one case that does not hold; ``listed`` is its journal."""
    rows = page.of(_OF_CASE, case.case_no)
    if not is_erased(content.posting):
        yield from _determined(case, content, rows)
        yield from _taken_off(page, case, content)
    told = _events(page, case) if rows else {}
    yield from _journalled(case, told, listed)
    for row in rows:
        under, named = page.known.erased.get(str(row.person_id)), f"payables#{row.payable_id}"
        yield from erased.check_rows(case.case_no, under, [(named, vars(row))])
        events = told.get(row.payable_id, ())
        yield from _in_order(case, row, events)
        yield from _posted(page, case, row, events)
    yield from _released(page.known, case, told, listed, history)
    if history is not None:
        yield from finance_posts.taken_in(page.session, case, listed, history)


def _events(page: Page, case: Case) -> dict[int, list[PayableEvent]]:
    """The steps of each of the case's payables, in order."""
    found: dict[int, list[PayableEvent]] = {}
    for event in page.of(_STEPS_OF_CASE, case.case_no):
        found.setdefault(event.payable_id, []).append(event)
    return found


def _determined(case: Case, content: CaseContent, rows: Sequence[Payable]) -> Findings:
    """Each credit of what is payable has its payable, to the signed payee, and there is no other."""
    lines: list[tuple[int, Mapping[str, Any]]] = []
    if case.status == "completed":
        lines = [
            (number, line)
            for number, line in enumerate(content.posting["lines"], 1)
            if line["account"] in chart.ON_ITS_WAY and line["side"] == "credit"
        ]
    for row, said in zip_longest(rows, lines):
        if row is None:
            yield Finding(case.case_no, f"payables+{said[0]}", "", "payable.missing")
            continue
        name = f"payables#{row.payable_id}"
        if said is None:
            yield Finding(case.case_no, name, "case_no", "payable.unsigned")
            continue
        expected = {
            "line_no": said[0],
            "posting_no": 1,
            "account": said[1]["account"],
            "amount_cents": said[1]["amount_cents"],
            "person_id": said[1]["subject_id"],
            "agency_code": case.agency_code,
            "determined_at": case.finished_at,
        }
        for column, value in expected.items():
            pair = (getattr(row, column), value)
            yield from differs(case.case_no, name, column, "payable.differs", pair)
        if not is_erased(row.payee):
            yield from _payee(case, content, row, name)


def _payee(case: Case, content: CaseContent, row: Payable, name: str) -> Findings:
    """Who is paid is personal, so no value is shown."""
    account = row.payee.get("bank_account")
    blind = keys.current().blind_indexes
    indexes = blind("bank_account", account) if account else (None,)
    committed = digest.commitment(row.payee_salt, row.payee, suites.named(row.suite))
    for column, holds in (
        ("payee", row.payee == content.posting.get("payee")),
        ("commitment", committed == row.commitment),
        ("account_index", row.account_index in indexes),
    ):
        if not holds:
            yield Finding(case.case_no, name, column, "payable.payee")


def _taken_off(page: Page, case: Case, content: CaseContent) -> Findings:
    """What this case took off payables is what it debited, by person; of a named one exactly that."""
    found: dict[tuple[str, str | None], int] = {}
    off: dict[int, int] = {}
    for event in page.of(_TAKEN_OFF, case.case_no):
        key = (event.account, event.person_id)
        found[key] = found.get(key, 0) + event.amount_cents
        off[event.payable_id] = off.get(event.payable_id, 0) + event.amount_cents
    wanted: dict[tuple[str, str | None], int] = {}
    for line in content.posting["lines"] if case.status == "completed" else ():
        if line["account"] in chart.ON_ITS_WAY and line["side"] == "debit":
            key = (line["account"], line["subject_id"])
            wanted[key] = wanted.get(key, 0) + line["amount_cents"]
            named = line["memo"].removeprefix(chart.NAMED)
            if named != line["memo"] and off.get(int(named), 0) < line["amount_cents"]:
                yield Finding(case.case_no, f"payables#{named}", "amount_cents", "payable.offset")
    for key in sorted({*found, *wanted}, key=str):
        pair = (found.get(key, 0), wanted.get(key, 0))
        yield from differs(case.case_no, "payable_events", "amount_cents", "payable.offset", pair)


def _steps(told: Mapping[int, Sequence[PayableEvent]]) -> Iterator[PayableEvent]:
    for events in told.values():
        yield from (event for event in events if event.kind != "offset")


def _journalled(
    case: Case, told: Mapping[int, Sequence[PayableEvent]], listed: Sequence[JournalEntry]
) -> Findings:
    """Each step has its entry, and each entry its step."""
    entries = {
        (entry.detail["payable_id"], entry.detail["seq"]): entry
        for entry in listed
        if entry.action.startswith(payments.STEP)
    }
    for event in _steps(told):
        name = f"payable_events#{event.event_id}"
        entry = entries.pop((event.payable_id, event.seq), None)
        if entry is None:
            yield Finding(case.case_no, name, "", "payable.not_journalled")
            continue
        pairs = {column: (getattr(event, column), entry.detail[column]) for column in _STEPS}
        pairs["kind"] = (event.kind, entry.action.removeprefix(payments.STEP))
        pairs["at"] = (event.at, entry.at)
        for column, pair in pairs.items():
            yield from differs(case.case_no, name, column, "payable.told_otherwise", pair)
        # The bank's words may name somebody.
        if payments.fingerprint(event.reason) != entry.detail["reason"]:
            yield Finding(case.case_no, name, "reason", "payable.told_otherwise")
    for (payable_id, seq), entry in entries.items():
        name = f"journal#{entry.seq}"
        said = f"{payable_id}-{seq}"
        yield Finding(case.case_no, name, "detail", "payable.step_missing", None, said)


def _in_order(case: Case, row: Payable, events: Sequence[PayableEvent]) -> Findings:
    """Steps are numbered, follow from one another, and are of all that is open."""
    for place, event in enumerate(events):
        name = f"payable_events#{event.event_id}"
        before = standing(row.amount_cents, events[:place])
        yield from differs(case.case_no, name, "seq", "payable.order", (event.seq, place + 1))
        if before.state not in _AFTER[event.kind]:
            stood = (event.kind, before.state)
            yield Finding(case.case_no, name, "kind", "payable.order", *stood)
        fits = (
            event.amount_cents <= before.open_cents
            if event.kind == "offset"
            else event.amount_cents == before.open_cents
        )
        if not fits:
            pair = (event.amount_cents, before.open_cents)
            yield Finding(case.case_no, name, "amount_cents", "payable.amount", *pair)


def _posted(page: Page, case: Case, row: Payable, events: Sequence[PayableEvent]) -> Findings:
    """The ledger has the two lines of every step, and nothing else under its number."""
    for event in events:
        if event.kind == "offset":
            continue
        there = written.by_step(page, event.posting)
        lines = [posting_json.line_json(line) for line in payable_lines.moved(row, event)]
        if there.said != {"lines": lines, "changes": []}:
            yield Finding(case.case_no, f"register_postings#{event.posting}", "", "payable.ledger")
        header = next((one for one in there.headers if one.posting_no == 1), None)
        pairs = {
            "agency_code": (header and header.agency_code, row.agency_code),
            "posted_at": (header and header.posted_at, event.at),
        }
        for column, pair in pairs.items():
            name = f"register_postings#{event.posting}"
            yield from differs(case.case_no, name, column, "payable.ledger", pair)


def _released(
    known: Known,
    case: Case,
    told: Mapping[int, Sequence[PayableEvent]],
    listed: Sequence[JournalEntry],
    history: History | None,
) -> Findings:
    """Each release is signed, over its list, by somebody of finance who had no part in its cases."""
    entries = {
        entry.detail["release_id"]: entry.entry_id
        for entry in listed
        if entry.action == f"{payments.STEP}released"
    }
    for release_id in sorted({event.release_id for event in _steps(told) if event.release_id}):
        name = f"payable_releases#{release_id}"
        release = known.release(release_id)
        if release is None:
            yield Finding(case.case_no, name, "", "release.missing")
            continue
        row, faults = release
        for column in faults:
            yield Finding(case.case_no, name, column, "release.unsigned")
        if history is not None and release_id in entries:
            yield from finance_posts.in_post(case, row, name, history, entries[release_id])
