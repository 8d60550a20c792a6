"""Checks the signed orders to a case's clocks: unaltered, in order, journalled, by who was allowed to.

An order of before they were signed stands in the journal alone, and is taken for what it is; but none is
that came after the office's first signed one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from authz.keys.signing_keys import PublicKey
from authz.signing_in import confirmations
from database import suites
from database.clock import moment_text, office_date
from database.declarative import table_of
from engine.journal import JournalEntry
from engine.prepared_rows import STANDS
from engine.record import Case
from engine.signoffs import GENESIS
from engine.timing import clock_order_record
from engine.timing.clock_order_record import ClockOrder
from oversight import authority, together
from oversight.authority_history import History
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from oversight.pages import Page

NAME = "clock_orders"
_ROWS = table_of(ClockOrder)
_OF_CASE = together.records(ClockOrder, select(_ROWS).order_by(_ROWS.c.seq), _ROWS.c.case_id)
ACTS = {"clock_stopped": "stop", "clock_resumed": "resume", "extended": "extend"}
# Said here once more: who stops a clock, and who gives longer, at the case's agency or above it.
_STOPS = ("deputy_director", "director", "city_approver", "city_head")
POSTS = {"stop": _STOPS, "resume": _STOPS, "extend": ("director", "city_head")}


def check(
    page: Page,
    case: Case,
    listed: Sequence[JournalEntry],
    folded: Folded,
    history: History | None,
) -> Findings:
    """What is wrong with the orders of a case, by themselves and against the journal."""
    rows = page.of(_OF_CASE, case.case_id)
    keys = page.known.keys({row.key_id for row in rows})
    head = GENESIS
    for place, row in enumerate(rows, start=1):
        name = _name(row)
        yield from differs(case.case_no, name, "case_no", "clock_order.case", _of(case, row))
        yield from differs(case.case_no, name, "seq", "clock_order.gap", (row.seq, place))
        pair = (row.previous_digest, head)
        yield from differs(case.case_no, name, "previous_digest", "clock_order.chain", pair)
        yield from _signed(case, row, keys.get(row.key_id))
        head = row.digest
    by_digest = {row.digest: row for row in rows}
    for entry in listed:
        # What the engine did by itself nobody ordered.
        if entry.action in ACTS and entry.staff_no is not None:
            order = by_digest.pop(entry.detail.get("order", ""), None)
            yield from _journalled(page, case, entry, order, folded)
            if order is not None and history is not None:
                yield from _allowed(history, case, order, entry.entry_id)
    for row in by_digest.values():
        yield Finding(case.case_no, _name(row), "digest", "clock_order.not_in_journal", row.digest)


def _name(row: ClockOrder) -> str:
    return f"{NAME}#{row.seq}"


def _of(case: Case, row: ClockOrder) -> tuple[str, str]:
    return row.case_no, case.case_no


def _signed(case: Case, row: ClockOrder, key: PublicKey | None) -> Findings:
    """It is as it was signed, by whom it names, with his own key of that time."""
    name, said = _name(row), clock_order_record.covered(vars(row))
    pair = (row.digest, suites.named(row.suite).hash(said).hex())
    yield from differs(case.case_no, name, "digest", "clock_order.altered", pair)
    if key is None:
        yield Finding(case.case_no, name, "key_id", "clock_order.key_unknown", row.key_id)
        return
    yield from differs(case.case_no, name, "suite", "clock_order.suite", (row.suite, key.suite))
    for column, of_key in (("signer", key.staff_no), ("signer_person", key.person_id)):
        both = (getattr(row, column), of_key)
        yield from differs(case.case_no, name, column, "clock_order.key_of_another", both)
    if not key.counts_at(row.signed_at):
        yield Finding(case.case_no, name, "signed_at", "clock_order.key_not_in_use", row.signed_at)
    if not key.verifies(said, row.signature):
        yield Finding(case.case_no, name, "signature", "clock_order.not_signed", row.signature)


def _journalled(
    page: Page, case: Case, entry: JournalEntry, row: ClockOrder | None, folded: Folded
) -> Findings:
    """The entry tells of this order, and says the same; one of before orders were signed tells of none."""
    told = f"journal#{entry.seq}"
    if row is None:
        order = entry.detail.get("order")
        first = page.known.first_clock_order
        if order is not None:
            yield Finding(case.case_no, told, "order", "clock_order.missing", None, order)
        elif first is not None and entry.at > first:
            yield Finding(case.case_no, told, "order", "clock_order.unsigned")
        return
    for column, expected in _told(entry, folded).items():
        pair = (getattr(row, column), expected)
        yield from differs(case.case_no, _name(row), column, "clock_order.told_otherwise", pair)
    if not entry.at - STANDS < row.signed_at <= entry.at:
        pair = (row.signed_at, entry.at)
        yield Finding(case.case_no, _name(row), "signed_at", "clock_order.told_otherwise", *pair)
    given = datetime.fromisoformat(entry.detail["password_at"])
    if not confirmations.stands(given, row.signed_at):
        at = (entry.detail["password_at"], moment_text(row.signed_at))
        yield Finding(case.case_no, told, "password_at", "clock_order.password", *at)


def _told(entry: JournalEntry, folded: Folded) -> Mapping[str, Any]:
    """What a row must say, by the entry that tells of it and by the stop that it begins or ends."""
    detail, act = entry.detail, ACTS[entry.action]
    said: dict[str, Any] = {
        "act": act,
        "signer": entry.staff_no,
        "agency_code": entry.agency_code,
        "post": entry.post,
        "effective_on": office_date(entry.at),
        "stop_no": detail.get("number"),
        "days": detail.get("days"),
    }
    if act == "extend":
        return {**said, "reason": detail["reason"], "basis": "", "due_on": _day(detail)}
    stop = folded.stops[detail["number"]]
    said |= {"reason": stop.cause, "basis": stop.basis, "clocks": list(stop.clocks)}
    return said if act == "stop" else {**said, "due_on": _day(detail)}


def _day(detail: Mapping[str, Any]) -> date:
    return date.fromisoformat(detail["due_on"])


def _allowed(history: History, case: Case, row: ClockOrder, entry_id: int) -> Findings:
    """Who ordered had an open account, and a post that may, at the case's agency or above it."""
    name = _name(row)
    if row.post not in POSTS[row.act] or row.grant != f"post:{row.post}:clock":
        yield Finding(case.case_no, name, "post", "clock_order.authority", row.post, row.grant)
    found = history.account(row.signer, entry_id)
    if found is None or not found[1]["active"]:
        yield Finding(case.case_no, name, "signer", "clock_order.authority", row.signer)
        return
    account_id, account = found
    for column, expected in (("signer_person", "person_id"), ("agency_code", "agency_code")):
        pair = (getattr(row, column), account[expected])
        yield from differs(case.case_no, name, column, "clock_order.authority", pair)
    held = authority.held(history, row, account_id, entry_id)
    places = _lineage(history, case.agency_code, entry_id)
    if not any((one["post"], one["agency_code"] in places) == (row.post, True) for one in held):
        yield Finding(case.case_no, name, "post", "clock_order.authority", row.post)


def _lineage(history: History, agency: str, entry_id: int) -> set[str]:
    """An agency and those above it, as they stood then."""
    found: set[str] = set()
    place: str | None = agency
    while place is not None and place not in found:
        found.add(place)
        facts = history.at(f"agencies#{place}", entry_id)
        place = None if facts is None else facts["parent_code"]
    return found
