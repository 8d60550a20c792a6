"""Fills the demo office with cases, each by the real use cases: accepted, signed, some of them returned."""

import random
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Never

from sqlalchemy import select
from sqlalchemy.orm import Session
from tqdm import tqdm

from api import demo, demo_signers
from api.composition import Opened
from authz import passwords
from authz.accounts import Account
from authz.actors import Actor
from authz.passwords import PasswordProof
from database.clock import office_date
from database.refusals import Refusal
from engine import cases, handling, signing
from engine.applications import Application
from engine.handling import Handling
from engine.resolutions import MEETING_STEP, Resolution
from engine.sign_off_requests import SignOffRequest

TELLERS = ("T101", "T102", "T103")
SIGNERS: Mapping[str, Sequence[str]] = {
    "handler": ("B101",),
    "reviewer": ("R101", "R102"),
    "deputy_director": ("D101",),
    "director": ("Z101",),
    "city_approver": ("P001",),
    "city_head": ("H001",),
}
# Of ten sign-offs about one returns the case, and about one leaves it waiting.
RETURNED, LEFT = 0.06, 0.10


def fill(opened: Opened, count: int, seed: int) -> None:
    """Accept ``count`` cases and sign most of them; the same seed makes the same choices."""
    # Reproducible choices for a demo, nothing secret.
    choices = random.Random(seed)  # noqa: S311
    with opened.sessions.reading() as session:
        bodies = [
            body for found in demo.examples(opened.office.catalogue).values() for body in found
        ]
        proofs = {no: _proof(session, no) for posts in SIGNERS.values() for no in posts}
    bar: tqdm[Never] = tqdm(total=count, unit="case", file=sys.stderr, disable=None)
    accepted = refused = 0
    with bar:
        while accepted < count:
            body = choices.choice(bodies)
            try:
                _one(opened, choices, body, proofs)
                accepted += 1
                bar.update()
            except Refusal:
                # A person who has retired meanwhile can't again: another example takes the place.
                refused += 1
                if refused > 20 * count + 100:
                    raise
    sys.stdout.write(f"{accepted} cases accepted\n")


def _proof(session: Session, staff_no: str) -> PasswordProof:
    proof = passwords.check(session, staff_no, demo.PASSWORD)
    if proof is None:
        raise demo.OtherData(f"{staff_no} has no demo password")
    return proof


def _one(
    opened: Opened,
    choices: random.Random,
    body: Mapping[str, Any],
    proofs: Mapping[str, PasswordProof],
) -> None:
    said = {key: value for key, value in body.items() if key != "expect"}
    with opened.sessions.command() as session:
        teller = _actor(session, choices.choice(TELLERS))
        work = cases.accept(session, opened.office, teller, Application.model_validate(said))
        task = _next_task(work)
    while task is not None and choices.random() > LEFT:
        task_id, post = task
        staff_no = choices.choice(SIGNERS[post])
        with opened.sessions.command() as session:
            signer = _actor(session, staff_no)
            waiting, _ = signing.open_task(session, opened.office, signer, task_id)
            work = signing.sign(
                session,
                opened.office,
                signer,
                task_id,
                _request(choices, waiting),
                proof=proofs[staff_no],
            )
            task = _next_task(work)


def _next_task(work: Handling) -> tuple[str, str] | None:
    waiting = [task for task in work.tasks if task.step != "correct"]
    return (waiting[0].task_id, waiting[0].post) if waiting else None


def _request(choices: random.Random, work: Handling) -> SignOffRequest:
    returned = choices.random() < RETURNED
    today = office_date(work.now)
    meeting = Resolution(
        minutes_no=f"处务会议〔{today.year}〕{today:%m%d}号",
        date=today,
        attendees=["华振国", "严峻"],
        decision="同意",
    )
    heads = any(task.step == MEETING_STEP for task in work.tasks)
    return SignOffRequest(
        decision="return" if returned else "approve",
        opinion="材料不清，请重新扫描" if returned else "同意",
        reasons=["materials_unclear"] if returned else [],
        resolution=meeting if heads else None,
        seen=handling.seen(work),
    )


def _actor(session: Session, staff_no: str) -> Actor:
    found = select(Account.account_id).where(Account.staff_no == staff_no)
    return demo_signers.actor(session, session.execute(found).scalar_one())
