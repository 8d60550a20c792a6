"""Checks what applicants and staff were sent: each message is of an entry of the journal, none was left out.

What came of a message is the office's record and checked with it (``office_rows``); here the outbox is held
against the journal, and the contact against what was noted of it at acceptance.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from database.declarative import table_of
from engine.journal import JournalEntry
from engine.outgoing import message_kinds, notice_contacts, outbox
from engine.outgoing.message_kinds import ALWAYS, FOR_APPLICANTS, FOR_STAFF
from engine.outgoing.notice_contacts import NoticeContact
from engine.outgoing.outbox_record import MessageOutcome, OutboxMessage
from engine.record import Case
from oversight import erased, together
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.pages import Page
from oversight.together import Asked


def _asked(model: Any, key: str, by: str) -> Asked[Any]:
    table = table_of(model)
    return together.records(model, select(table).order_by(table.c[by]), table.c[key])


_CONTACTS = _asked(NoticeContact, "case_id", "case_id")
_MESSAGES = _asked(OutboxMessage, "case_id", "message_id")
_OUTCOMES = _asked(MessageOutcome, "case_no", "outcome_id")


def check(page: Page, case: Case, listed: Sequence[JournalEntry]) -> Findings:
    """The findings of one case; ``listed`` are the entries of its journal."""
    contacts = page.of(_CONTACTS, case.case_id)
    rows = {row.message_key: row for row in page.of(_MESSAGES, case.case_id)}
    under = page.known.erased_key(case)
    named = [("notice_contacts", vars(one)) for one in contacts]
    yield from erased.check_rows(case.case_no, under, named)
    yield from _contact(case, contacts, [one for one in listed if one.action == outbox.GIVEN])
    ended = {one.message_key: one.outcome for one in page.of(_OUTCOMES, case.case_no)}
    for entry in listed:
        key = outbox.key(case.case_no, entry.seq)
        if contacts and entry.action in ALWAYS and key not in rows:
            yield Finding(case.case_no, f"outbox#{key}", "message_key", "outbox.missing", None, key)
    for key in sorted(set(ended) - set(rows)):
        yield Finding(case.case_no, f"outbox#{key}", "message_key", "outbox.missing", None, key)
    expected = _expected(case.case_no, listed)
    for key, row in rows.items():
        yield from _message(case, row, expected.get(key), ended.get(key))


def _contact(
    case: Case, contacts: Sequence[NoticeContact], noted: Sequence[JournalEntry]
) -> Findings:
    found = [
        notice_contacts.told(one.channel, one.language, one.salt, one.address) for one in contacts
    ]
    told = [one.detail for one in noted]
    if any(is_erased(one.address) for one in contacts):
        found = [{**said, "address": one["address"]} for said, one in zip(found, told, strict=True)]
    if found != told:
        yield Finding(case.case_no, "notice_contacts", "address", "outbox.contact")


def _expected(case_no: str, listed: Sequence[JournalEntry]) -> Mapping[str, str]:
    """The kind of message that each entry would make, by the message's key."""
    found = {}
    for entry in listed:
        stage = message_kinds.stage(entry.action, entry.agency_code, entry.detail)
        if stage in FOR_APPLICANTS:
            found[outbox.key(case_no, entry.seq)] = FOR_APPLICANTS[stage]
        if entry.action in FOR_STAFF:
            key = outbox.key(case_no, entry.seq, str(entry.detail.get("post")))
            found[key] = FOR_STAFF[entry.action]
    return found


def _message(case: Case, row: OutboxMessage, kind: str | None, outcome: str | None) -> Findings:
    name = f"outbox#{row.message_key}"
    yield from differs(case.case_no, name, "kind", "outbox.told_otherwise", (row.kind, kind))
    # What is to be sent again waits, as what never ended does.
    state = outcome if outcome in ("sent", "dead") else "waiting"
    yield from differs(case.case_no, name, "state", "outbox.told_otherwise", (row.state, state))
    agency = (row.agency_code, case.agency_code)
    yield from differs(case.case_no, name, "agency_code", "outbox.told_otherwise", agency)
