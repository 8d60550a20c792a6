"""Edits of cases, sign-offs, journal, contents and tasks, each with the finding that must name it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from engine import signoffs
from engine.archiving.manifests import ArchiveManifest
from engine.journal import JournalEntry
from engine.record import Case, CaseContent, CaseState, Task
from engine.signoffs import SignOff
from tests.book import Book, Edit


def set_case(name: str, **values: Any) -> Callable[[Session, Book], None]:
    def edit(session: Session, book: Book) -> None:
        session.execute(update(Case).where(Case.case_no == book.number(name)).values(values))

    return edit


def set_sign_off(name: str, seq: int, **values: Any) -> Callable[[Session, Book], None]:
    def edit(session: Session, book: Book) -> None:
        session.execute(
            update(SignOff)
            .where(SignOff.case_no == book.number(name), SignOff.seq == seq)
            .values(values)
        )

    return edit


def delete_sign_off(session: Session, book: Book) -> None:
    session.execute(
        delete(SignOff).where(SignOff.case_no == book.money, SignOff.seq == 4),
    )


def delete_the_last_sign_off(session: Session, book: Book) -> None:
    session.execute(delete(SignOff).where(SignOff.case_no == book.waiting, SignOff.seq == 2))


def forge_sign_off(session: Session, book: Book) -> None:
    """A copy of the reviewer's sign-off under the deputy's step, with a digest of its own."""
    row = session.execute(
        select(SignOff.__table__).where(SignOff.case_no == book.waiting, SignOff.seq == 2)
    ).one()
    forged = {**row._mapping, "seq": 3, "step": "endorse", "signer_person": row.signer_person + 1}
    forged.pop("sign_off_id")
    forged["previous_digest"] = row.digest
    forged["digest"] = signoffs.record_digest(forged)
    session.execute(insert(SignOff), [forged])


def swap_journal_entries(session: Session, book: Book) -> None:
    mine = JournalEntry.stream == book.waiting
    for old, new in ((2, 900), (3, 2), (900, 3)):
        session.execute(update(JournalEntry).where(mine, JournalEntry.seq == old).values(seq=new))


def cut_the_journal(session: Session, book: Book) -> None:
    mine = JournalEntry.stream == book.money
    last = session.execute(
        select(JournalEntry.seq).where(mine).order_by(JournalEntry.seq.desc()).limit(1)
    ).scalar_one()
    session.execute(delete(JournalEntry).where(mine, JournalEntry.seq == last))


def set_journal(**values: Any) -> Callable[[Session, Book], None]:
    def edit(session: Session, book: Book) -> None:
        mine = JournalEntry.stream == book.money
        session.execute(
            update(JournalEntry).where(mine, JournalEntry.seq == 2).values(values),
        )

    return edit


def edit_form(session: Session, book: Book) -> None:
    mine = CaseContent.case_id == book.case_id(session, "money")
    form = session.execute(select(CaseContent.form).where(mine, CaseContent.cycle == 2))
    said = {**form.scalar_one(), "amount_cents": 999}
    session.execute(update(CaseContent).where(mine, CaseContent.cycle == 2).values(form=said))


def edit_posting(session: Session, book: Book) -> None:
    mine = CaseContent.case_id == book.case_id(session, "waiting")
    stored = session.execute(select(CaseContent.posting).where(mine)).scalar_one()
    stored["changes"][0]["after"]["monthly_cents"] = 99_999_00
    session.execute(update(CaseContent).where(mine).values(posting=stored))


def edit_facts(session: Session, book: Book) -> None:
    mine = CaseContent.case_id == book.case_id(session, "money")
    session.execute(update(CaseContent).where(mine).values(facts={"amount_cents": 1}))


def set_task(**values: Any) -> Callable[[Session, Book], None]:
    def edit(session: Session, book: Book) -> None:
        mine = Task.case_id == book.case_id(session, "waiting")
        session.execute(update(Task).where(mine, Task.closed_at.is_(None)).values(values))

    return edit


def close_task(session: Session, book: Book) -> None:
    mine = Task.case_id == book.case_id(session, "waiting")
    session.execute(update(Task).where(mine).values(closed_at=Task.opened_at))


def edit_state(session: Session, book: Book) -> None:
    mine = CaseState.case_id == book.case_id(session, "waiting")
    session.execute(update(CaseState).where(mine).values(state=b'{"token": "conclude"}'))


def drop_state(session: Session, book: Book) -> None:
    session.execute(
        delete(CaseState).where(CaseState.case_id == book.case_id(session, "waiting")),
    )


def drop_manifest(session: Session, book: Book) -> None:
    mine = ArchiveManifest.case_id == book.case_id(session, "money")
    session.execute(delete(ArchiveManifest).where(mine))


def set_manifest(name: str, **values: Any) -> Callable[[Session, Book], None]:
    def edit(session: Session, book: Book) -> None:
        mine = ArchiveManifest.case_id == book.case_id(session, name)
        session.execute(update(ArchiveManifest).where(mine).values(values))

    return edit


EDITS = {
    "flip a decision": Edit(
        set_sign_off("money", 2, decision="approve"), "money", "sign_offs#2", "digest"
    ),
    "move a sign-off to another step": Edit(
        set_sign_off("waiting", 2, step="endorse"), "waiting", "sign_offs#2", "step"
    ),
    "sign for another": Edit(
        set_sign_off("waiting", 2, signer="R102"), "waiting", "sign_offs#2", "signer"
    ),
    "edit an opinion": Edit(
        set_sign_off("money", 5, opinion="不同意"), "money", "sign_offs#5", "opinion"
    ),
    "add a resolution": Edit(
        set_sign_off("benefit", 4, resolution={"minutes_no": "1"}),
        "benefit",
        "sign_offs#4",
        "resolution",
    ),
    "backdate a sign-off": Edit(
        set_sign_off("money", 5, policy_epoch=1), "money", "sign_offs#5", "digest"
    ),
    "delete a sign-off": Edit(delete_sign_off, "money", "sign_offs#5", "seq"),
    "delete the last sign-off": Edit(delete_the_last_sign_off, "waiting", "journal#", "sign_off"),
    "forge a sign-off": Edit(forge_sign_off, "waiting", "sign_offs#3", "digest"),
    "swap two journal entries": Edit(swap_journal_entries, "waiting", "journal#2", "digest"),
    "cut the journal's end": Edit(cut_the_journal, "money", "cases", "journal_seq"),
    "edit a journal entry": Edit(set_journal(staff_no="T103"), "money", "journal#2", "digest"),
    "a journal entry of another shape": Edit(
        set_journal(detail=[1]), "money", "journal#2", "digest"
    ),
    "a float in a journal entry": Edit(
        set_journal(detail={"cycle": 1.5}), "money", "journal#2", "detail"
    ),
    "complete an open case": Edit(
        set_case("waiting", status="completed"), "waiting", "cases", "status"
    ),
    "reopen a completed case": Edit(
        set_case("money", status="in_progress"), "money", "cases", "status"
    ),
    "lower the level": Edit(
        set_case("waiting", risk_level=3, route=""), "waiting", "cases", "risk_level"
    ),
    "lower the level of a completed case": Edit(
        set_case("money", risk_level=3, route=""), "money", "cases", "risk_level"
    ),
    "change the route": Edit(set_case("money", route="city"), "money", "cases", "route"),
    "no meeting is required": Edit(
        set_case("benefit", meeting_required=True), "benefit", "cases", "meeting_required"
    ),
    "another agency's case": Edit(
        set_case("money", agency_code="990102"), "money", "cases", "agency_code"
    ),
    "another definition": Edit(
        set_case("money", definition="0" * 64), "money", "cases", "definition"
    ),
    "another risk table": Edit(
        set_case("money", risk_table="0" * 64), "money", "cases", "risk_table"
    ),
    "drop a manifest": Edit(drop_manifest, "money", "archive_manifests", ""),
    "a piece out of a manifest": Edit(
        set_manifest("other", pieces=[]), "other", "archive_manifests", "pieces"
    ),
    "keep a file for a shorter time": Edit(
        set_manifest("benefit", retention_years=10), "benefit", "archive_manifests", "digest"
    ),
    "another manifest's digest": Edit(
        set_manifest("paper", digest="0" * 64), "paper", "archive_manifests", "digest"
    ),
    "edit the form": Edit(edit_form, "money", "case_contents#2", "form.amount_cents"),
    "edit the posting": Edit(edit_posting, "waiting", "case_contents#1", "posting_digest"),
    "edit the facts": Edit(edit_facts, "money", "case_contents#2", "posting_digest"),
    "another post's task": Edit(set_task(post="teller"), "waiting", "tasks#", "post"),
    "another agency's task": Edit(
        set_task(agency_code="990102"), "waiting", "tasks#", "agency_code"
    ),
    "another step's task": Edit(set_task(step="conclude"), "waiting", "tasks", "step"),
    "a task nobody claimed": Edit(set_task(claimed_by=None), "waiting", "tasks#", "claimed_by"),
    "a task told first": Edit(set_task(in_turn=False), "waiting", "tasks#", "in_turn"),
    "a task of another level": Edit(set_task(risk_level=2), "waiting", "tasks#", "risk_level"),
    "a task that stands still": Edit(set_task(stopped=True), "waiting", "tasks#", "stopped"),
    "a task that nothing runs for": Edit(set_task(halted=True), "waiting", "tasks#", "halted"),
    "a case that goes first": Edit(
        set_case("waiting", in_turn=False), "waiting", "cases", "in_turn"
    ),
    "close a task": Edit(close_task, "waiting", "tasks", "step"),
    "edit a state": Edit(edit_state, "waiting", "case_states", "mac"),
    "drop a state": Edit(drop_state, "waiting", "case_states", "case_id"),
}
