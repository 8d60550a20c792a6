"""What must hold of an office's rows after any act, whatever happened before: rows against the picture.

Each check names the invariants it holds (reliability's numbers). The rows are read as they stand, not
through the product's own readings.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.journal import GENESIS, JournalEntry
from engine.record import Case, CaseContent, CaseState, Task
from engine.signoffs import SignOff
from tests.office_model import FINAL, Known, Picture
from tests.office_people import STAFF

_GROWING = (
    "case_contents", "cases", "contribution_months", "documents", "entitlement_versions",
    "grant_revocations", "grants", "idempotency_keys", "journal", "ledger_lines",
    "register_postings", "register_versions", "relation_versions", "sign_offs", "tasks",
)  # fmt: skip
# Of a table that is its own key SQLite numbers no rows.
_LAST = dict.fromkeys(_GROWING, "coalesce(max(rowid), 0)") | {"register_postings": "count(*)"}
_EXTENT = text(
    "SELECT " + ", ".join(f"(SELECT {last} FROM {name})" for name, last in _LAST.items())  # noqa: S608
)
_LINES = text(
    "SELECT account, side, amount_cents, subject_id, month, memo FROM ledger_lines"
    " WHERE case_no = :no ORDER BY posting_no, line_no"
)
_CHANGES = text(
    "SELECT kind, person_id, employer_id, effective_from, after, before FROM register_versions"
    " WHERE case_no = :no ORDER BY posting_no, change_no"
)
_HEADERS = text("SELECT * FROM register_postings WHERE case_no = :no")


def extent(session: Session) -> Mapping[str, int]:
    """The last row of each table that only grows (SQLite's own row numbers)."""
    return dict(zip(_GROWING, session.execute(_EXTENT).one(), strict=True))


def check_case(session: Session, known: Known, accounts: Mapping[str, int]) -> None:
    """A case's rows are what the picture says."""
    case = session.execute(select(Case).where(Case.case_no == known.case_no)).scalar_one()
    content = session.get_one(CaseContent, (case.case_id, case.cycle))
    _check_standing(session, case, known, accounts)
    _check_sign_offs(session, case, content, known)
    _check_stream(session, case, known)
    _check_posted(session, case, content, known)


def _check_standing(
    session: Session, case: Case, known: Known, accounts: Mapping[str, int]
) -> None:
    """I5, I8, I21, I22: where it stands, what waits, on which definition."""
    stands = (case.status, case.cycle, case.risk_level, case.route, case.definition)
    assert stands == (known.status, known.cycle, known.level, known.route, known.definition)
    people = (case.accepted_by, case.handled_by)
    assert people == (accounts[known.accepted_by], accounts.get(known.handler or ""))
    waiting = session.execute(
        select(Task).where(Task.case_id == case.case_id, Task.closed_at.is_(None))
    ).scalars()
    holder = accounts.get(known.held_by or "")
    told = [(task.task_id, task.step, task.agency_code, task.claimed_by) for task in waiting]
    step = known.waiting
    assert told == ([(known.task_id, step, known.place(step), holder)] if step else [])
    assert (session.get(CaseState, case.case_id) is None) == (known.status in FINAL)


def _check_sign_offs(session: Session, case: Case, content: CaseContent, known: Known) -> None:
    """I7, I8, I9: who signed what in this cycle, different human beings, all over this content."""
    rows = list(
        session.execute(
            select(SignOff)
            .where(SignOff.case_id == case.case_id, SignOff.cycle == case.cycle)
            .order_by(SignOff.seq)
        ).scalars()
    )
    assert [(row.step, row.signer, row.decision) for row in rows] == known.signed
    persons = [STAFF[row.signer].person for row in rows]
    assert len(set(persons)) == len(persons), "one human being signed twice"
    assert known.applicant not in persons, "somebody signed his own case"
    later = [STAFF[row.signer].person for row in rows if row.step != "handle"]
    assert STAFF[known.accepted_by].person not in later, "who accepted it signed a later step"
    covered = (content.form_digest, content.materials_digest, content.posting_digest)
    for row in rows:
        assert (row.form_digest, row.materials_digest, row.posting_digest) == covered
        assert row.definition == known.definition


def _check_stream(session: Session, case: Case, known: Known) -> None:
    """I1, I14: gap-free, each naming the one before; what was there stays there; then it is kept."""
    rows = session.execute(
        select(JournalEntry.seq, JournalEntry.previous_digest, JournalEntry.digest)
        .where(JournalEntry.stream == known.case_no)
        .order_by(JournalEntry.seq)
    ).all()
    digests = [row.digest for row in rows]
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert [row.previous_digest for row in rows] == [GENESIS, *digests][:-1]
    assert digests[: len(known.entries)] == known.entries, "the journal's past changed"
    assert (case.journal_seq, case.journal_head) == (len(rows), digests[-1])
    known.entries = digests


def _check_posted(session: Session, case: Case, content: CaseContent, known: Known) -> None:
    """I10, I11, I12: posted if and only if completed, as signed, in balance, and never touched again."""
    of_case = {"no": known.case_no}
    headers = session.execute(_HEADERS, of_case).all()
    lines = session.execute(_LINES, of_case).all()
    changes = session.execute(_CHANGES, of_case).all()
    if case.status != "completed":
        assert (headers, lines, changes) == ([], [], [])
        return
    assert len(headers) == 1
    signed = content.posting
    assert [(line.account, line.side, line.amount_cents) for line in lines] == [
        (line["account"], line["side"], line["amount_cents"]) for line in signed["lines"]
    ]
    assert [change.kind for change in changes] == [change["kind"] for change in signed["changes"]]
    debit, credit = (
        sum(line.amount_cents for line in lines if line.side == side)
        for side in ("debit", "credit")
    )
    assert debit == credit
    assert all(type(line.amount_cents) is int for line in lines)
    written = hashlib.sha256(repr((headers, lines, changes)).encode()).hexdigest()
    assert known.posted in (None, written), "a posting changed"
    known.posted = written


def check_authority(session: Session, picture: Picture, known: Known) -> None:
    """I6, I24: the last sign-off of limited handling names a grant that covers it on this day."""
    row = session.execute(
        select(SignOff)
        .where(SignOff.case_no == known.case_no)
        .order_by(SignOff.seq.desc())
        .limit(1)
    ).scalar_one()
    if row.step == "handle" and row.risk_level == 1:
        assert row.grant in picture.handling_grants(row.signer, known)


def check_refusal(before: Mapping[str, int], after: Mapping[str, int], kept: bool) -> None:
    """I2, I5: a refused act leaves one entry in the journal, of somebody who may still act, and no more."""
    grown = {name: after[name] - rows for name, rows in before.items() if after[name] != rows}
    assert grown == ({"journal": 1} if kept else {})


def check_done(
    before: Mapping[str, int], after: Mapping[str, int], parts: Mapping[str, Any]
) -> None:
    """I2, I3: what was acknowledged is all there: its key, its entries, and these parts of it."""
    grown = {name: after[name] - rows for name, rows in before.items()}
    assert grown["idempotency_keys"] == 1
    for name, rows in parts.items():
        assert grown[name] == rows, f"{name} grew by {grown[name]}, not by {rows}"
