"""What happened to a case since somebody read it, told from the digest of what he saw.

That digest says nothing by itself; but the states a case has stood in can be digested again, and the one that
fits is the one that was seen. Where none does, the digest is no state of this case.
"""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import digest
from engine import signoffs
from engine.journal import JournalEntry
from engine.paperwork.document_contents import office_time
from engine.record import OPEN_STATUSES, Case, CaseContent
from engine.signoffs import GENESIS, SignOff

# What people do about a case without changing what its signers see.
_QUIET = ("claimed", "released", "transferred", "denied", "scan_added")


def happened(session: Session, case: Case, seen: str) -> str | None:
    """Who did what since (``review R101 2026-11-02 10:15``); None where ``seen`` is no state of the case."""
    rows = signoffs.all_of(session, case.case_id)
    entries = list(
        session.execute(
            select(JournalEntry)
            .where(JournalEntry.stream == case.case_no)
            .order_by(JournalEntry.seq)
        ).scalars()
    )
    contents = session.execute(select(CaseContent).where(CaseContent.case_id == case.case_id))
    for content in contents.scalars():
        for last, state in _states(case, content, rows):
            if digest.digest("seen", state) == seen:
                return _since(entries, content.cycle, last)
    return None


def _states(
    case: Case, content: CaseContent, rows: list[SignOff]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Every state the case may have stood in during one cycle, with the last sign-off there was then."""
    before = [GENESIS, *(row.digest for row in rows if row.cycle <= content.cycle)]
    classes = {(row.risk_level, row.route) for row in rows} | {(case.risk_level, case.route)}
    for last in before:
        for level, route in classes:
            for status in OPEN_STATUSES:
                yield (
                    last,
                    {
                        "case_no": case.case_no,
                        "cycle": content.cycle,
                        "form": content.form_digest,
                        "materials": content.materials_digest,
                        "posting": content.posting_digest,
                        "definition": case.definition,
                        "risk_level": level,
                        "route": route,
                        "last_sign_off": last,
                        "status": status,
                    },
                )


def _since(entries: list[JournalEntry], cycle: int, last: str) -> str:
    """The entries after the state that had this last sign-off in this cycle, by people, in order."""
    seen = max(
        entry.seq
        for entry in entries
        if entry.detail.get("sign_off") == last
        or (
            entry.action in ("accepted", "correct", "message")
            and entry.detail.get("cycle") == cycle
        )
    )
    return "; ".join(
        f"{entry.action} {entry.staff_no} {office_time(entry.at)}"
        for entry in entries
        if entry.seq > seen and entry.staff_no is not None and entry.action not in _QUIET
    )
