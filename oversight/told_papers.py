"""Checks notices, their permits and deliveries: each as the journal tells it, no late one unpermitted.

What came late is worked out again from what the case said at each notice; a permit is its supervisor's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import select

from authz.keys.signing_keys import PublicKey
from database import digest, suites
from database.clock import moment_text
from database.declarative import Base, table_of
from engine.journal import JournalEntry
from engine.one_notice import notice_guarantee, notice_record
from engine.one_notice.faults import key
from engine.one_notice.notice_guarantee import Earlier
from engine.one_notice.notice_record import CaseNotice, NoticePermit
from engine.paperwork.papers import DocumentDelivery
from engine.record import Case, CaseContent
from oversight import together
from oversight.erased import is_erased
from oversight.findings import Finding, Findings, differs
from oversight.pages import Page
from oversight.together import Asked

NOTIFIED, PERMITTED, DELIVERED = "notified", "notice_permitted", "delivered"
# By table: the action that tells of a row, and the columns that it tells.
_TOLD: Mapping[str, tuple[str, Sequence[str]]] = {
    "case_notices": (NOTIFIED, ("seq", "cycle", "number", "items", "late")),
    "notice_permits": (PERMITTED, ("seq", "cycle", "items", "reason", "digest")),
    "document_deliveries": (DELIVERED, ("seq", "number", "way")),
}


def _asked(model: type[Base]) -> Asked[Any]:
    table = table_of(model)
    return together.records(model, select(table).order_by(table.c.seq), table.c.case_id)


_NOTICES, _PERMITS = _asked(CaseNotice), _asked(NoticePermit)
_DELIVERIES = _asked(DocumentDelivery)


def check(
    page: Page,
    case: Case,
    contents: Mapping[int, CaseContent] | None,
    listed: Sequence[JournalEntry],
) -> Findings:
    """What of a case's notices, permits and deliveries is not as it was done."""
    notices, permits = page.of(_NOTICES, case.case_id), page.of(_PERMITS, case.case_id)
    deliveries = page.of(_DELIVERIES, case.case_id)
    for table, rows in (
        ("case_notices", notices),
        ("notice_permits", permits),
        ("document_deliveries", deliveries),
    ):
        yield from _as_told(page, case, table, rows, listed)
    yield from _permits(case, permits, page.known.keys({row.key_id for row in permits}))
    if contents is not None:
        yield from _late(case, notices, permits, contents)


def _as_told(
    page: Page, case: Case, table: str, rows: Sequence[Any], listed: Sequence[JournalEntry]
) -> Findings:
    action, columns = _TOLD[table]
    told = [entry for entry in listed if entry.action == action and "sign_off" not in entry.detail]
    for row, entry in zip_longest(rows, told):
        if row is None:
            name = f"{table}#{entry.detail['seq']}"
            yield Finding(case.case_no, name, "seq", "paper.missing", None, entry.detail["seq"])
            continue
        name = f"{table}#{row.seq}"
        if entry is None:
            yield Finding(case.case_no, name, "seq", "paper.not_journalled", row.seq, None)
            continue
        pairs = {column: (getattr(row, column), entry.detail[column]) for column in columns}
        pairs |= _of_time_and_person(page, table, row, entry)
        for column, pair in pairs.items():
            yield from differs(case.case_no, name, column, "paper.told_otherwise", pair)


def _of_time_and_person(
    page: Page, table: str, row: Any, entry: JournalEntry
) -> dict[str, tuple[Any, Any]]:
    """Who and when, and what a row seals beside its plain columns, as the entry has them."""
    if table == "notice_permits":
        return {
            "signer": (row.signer, entry.staff_no),
            "signed_at": (row.signed_at, entry.at),
        }
    by, at = ("issued_by", "issued_at")
    pairs: dict[str, tuple[Any, Any]] = {}
    if table == "document_deliveries":
        by, at = ("recorded_by", "recorded_at")
        salt, words = row.reference
        committed = digest.commitment(salt, words, suites.named(entry.suite))
        pairs["reference"] = (committed, entry.detail["reference"])
        day = row.delivered_on.isoformat()
        pairs["delivered_on"] = (day, entry.detail["delivered_on"])
    account = page.known.accounts.get(getattr(row, by))
    pairs[by] = (account and account.staff_no, entry.staff_no)
    pairs[at] = (getattr(row, at), entry.at)
    return pairs


def _permits(case: Case, rows: Sequence[NoticePermit], keys: Mapping[str, PublicKey]) -> Findings:
    for row in rows:
        name = f"notice_permits#{row.seq}"
        suite = suites.named(row.suite)
        said = notice_record.covered(vars(row), case.case_no)
        pair = (row.digest, suite.hash(said).hex())
        yield from differs(case.case_no, name, "digest", "permit.altered", pair)
        salt, words = row.text
        committed = (digest.commitment(salt, words, suite), row.commitment)
        yield from differs(case.case_no, name, "text", "permit.altered", committed)
        signed_with = keys.get(row.key_id)
        its_own = signed_with is not None and (
            (signed_with.staff_no, signed_with.person_id, signed_with.suite)
            == (row.signer, row.signer_person, row.suite)
            and signed_with.counts_at(row.signed_at)
            and signed_with.verifies(said, row.signature)
        )
        if not its_own:
            yield Finding(case.case_no, name, "signature", "permit.not_signed", row.key_id, None)


def _late(
    case: Case,
    rows: Sequence[CaseNotice],
    permits: Sequence[NoticePermit],
    contents: Mapping[int, CaseContent],
) -> Findings:
    """What each notice named too late, by what the case said; and that somebody else permitted it."""
    by_id = {permit.permit_id: permit for permit in permits}
    for row, earlier, said in _before(rows, contents):
        name = f"case_notices#{row.seq}"
        keys = [key(item["kind"], item["code"]) for item in row.items]
        found = notice_guarantee.late(keys, said, earlier)
        yield from differs(case.case_no, name, "late", "notice.late", (row.late, found))
        pair = (row.late_count, len(found))
        yield from differs(case.case_no, name, "late_count", "notice.late", pair)
        permit = by_id.get(row.permit_id or 0)
        if found and (permit is None or not set(found) <= set(permit.items)):
            said_of = permit and moment_text(permit.signed_at)
            yield Finding(case.case_no, name, "permit_id", "notice.unpermitted", said_of, None)


def _before(
    rows: Sequence[CaseNotice], contents: Mapping[int, CaseContent]
) -> Iterator[tuple[CaseNotice, list[Earlier], Mapping[str, Any]]]:
    earlier: list[Earlier] = []
    for row in rows:
        content = contents.get(row.cycle)
        if content is None or is_erased(content.form):
            return
        said = notice_guarantee.states(content.form, content.materials)
        yield row, list(earlier), said
        named = frozenset(key(item["kind"], item["code"]) for item in row.items)
        earlier.append(Earlier(named, said))
