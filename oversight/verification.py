"""Recomputes a case, or the whole office, from its record: what was signed is what stands there.

Believes nothing stored. An open case whose posting would come out differently today is no finding:
what posts is what was signed, and the register may move on before the last signature. Nor is a version of a
process whose code is gone: the posting is then compared with the signed one only, and that is ``noted``.
A consistent rewrite of every row, and the cut end of an agency's own stream, are seen only against a seal
that left the database (``oversight/seal_checks.py``).
"""

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from authz import agencies, signing_keys
from engine.definitions import Definition
from engine.documents import IssuedDocument
from engine.journal import JournalEntry
from engine.office import Office
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from oversight import (
    authority,
    authority_history,
    awaited,
    before_signing,
    chains,
    content,
    folding,
    ledger,
    office_rows,
    posted,
    printed,
    recomputed,
    rule_rows,
    rules_in_effect,
    seal_checks,
    signatures,
    signed_scans,
    standing,
    streams,
    unreadable,
)
from oversight.auditing import inspection_checks
from oversight.authority_history import History
from oversight.findings import Finding, Findings
from oversight.folding import Folded
from oversight.unreadable import SPOILED, guarded
from register.subjects import Version

PAGE = 200


def verify_case(
    session: Session,
    office: Office,
    case_no: str,
    *,
    noted: Callable[[Finding], None] = lambda _note: None,
) -> list[Finding]:
    """Everything that does not hold in one case; empty when all does.

    What could not be looked at, and is nobody's fault, is ``noted``.
    """
    case_id = session.execute(select(Case.case_id).where(Case.case_no == case_no)).scalar_one()
    agency = session.execute(select(Case.agency_code).where(Case.case_no == case_no)).scalar_one()
    # Whoever may enter a right here sits here or above.
    history = _history(session, lambda: agencies.lineage(session, agency))
    return list(_case_findings(session, office, case_id, history, noted))


def verify_office(
    session: Session,
    office: Office,
    *,
    entries_read: Callable[[int], None] = lambda _read: None,
    progress: Callable[[], None] = lambda: None,
    since_seal: int | None = None,
    noted: Callable[[Finding], None] = lambda _note: None,
) -> Iterator[Finding]:
    """Every finding of every case, of the office's own streams, of the seals and of the whole register.

    The journal is read under its seals first (``entries_read``, a page at a time), then case after case.
    With ``since_seal`` only streams to which entries were added after that seal are gone through; that
    what it covers still gives its root is checked all the same. An edited row of a case that nothing was
    added to is then not seen: only its journal is under the seal. ``noted`` as in ``verify_case``. Raises
    SealNotFound.
    """
    yield from seal_checks.check(session, progress=entries_read)
    touched = streams.touched(session, since_seal)
    history = _history(session, lambda: agencies.codes(session))
    last = 0
    while True:
        page = session.execute(
            select(Case.case_id, Case.case_no)
            .where(Case.case_id > last)
            .order_by(Case.case_id)
            .limit(PAGE)
        ).all()
        if not page:
            break
        for case_id, case_no in page:
            if since_seal is not None and case_no not in touched:
                progress()
                continue
            touched.discard(case_no)
            yield from _case_findings(session, office, case_id, history, noted)
            session.expunge_all()
            progress()
        last = page[-1].case_id
    known = agencies.codes(session)
    for stream in sorted(touched):
        if stream not in known:
            yield Finding(stream, "journal", "stream", "journal.no_case", stream, None)
        yield from streams.check(session, stream)
        session.expunge_all()
    yield from rules_in_effect.check(session)
    yield from rule_rows.check(session, office)
    yield from printed.strays(session)
    yield from guarded("", "office", office_rows.check(session))
    yield from guarded("", "samples", inspection_checks.check(session))
    yield from ledger.check(session)


def _history(session: Session, codes: Callable[[], Collection[str]]) -> History | None:
    """What was noted of rights in the streams of these agencies; None where it can't be read."""
    try:
        return authority_history.load(session, codes())
    except SPOILED:
        return None


def _case_findings(
    session: Session,
    office: Office,
    case_id: int,
    history: History | None,
    noted: Callable[[Finding], None],
) -> Findings:
    this = Case.case_id == case_id
    found = unreadable.rows(session, Case, this, Case.case_id)
    case_no = session.execute(select(Case.case_no).where(this)).scalar_one()
    if not found:
        yield from unreadable.located(session, case_no, Case, this, Case.case_no)
        return
    yield from guarded(case_no, "cases", _checked(session, office, found[0], history, noted))


def _checked(
    session: Session,
    office: Office,
    case: Case,
    history: History | None,
    noted: Callable[[Finding], None],
) -> Findings:
    """Every check of a case, on whatever of its record can be read."""
    number = case.case_no
    stream, mine = JournalEntry.stream == number, CaseContent.case_id == case.case_id
    listed = yield from _rows(session, number, JournalEntry, stream, JournalEntry.seq)
    signed = SignOff.case_id == case.case_id
    rows = yield from _rows(session, number, SignOff, signed, SignOff.seq)
    cycles = yield from _rows(session, number, CaseContent, mine, CaseContent.cycle)
    issued = IssuedDocument.case_no == number
    papers = yield from _rows(session, number, IssuedDocument, issued, IssuedDocument.number)
    contents = None if cycles is None else {cycle.cycle: cycle for cycle in cycles}
    folded: Folded | None = None
    if listed is not None:
        yield from guarded(number, "journal", chains.check(number, listed))
        yield from standing.check_end(case, listed)
        folded = yield from _folded(number, listed)
    definition = _definition(office, case, noted)
    if contents is not None:
        checked = content.check(session, case, contents, folded, definition)
        yield from guarded(number, "case_contents", checked)
    if rows is not None:
        keys = signing_keys.public_keys(session, {row.key_id for row in rows})
        yield from guarded(number, "sign_offs", signatures.check(case, rows, contents, keys))
    if folded is not None:
        yield from guarded(number, "cases", standing.check(session, case, folded))
        yield from _awaited(session, case, contents, folded, definition)
    if folded is not None and rows is not None:
        yield from signatures.check_journalled(case, rows, folded.signed)
        preceded = before_signing.check(session, case, rows, folded.signed)
        yield from guarded(number, "openings", preceded)
        allowed = _allowed(case, rows, contents, folded, history)
        yield from guarded(number, "sign_offs", allowed)
    if folded is not None:
        yield from guarded(number, "signed_scans", signed_scans.check(session, case, folded.scans))
    if folded is not None and papers is not None:
        yield from guarded(number, "documents", printed.check(case, papers, folded.issued))
    if contents is not None:
        yield from _posted(session, office, case, contents, rows, folded)
    if contents is not None and folded is not None and definition is not None:
        worked_out = recomputed.check(session, office, case, contents, folded, definition)
        yield from guarded(number, "case_contents", worked_out)


def _awaited(
    session: Session,
    case: Case,
    contents: Mapping[int, CaseContent] | None,
    folded: Folded,
    definition: Definition | None,
) -> Findings:
    timers = awaited.check_timers(session, case, folded, definition)
    yield from guarded(case.case_no, "case_timers", timers)
    if contents is not None:
        came = awaited.check_messages(session, case, contents, folded, definition)
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
    told = {said.digest: said.entry_id for said in folded.signed}
    yield from authority.check(history, case, rows, contents, told)


def _posted(
    session: Session,
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
    versions = Version.case_no == case.case_no
    readable = yield from _rows(session, case.case_no, Version, versions, Version.change_no)
    if readable is not None:
        checked = posted.check(session, case, present, folded)
        yield from guarded(case.case_no, "register_postings", checked)
    if rows is not None:
        checked = posted.check_guard(session, office, case, present, rows)
        yield from guarded(case.case_no, "sign_offs", checked)


def _rows(
    session: Session,
    case_no: str,
    model: type[unreadable.Row],
    where: ColumnElement[bool],
    named_by: InstrumentedAttribute[Any],
) -> Generator[Finding, None, list[unreadable.Row] | None]:
    """The rows, or None and the findings that say what of them can't be read."""
    found = unreadable.rows(session, model, where, named_by)
    if found is None:
        yield from unreadable.located(session, case_no, model, where, named_by)
    return found


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
