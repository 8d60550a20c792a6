"""Every check of a case, on whatever of its record can be read; its rows come from its page."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from database.declarative import Base, table_of
from engine.defining.definitions import Definition
from engine.journal import JournalEntry
from engine.office import Office
from engine.paperwork.documents import IssuedDocument
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from oversight import (
    archive_referred,
    archived,
    authority,
    awaited,
    before_signing,
    chains,
    clocks,
    content,
    corrected,
    erased,
    folding,
    paid_out,
    posted,
    printed,
    recomputed,
    registered_definitions,
    signatures,
    signed_scans,
    standing,
    together,
    told,
    told_papers,
    unreadable,
    written,
)
from oversight.authority_history import History
from oversight.findings import Finding, Findings
from oversight.folding import Folded
from oversight.known import Known
from oversight.pages import Page
from oversight.together import Asked
from oversight.unreadable import SPOILED, guarded
from register.subjects import Version

M = TypeVar("M", bound=Base)


def _ordered(model: type[M], key: str, named_by: str) -> Asked[M]:
    table = table_of(model)
    return together.records(model, select(table).order_by(table.c[named_by]), table.c[key])


_CASES = _ordered(Case, "case_id", "case_id")
_ENTRIES = _ordered(JournalEntry, "stream", "seq")
_SIGN_OFFS = _ordered(SignOff, "case_id", "seq")
_CONTENTS = _ordered(CaseContent, "case_id", "cycle")
_DOCUMENTS = _ordered(IssuedDocument, "case_no", "number")


def findings(
    session: Session,
    office: Office,
    cases: Mapping[int, str],
    known: Known,
    history: History | None,
    noted: Callable[[Finding], None],
) -> Iterator[Findings]:
    """The findings of each of these cases (numbers by ids), in order; ``history`` covers their agencies."""
    page = Page(session, cases, known)
    for case_id, case_no in cases.items():
        yield _case(page, office, case_id, case_no, (history, noted))
    session.expunge_all()


def _case(
    page: Page,
    office: Office,
    case_id: int,
    case_no: str,
    under: tuple[History | None, Callable[[Finding], None]],
) -> Findings:
    try:
        (case,) = page.of(_CASES, case_id)
    except SPOILED:
        this = Case.case_id == case_id
        yield from unreadable.located(page.session, case_no, Case, this, Case.case_no)
        return
    yield from guarded(case_no, "cases", _checked(page, office, case, *under))


def _checked(
    page: Page,
    office: Office,
    case: Case,
    history: History | None,
    noted: Callable[[Finding], None],
) -> Findings:
    """Every check of a case, on whatever of its record can be read."""
    number, this = case.case_no, case.case_id
    listed = yield from _rows(page, number, _ENTRIES, (JournalEntry.stream, JournalEntry.seq))
    rows = yield from _rows(page, number, _SIGN_OFFS, (SignOff.case_id, SignOff.seq), this)
    of_case = (CaseContent.case_id, CaseContent.cycle)
    cycles = yield from _rows(page, number, _CONTENTS, of_case, this)
    issued = (IssuedDocument.case_no, IssuedDocument.number)
    papers = yield from _rows(page, number, _DOCUMENTS, issued)
    contents = None if cycles is None else {cycle.cycle: cycle for cycle in cycles}
    yield from _erased(page, case, cycles, rows, papers)
    folded: Folded | None = None
    if listed is not None:
        yield from guarded(number, "journal", chains.check(number, listed))
        yield from standing.check_end(case, listed)
        folded = yield from _folded(number, listed)
    definition = _definition(office, case, noted)
    began_on = registered_definitions.check(page.known.definitions, case)
    yield from guarded(number, "cases", began_on)
    if contents is not None:
        checked = content.check(page.known, case, contents, folded, definition)
        yield from guarded(number, "case_contents", checked)
    if rows is not None:
        keys = page.known.keys({row.key_id for row in rows})
        yield from guarded(number, "sign_offs", signatures.check(case, rows, contents, keys))
    if folded is not None:
        yield from guarded(number, "cases", standing.check(page, case, folded))
        yield from _awaited(page, case, contents, folded, definition)
        yield from clocks.findings(page, case, listed or (), folded, (definition, history))
    if folded is not None and rows is not None:
        yield from signatures.check_journalled(case, rows, folded.signed)
        preceded = before_signing.check(page, case, rows, folded.signed)
        yield from guarded(number, "openings", preceded)
        allowed = _allowed(case, rows, contents, folded, history)
        yield from guarded(number, "sign_offs", allowed)
    if folded is not None:
        yield from guarded(number, "signed_scans", signed_scans.check(page, case, folded.scans))
    if folded is not None and papers is not None:
        yield from guarded(number, "documents", printed.check(case, papers, folded.issued))
        filed = archived.check(page, case, contents, papers, folded, definition)
        yield from guarded(number, archived.NAME, filed)
    yield from _told(page, case, contents, listed)
    if contents is not None:
        yield from _posted(page, office, case, contents, rows, folded)
    yield from _paid(page, case, contents, listed, history)
    if contents is not None and folded is not None and definition is not None:
        worked_out = recomputed.check(page, office, case, contents, folded, definition, noted)
        yield from guarded(number, "case_contents", worked_out)


def _erased(
    page: Page,
    case: Case,
    cycles: Sequence[CaseContent] | None,
    rows: Sequence[SignOff] | None,
    papers: Sequence[IssuedDocument] | None,
) -> Findings:
    """What of the case reads as erased went with the person it is about."""
    named = [("cases", vars(case))]
    named += [(f"case_contents#{one.cycle}", vars(one)) for one in cycles or ()]
    named += [(f"sign_offs#{one.seq}", vars(one)) for one in rows or ()]
    named += [(f"documents#{one.number}", vars(one)) for one in papers or ()]
    yield from erased.check_rows(case.case_no, page.known.erased_key(case), named)


def _told(
    page: Page,
    case: Case,
    contents: Mapping[int, CaseContent] | None,
    listed: Sequence[JournalEntry] | None,
) -> Findings:
    if listed is not None:
        checked = told_papers.check(page, case, contents, listed)
        yield from guarded(case.case_no, "case_notices", checked)
        yield from guarded(case.case_no, "outbox", told.check(page, case, listed))


def _awaited(
    page: Page,
    case: Case,
    contents: Mapping[int, CaseContent] | None,
    folded: Folded,
    definition: Definition | None,
) -> Findings:
    timers = awaited.check_timers(page, case, folded, definition)
    yield from guarded(case.case_no, "case_timers", timers)
    if contents is not None:
        came = awaited.check_messages(page.known, case, contents, folded, definition)
        yield from guarded(case.case_no, "case_contents", came)


def _allowed(
    case: Case,
    rows: Sequence[SignOff],
    contents: Mapping[int, CaseContent] | None,
    folded: Folded,
    history: History | None,
) -> Findings:
    if history is None:
        yield Finding(case.case_no, "journal", "detail", "authority.unreadable")
        return
    told = {said.digest: authority.Told(said.entry_id, said.waited_since) for said in folded.signed}
    yield from authority.check(history, case, rows, contents, told)


def _posted(
    page: Page,
    office: Office,
    case: Case,
    contents: Mapping[int, CaseContent],
    rows: Sequence[SignOff] | None,
    folded: Folded | None,
) -> Findings:
    present = contents.get(case.cycle)
    if present is None:
        yield Finding(case.case_no, "cases", "cycle", "content.none", case.cycle, None)
        return
    versions = (Version.case_no, Version.change_no)
    readable = yield from _rows(page, case.case_no, written.OF_CASE.changes, versions)
    if readable is not None:
        checked = posted.check(page, case, present, folded)
        yield from guarded(case.case_no, "register_postings", checked)
    if rows is not None:
        checked = posted.check_guard(page.known, office, case, present, rows)
        yield from guarded(case.case_no, "sign_offs", checked)


def _paid(
    page: Page,
    case: Case,
    contents: Mapping[int, CaseContent] | None,
    listed: Sequence[JournalEntry] | None,
    history: History | None,
) -> Findings:
    present = None if contents is None else contents.get(case.cycle)
    if present is not None and listed is not None:
        checked = paid_out.check(page, case, present, listed, history)
        yield from guarded(case.case_no, "payables", checked)
        pointed = corrected.check(page, case, present, listed)
        yield from guarded(case.case_no, corrected.NAME, pointed)
    if listed is not None:
        referred = archive_referred.check(page, case, listed)
        yield from guarded(case.case_no, archive_referred.NAME, referred)


def _rows(
    page: Page,
    case_no: str,
    asked: Asked[M],
    named: tuple[InstrumentedAttribute[Any], InstrumentedAttribute[Any]],
    case_id: int | None = None,
) -> Generator[Finding, None, list[M] | None]:
    """The rows, or None and the findings that say what of them can't be read.

    ``named`` are the column that tells whose they are and the one that names a row of a case.
    """
    key: int | str = case_no if case_id is None else case_id
    try:
        return page.of(asked, key)
    except SPOILED:
        whose, named_by = named
        model = cast("type[Base]", whose.class_)
        yield from unreadable.located(page.session, case_no, model, whose == key, named_by)
        return None


def _folded(
    case_no: str, listed: Sequence[JournalEntry]
) -> Generator[Finding, None, Folded | None]:
    try:
        return folding.fold(listed)
    except SPOILED as failed:
        yield Finding(case_no, "journal", "detail", "journal.unfoldable", type(failed).__name__)
        return None


def _definition(office: Office, case: Case, noted: Callable[[Finding], None]) -> Definition | None:
    """The version of the process the case began with, or None and a note where it is here no more.

    That the case names another version than it began with is seen against the journal.
    """
    try:
        return office.catalogue.at(case.definition)
    except SPOILED:
        noted(Finding(case.case_no, "cases", "definition", "definition.gone", case.definition))
        return None
