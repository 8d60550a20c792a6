"""What an office must have kept when it comes back: what it answered, each act once, and nothing else."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.idempotency import IdempotencyKey
from authz.offices.accounts import Account
from engine import covered
from engine.office import Office
from engine.record import Case, CaseContent, Task
from engine.scans import files
from engine.scans.files import StoredFile
from engine.signoffs import SignOff
from register.ledger import RegisterPosting
from tests.wire import Act

CHANGES = ("accept", "sign", "correct", "withdraw")


def check(session: Session, office: Office, acts: Sequence[Act]) -> None:
    """Compare the rows of an office with everything that was ever asked of it and happened."""
    done = [act for act in acts if act.done]
    _check_keys(session, done)
    _check_cases(session, [act for act in done if act.kind in CHANGES])
    assert _signed(session) == _signed_as_told(done)
    claimed = select(Task.task_id, Account.staff_no).join(
        Account, Account.account_id == Task.claimed_by
    )
    assert _pairs(session.execute(claimed)) == sorted(
        (act.case["waiting"][0]["task_id"], act.staff_no) for act in done if act.kind == "claim"
    )
    _check_files(session, office, [act for act in done if act.kind == "upload"])


def seen_as_told(acts: Iterable[Act]) -> dict[str, set[str]]:
    """By case number every state in which an answer showed the case, as its digest."""
    told: dict[str, set[str]] = defaultdict(set)
    for act in acts:
        if act.answer is not None and act.done and act.case_no and act.kind in CHANGES:
            told[act.case_no].add(act.answer.json["seen"])
    return told


def _check_keys(session: Session, done: Sequence[Act]) -> None:
    """A key is kept for each act that happened, with its answer, and for no other."""
    kept = session.execute(
        select(
            Account.staff_no, IdempotencyKey.key, IdempotencyKey.status, IdempotencyKey.body
        ).join(IdempotencyKey, IdempotencyKey.account_id == Account.account_id)
    )
    told = {(act.staff_no, act.key): act.answer for act in done}
    found = {(row.staff_no, row.key): (row.status, (row.body or "").encode()) for row in kept}
    assert found == {
        key: (answer.status, answer.content) for key, answer in told.items() if answer is not None
    }


def _check_cases(session: Session, done: Sequence[Act]) -> None:
    """One case an accepted key; each changed once an act, standing as somebody was told."""
    rows = session.execute(
        select(Case, CaseContent).join(
            CaseContent,
            (CaseContent.case_id == Case.case_id) & (CaseContent.cycle == Case.cycle),
        )
    ).all()
    accepted = sorted(act.case_no or "" for act in done if act.kind == "accept")
    assert sorted(case.case_no for case, _ in rows) == accepted
    changes = Counter(act.case_no for act in done)
    assert {case.case_no: case.sequence for case, _ in rows} == changes
    told = seen_as_told(done)
    for case, content in rows:
        assert covered.seen_digest(case, content) in told[case.case_no]
    # The demo's own balances were opened without a case.
    by_cases = ~RegisterPosting.case_no.startswith("OPENING-")
    posted = session.execute(select(RegisterPosting.case_no).where(by_cases)).scalars()
    completed = sorted(case.case_no for case, _ in rows if case.status == "completed")
    assert sorted(posted) == completed


def _signed(session: Session) -> Counter[tuple[str, str, str, str]]:
    rows = session.execute(select(SignOff.case_no, SignOff.step, SignOff.signer, SignOff.decision))
    return Counter((row.case_no, row.step, row.signer, row.decision) for row in rows)


def _signed_as_told(done: Iterable[Act]) -> Counter[tuple[str, str, str, str]]:
    """Tellers handle what they accept or correct; a register that changed meanwhile takes no sign-off."""
    told: Counter[tuple[str, str, str, str]] = Counter()
    for act in done:
        if act.answer is None or act.case_no is None:
            continue
        if act.kind in ("accept", "correct"):
            told[act.case_no, "handle", act.staff_no, "approve"] += 1
        elif act.kind == "sign":
            decided = act.answer.json.get("decided", {})
            if decided.get("reasons") == ["register_changed"]:
                continue
            step = act.case["waiting"][0]["step"]
            decision = decided.get("decision", "approve")
            told[act.case_no, step, act.staff_no, decision] += 1
    return told


def _check_files(session: Session, office: Office, done: Sequence[Act]) -> None:
    """A scan whose row is there is whole on the disk."""
    told = {act.answer.json["file"] for act in done if act.answer is not None}
    rows = session.execute(select(StoredFile.digest, StoredFile.agency_code)).all()
    assert {row.digest for row in rows} == told
    for row in rows:
        files.read(session, [row.agency_code], row.digest, office.scans)


def _pairs(rows: Iterable[Any]) -> list[tuple[str, str]]:
    return sorted((str(first), str(second)) for first, second in rows)
