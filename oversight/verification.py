"""Recomputes a case, or the whole office, from its record: what was signed is what stands there.

Believes nothing stored. An open case whose posting would come out differently today is no finding:
what posts is what was signed, and the register may move on before the last signature. A consistent
rewrite of every row, and the cut end of an agency's own stream, are seen only against a seal that left
the database (``oversight/seal_checks.py``).
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from authz import agencies, signing_keys
from database import clock
from engine import risk, risk_history
from engine.definitions import Definition
from engine.documents import IssuedDocument
from engine.journal import JournalEntry
from engine.office import Office
from engine.record import Case, CaseContent
from engine.risk_history import RegisteredRiskTable
from engine.signoffs import SignOff
from engine.verdicts import ProofVerdict
from oversight import (
    before_signing,
    chains,
    content,
    folding,
    ledger,
    office_rows,
    posted,
    printed,
    seal_checks,
    signatures,
    signed_scans,
    standing,
    streams,
    unreadable,
)
from oversight.auditing import inspection_checks
from oversight.findings import Finding, Findings, differs
from oversight.folding import Folded
from oversight.unreadable import SPOILED, guarded
from register.subjects import Version

PAGE = 200


def verify_case(session: Session, office: Office, case_no: str) -> list[Finding]:
    """Everything that does not hold in one case; empty when all does."""
    case_id = session.execute(select(Case.case_id).where(Case.case_no == case_no)).scalar_one()
    return list(_case_findings(session, office, case_id))


def verify_office(
    session: Session,
    office: Office,
    *,
    entries_read: Callable[[int], None] = lambda _read: None,
    progress: Callable[[], None] = lambda: None,
    since_seal: int | None = None,
) -> Iterator[Finding]:
    """Every finding of every case, of the office's own streams, of the seals and of the whole register.

    The journal is read under its seals first (``entries_read``, a page at a time), then case after case.
    With ``since_seal`` only streams to which entries were added after that seal are gone through; that
    what it covers still gives its root is checked all the same. An edited row of a case that nothing was
    added to is then not seen: only its journal is under the seal. Raises SealNotFound.
    """
    yield from seal_checks.check(session, progress=entries_read)
    touched = streams.touched(session, since_seal)
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
            yield from _case_findings(session, office, case_id)
            session.expunge_all()
            progress()
        last = page[-1].case_id
    known = agencies.codes(session)
    for stream in sorted(touched):
        if stream not in known:
            yield Finding(stream, "journal", "stream", "journal.no_case", stream, None)
        yield from streams.check(session, stream)
        session.expunge_all()
    yield from _risk_tables(session)
    yield from _verdicts(session, office)
    yield from printed.strays(session)
    yield from guarded("", "office", office_rows.check(session))
    yield from guarded("", "samples", inspection_checks.check(session))
    yield from ledger.check(session)


def _risk_tables(session: Session) -> Findings:
    yield from guarded("", "risk_tables", _risk_tables_noted(session))
    for stored in session.execute(select(RegisteredRiskTable)).scalars():
        row = f"risk_tables#{stored.digest[:12]}"
        try:
            recomputed = risk.parse(stored.content, "risk_tables").digest
        except SPOILED:
            recomputed = None
        yield from differs("", row, "content", "risk_table.altered", (stored.digest, recomputed))


def _risk_tables_noted(session: Session) -> Findings:
    """Each table took effect when the journal says, and each that the journal names is there."""
    entries = select(JournalEntry.detail).where(JournalEntry.action == risk_history.TOOK_EFFECT)
    told = {
        said["risk_table"]: said["took_effect_at"] for said in session.execute(entries).scalars()
    }
    for digest, at in session.execute(
        select(RegisteredRiskTable.digest, RegisteredRiskTable.took_effect_at)
    ):
        pair = (clock.moment_text(at), told.pop(digest, None))
        row = f"risk_tables#{digest[:12]}"
        yield from differs("", row, "took_effect_at", "risk_table.noted", pair)
    for digest in told:
        yield Finding("", f"risk_tables#{digest[:12]}", "digest", "risk_table.missing")


def _verdicts(session: Session, office: Office) -> Findings:
    """A kept verdict over what is deployed is what the proof says of it now."""
    kept = select(ProofVerdict).where(ProofVerdict.risk_table == office.risk.digest)
    for stored in session.execute(kept).scalars():
        said = office.verdicts.get(stored.definition)
        if said is not None and said["rules"] == stored.rules:
            row = f"proof_verdicts#{stored.process}"
            pair = (stored.verdict, said["verdict"])
            yield from differs("", row, "verdict", "proof.altered", pair)


def _case_findings(session: Session, office: Office, case_id: int) -> Findings:
    this = Case.case_id == case_id
    found = unreadable.rows(session, Case, this, Case.case_id)
    case_no = session.execute(select(Case.case_no).where(this)).scalar_one()
    if not found:
        yield from unreadable.located(session, case_no, Case, this, Case.case_no)
        return
    yield from guarded(case_no, "cases", _checked(session, office, found[0]))


def _checked(session: Session, office: Office, case: Case) -> Findings:
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
    definition = yield from _definition(office, case)
    if contents is not None:
        checked = content.check(session, case, contents, folded, definition)
        yield from guarded(number, "case_contents", checked)
    if rows is not None:
        keys = signing_keys.public_keys(session, {row.key_id for row in rows})
        yield from guarded(number, "sign_offs", signatures.check(case, rows, contents, keys))
    if folded is not None:
        yield from guarded(number, "cases", standing.check(session, case, folded))
    if folded is not None and rows is not None:
        yield from signatures.check_journalled(case, rows, folded.signed)
        preceded = before_signing.check(session, case, rows, folded.signed)
        yield from guarded(number, "openings", preceded)
    if folded is not None:
        yield from guarded(number, "signed_scans", signed_scans.check(session, case, folded.scans))
    if folded is not None and papers is not None:
        yield from guarded(number, "documents", printed.check(case, papers, folded.issued))
    if contents is not None:
        yield from _posted(session, office, case, contents, rows, folded)


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


def _definition(office: Office, case: Case) -> Generator[Finding, None, Definition | None]:
    try:
        return office.catalogue.at(case.definition)
    except SPOILED:
        yield Finding(case.case_no, "cases", "definition", "definition.gone", case.definition)
        return None
