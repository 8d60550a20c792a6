"""A case's record entry by entry (签批链), each with what verification says of it and where it is sealed.

Nothing here believes what it shows: a row that can't be read stays out, and stands in the findings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.offices import accounts
from engine import case_parts, views
from engine.journal import JournalEntry
from engine.office import Office
from engine.record import Case, CaseContent
from engine.signoffs import SignOff
from oversight import seals, unreadable, verification
from oversight.auditing import scope
from oversight.findings import Finding
from oversight.seal_record import Seal
from oversight.unreadable import SPOILED

# How an entry stands: as it was written, not so, or after one that isn't.
GOOD, BROKEN, AFTER = "good", "broken", "after"


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry, the sign-off it tells of, and what is wrong with either.

    ``seal_no`` is the first seal that covers it, ``sealed`` whether it is what that seal covers; both
    None for what no seal covers yet.
    """

    journal: JournalEntry
    sign_off: SignOff | None
    findings: Sequence[Finding]
    state: str
    seal_no: int | None
    sealed: bool | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The whole record of a case as an auditor reads it.

    ``rest`` are findings about anything but its entries and sign-offs: status, contents, register.
    ``subject`` is the masked applicant, None where he can't be read.
    """

    case: Case
    subject: Mapping[str, object] | None
    entries: Sequence[Entry]
    findings: Sequence[Finding]
    rest: Sequence[Finding]
    signers: int
    names: Mapping[str, str] = field(default_factory=dict)
    seal: Seal | None = None

    @property
    def first_broken(self) -> int | None:
        """The number of the first entry that isn't as it was written."""
        return next((one.journal.seq for one in self.entries if one.state == BROKEN), None)


def of(session: Session, office: Office, actor: Actor, case_no: str) -> Timeline:
    """The record of a case, verified now. Raises Forbidden, CaseNotFound."""
    scope.of(session, actor)
    case = views.visible_case(session, actor, case_no)
    findings = verification.verify_case(session, office, case_no)
    where = JournalEntry.stream == case_no
    listed = unreadable.rows(session, JournalEntry, where, JournalEntry.seq) or []
    signed = unreadable.rows(session, SignOff, SignOff.case_id == case.case_id, SignOff.seq) or []
    by_row = _by_row(findings)
    entries = _entries(session, listed, signed, by_row)
    named = {f"journal#{one.journal.seq}" for one in entries}
    named |= {f"sign_offs#{one.sign_off.seq}" for one in entries if one.sign_off}
    staff = {entry.staff_no for entry in listed if entry.staff_no}
    return Timeline(
        case=case,
        subject=_subject(session, case),
        entries=entries,
        findings=findings,
        rest=[finding for finding in findings if finding.row not in named],
        signers=len({row.signer_person for row in signed}),
        names=accounts.names(session, staff),
        seal=_covering(session, listed[-1]) if listed else None,
    )


def _by_row(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.row, []).append(finding)
    return found


def _entries(
    session: Session,
    listed: Sequence[JournalEntry],
    signed: Sequence[SignOff],
    by_row: Mapping[str, list[Finding]],
) -> list[Entry]:
    """The entries in order. The n-th that tells of a sign-off tells of the n-th sign-off."""
    under = _seals(session, listed)
    waiting = iter(signed)
    made, broken = [], False
    for entry in listed:
        tells = isinstance(entry.detail, dict) and "sign_off" in entry.detail
        sign_off = next(waiting, None) if tells else None
        findings = [*by_row.get(f"journal#{entry.seq}", ())]
        if sign_off is not None:
            findings += by_row.get(f"sign_offs#{sign_off.seq}", ())
        seal = under.get(entry.entry_id)
        sealed = None if seal is None else _is_under(session, entry, seal)
        wrong = bool(findings) or sealed is False
        state = BROKEN if wrong else AFTER if broken else GOOD
        broken = broken or wrong
        made.append(
            Entry(entry, sign_off, findings, state, None if seal is None else seal.seal_no, sealed)
        )
    return made


def _seals(session: Session, listed: Sequence[JournalEntry]) -> dict[int, Seal]:
    """The first seal over each entry; entries that no seal covers are left out."""
    if not listed:
        return {}
    ids = [entry.entry_id for entry in listed]
    first = _covering(session, listed[0])
    if first is None:
        return {}
    asked = select(Seal).where(Seal.seal_no >= first.seal_no).order_by(Seal.seal_no)
    found: dict[int, Seal] = {}
    for seal in session.execute(asked).scalars():
        for entry_id in ids:
            if entry_id <= seal.last_entry_id:
                found.setdefault(entry_id, seal)
        if len(found) == len(ids):
            break
    return found


def _covering(session: Session, entry: JournalEntry) -> Seal | None:
    """The first seal over an entry."""
    asked = select(Seal).where(Seal.last_entry_id >= entry.entry_id).order_by(Seal.seal_no)
    return session.execute(asked.limit(1)).scalar_one_or_none()


def _is_under(session: Session, entry: JournalEntry, seal: Seal) -> bool:
    """Whether the entry as it stands now is what the seal covers."""
    try:
        return seals.includes(seals.inclusion(session, entry.entry_id, seal.seal_no))
    except SPOILED:
        return False


def _subject(session: Session, case: Case) -> Mapping[str, object] | None:
    try:
        asked = select(CaseContent).where(
            CaseContent.case_id == case.case_id, CaseContent.cycle == case.cycle
        )
        content = session.execute(asked).scalar_one_or_none()
        return None if content is None else case_parts.masked_applicant(content.applicant)
    except SPOILED:
        return None
