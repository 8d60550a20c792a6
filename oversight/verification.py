"""Recomputes a case, or the whole office, from its record: what was signed is what stands there.

Believes nothing stored. An open case whose posting would come out differently today is no finding:
what posts is what was signed, and the register may move on before the last signature. Nor is a version of a
process whose code is gone: the posting is then compared with the signed one only, and that is ``noted``.
A consistent rewrite of every row, and the cut end of an agency's own stream, are seen only against a seal
that left the database (``oversight/seal_checks.py``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from authz.offices import agencies
from engine.office import Office
from engine.record import Case
from engine.signoffs import SignOff
from engine.timing.clock_order_record import ClockOrder
from oversight import (
    authority_history,
    case_check,
    case_pages,
    corrected,
    erased,
    granted,
    key_rows,
    ledger,
    meetings,
    office_rows,
    paper_blocks,
    payments,
    printed,
    registered_rules,
    rule_rows,
    rules_in_effect,
    seal_checks,
    streams,
    windows,
)
from oversight.auditing import inspection_checks
from oversight.authority_history import History
from oversight.findings import Finding
from oversight.known import Known
from oversight.unreadable import SPOILED, guarded


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
    # Whoever may enter a right here sits here or above; a deputy may have his account elsewhere.
    signers = union(
        *(select(row.agency_code).where(row.case_id == case_id) for row in (SignOff, ClockOrder))
    )

    def codes() -> set[str]:
        return {*agencies.lineage(session, agency), *session.execute(signers).scalars()}

    history, cases = history_of(session, codes), {case_id: case_no}
    told = case_check.findings(session, office, cases, Known(session), history, noted)
    return list(chain.from_iterable(told))


def verify_office(
    session: Session,
    office: Office,
    *,
    entries_read: Callable[[int], None] = lambda _read: None,
    progress: Callable[[], None] = lambda: None,
    since_seal: int | None = None,
    noted: Callable[[Finding], None] = lambda _note: None,
    by_case: Iterable[Finding] | None = None,
) -> Iterator[Finding]:
    """Every finding of every case, of the office's own streams, of the seals and of the whole register.

    The journal is read under its seals first (``entries_read``, a page at a time), then case after case.
    With ``since_seal`` only streams to which entries were added after that seal are gone through; that
    what it covers still gives its root is checked all the same. An edited row of a case that nothing was
    added to is then not seen: only its journal is under the seal. ``noted`` as in ``verify_case``. Where
    others go through the cases (``oversight.shares``), ``by_case`` is what they find. Raises SealNotFound.
    """
    yield from seal_checks.check(session, progress=entries_read)
    touched = streams.touched(session, since_seal)
    if by_case is not None:
        yield from by_case
        touched -= streams.of_cases(session, touched)
    if by_case is None:
        only = None if since_seal is None else frozenset(touched)
        for case_no, found in _by_case(session, office, only, noted):
            touched.discard(case_no)
            yield from found
            progress()
    known = agencies.codes(session)
    for stream in sorted(touched):
        if stream not in known:
            yield Finding(stream, "journal", "stream", "journal.no_case", stream, None)
        yield from streams.check(session, stream)
        session.expunge_all()
    yield from rules_in_effect.check(session)
    yield from rule_rows.check(session, office)
    yield from guarded("", "rule_versions", registered_rules.check(session))
    yield from printed.strays(session)
    yield from guarded("", corrected.NAME, corrected.strays(session))
    yield from guarded("", "window_refusals", printed.of_window_refusals(session))
    yield from guarded("", "office", office_rows.check(session))
    yield from guarded("", "erasures", erased.check(session))
    yield from guarded("", "grants", granted.check(session))
    yield from guarded("", "keys", key_rows.check(session))
    yield from guarded("", "meetings", meetings.check(session))
    yield from guarded("", "paper_blocks", paper_blocks.check(session))
    yield from guarded("", "open_windows", windows.check(session))
    yield from guarded("", "samples", inspection_checks.check(session))
    yield from ledger.check(session)
    yield from guarded("", "payables", payments.check(session))


def _by_case(
    session: Session,
    office: Office,
    only: Collection[str] | None,
    noted: Callable[[Finding], None],
) -> Iterator[tuple[str, Iterable[Finding]]]:
    """The findings of each case by its number: none of those that are not among ``only``."""
    known, history = Known(session), history_of(session, lambda: agencies.codes(session))
    for page in case_pages.all_cases(session):
        cases = {id_: no for id_, no in page.items() if only is None or no in only}
        told = case_check.findings(session, office, cases, known, history, noted)
        yield from ((case_no, ()) for case_no in set(page.values()) - set(cases.values()))
        yield from zip(cases.values(), told, strict=True)


def history_of(session: Session, codes: Callable[[], Collection[str]]) -> History | None:
    """What was noted of rights in the streams of these agencies; None where it can't be read."""
    try:
        return authority_history.load(session, codes())
    except SPOILED:
        return None
