"""Two nodes in processes of their own: on the one people sign, on the other their rights come and go."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import composition
from api.composition import Opened
from api.demonstration import demo, demo_signers
from api.settings import Settings
from authz import epoch
from authz.absence import stand_ins
from authz.absence.absence_record import Leave, LeaveEnd
from authz.absence.leaves import LeaveEntry
from authz.absence.stand_in_entry import StandInEntry
from authz.absence.stand_in_record import StandIn, StandInEnd
from authz.actors import Actor
from authz.granting import grants
from authz.granting.grant_entry import GrantEntry
from authz.granting.grant_record import Grant, GrantRevocation
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.personnel.staff_entry import AppointmentEntry
from database import clock
from database.refusals import Refusal
from engine import cases, covered, handling, office_record, signing
from engine.applications import Application
from engine.journal import JournalEntry
from engine.people import leaves, staff
from engine.sign_off_requests import SignOffRequest
from engine.signoffs import SignOff
from tests import granting, office_people
from tests.office_setting import Setting
from tests.racing_node import MovedClock

AGENCY, SUPERVISOR, TELLER = "990101", "S101", "T101"
REVIEWERS, DEPUTIES = ("R101", "R102"), ("T102", "T103")
DONE = "done"
INSTANT, LIMITED = "payment_account_change", "account_adjustment"
# Only whoever may sign takes a task; more attempts than these at one tell nothing new.
ATTEMPTS_A_CASE = 4


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one attempt, between the journal's last entry before and after it."""

    staff_no: str
    step: str
    case_no: str
    before: int
    after: int
    said: str


def run(
    settings: Settings,
    behind: timedelta,
    accounts: Mapping[str, int],
    seed: str,
    parent: Connection,
) -> None:
    """Open an office, wait for the number of acts, do them, and tell what came of those that signed."""
    opened = composition.open_office(settings, MovedClock(behind))
    parent.send("ready")
    signs, count = parent.recv()
    choices = random.Random(seed)
    found = []
    if signs:
        found = _signings(opened, accounts, choices, count)
    else:
        _changes(opened, accounts, choices, count)
    parent.send(found)
    opened.sessions.engine.dispose()


def _signings(
    opened: Opened, accounts: Mapping[str, int], choices: random.Random, count: int
) -> list[Told]:
    listed = demo.examples(opened.office.catalogue)
    found: list[Told] = []
    while len(found) < count:
        body = Setting._body(opened.office, choices.choice(listed[INSTANT]))
        with opened.sessions.command() as session:
            teller = demo_signers.actor(session, accounts[TELLER])
            number = cases.accept(session, opened.office, teller, Application(**body)).case.case_no
        for _ in range(ATTEMPTS_A_CASE):
            who = choices.choice((*REVIEWERS, *DEPUTIES))
            found.append(_attempt(opened, accounts[who], who, "review", number))
            if found[-1].said == DONE:
                break
        if choices.random() < 0.3:
            body = Setting._body(opened.office, choices.choice(listed[LIMITED]))
            found.append(_accept(opened, accounts["T102"], body))
    return found


def _attempt(opened: Opened, account_id: int, staff_no: str, step: str, number: str) -> Told:
    before, said = _last(opened), DONE
    try:
        with opened.sessions.command() as session:
            actor = demo_signers.actor(session, account_id)
            work = handling.open_case(session, opened.office, actor, number)
            given = SignOffRequest(decision="approve", seen=covered.seen(work))
            task = work.tasks[0].task_id
            proof = office_people.proof(account_id)
            signing.sign(session, opened.office, actor, task, given, proof=proof)
    except Refusal as refused:
        said = refused.rule
    return Told(staff_no, step, number, before, _last(opened), said)


def _accept(opened: Opened, account_id: int, body: dict[str, Any]) -> Told:
    """A teller accepts limited business: he handles it in the same request while a grant lets him."""
    before = _last(opened)
    with opened.sessions.command() as session:
        actor = demo_signers.actor(session, account_id)
        work = cases.accept(session, opened.office, actor, Application(**body))
        number = work.case.case_no
    with opened.sessions.reading() as session:
        handled = select(SignOff.sign_off_id).where(SignOff.case_no == number)
        said = "grant" if session.execute(handled).first() is None else DONE
    return Told("T102", "handle", number, before, _last(opened), said)


def _last(opened: Opened) -> int:
    with opened.sessions.reading() as session:
        return session.execute(select(func.max(JournalEntry.entry_id))).scalar_one()


Change = Callable[[Session, Opened, Actor, random.Random], None]


def _changes(
    opened: Opened, accounts: Mapping[str, int], choices: random.Random, count: int
) -> None:
    """So many random changes of rights, each in a transaction of its own."""
    # Who is dismissed is soon appointed again, so that most refusals have other reasons.
    again = [_appoint, _appoint, _appoint]
    done: list[Change] = [_leave, _back, _pair, _unpair, _dismiss, *again, _revoke, _grant]
    for _ in range(count):
        with opened.sessions.command() as session:
            epoch.hold_alone(session)
            actor = demo_signers.actor(session, accounts[SUPERVISOR])
            choices.choice(done)(session, opened, actor, choices)


def _leave(session: Session, _opened: Opened, actor: Actor, choices: random.Random) -> None:
    today = clock.today(session)
    whose = choices.choice((*REVIEWERS, "T103"))
    entry = LeaveEntry(
        staff_no=whose, kind="annual", since=today, until=today, permitted_by="主任批准"
    )
    leaves.enter(session, actor, entry)


def _back(session: Session, _opened: Opened, actor: Actor, choices: random.Random) -> None:
    open_ones = select(Leave.leave_id).where(Leave.leave_id.not_in(select(LeaveEnd.leave_id)))
    if listed := session.execute(open_ones).scalars().all():
        leaves.end(session, actor, choices.choice(listed))


def _pair(session: Session, _opened: Opened, actor: Actor, choices: random.Random) -> None:
    today = clock.today(session)
    absent = choices.choice(REVIEWERS)
    held = select(PostHolding.holding_id).where(
        PostHolding.account_id == _account(session, absent), PostHolding.revoked_at.is_(None)
    )
    if session.execute(held).first() is None:
        return
    said = {"absent": absent, "deputy": choices.choice(DEPUTIES), "post": "reviewer"}
    entry = StandInEntry(
        **said, since=today, until=today, reason="AB角", only_when_absent=choices.random() < 0.7
    )
    made = stand_ins.register(session, actor, entry)
    office_record.note(session, AGENCY, "stand_in_registered", [made], actor=actor)


def _unpair(session: Session, _opened: Opened, actor: Actor, choices: random.Random) -> None:
    ended = select(StandInEnd.stand_in_id)
    open_ones = select(StandIn.stand_in_id).where(StandIn.stand_in_id.not_in(ended))
    if listed := session.execute(open_ones).scalars().all():
        _, made = stand_ins.end(session, actor, choices.choice(listed))
        office_record.note(session, AGENCY, "stand_in_ended", [made], actor=actor)


def _dismiss(session: Session, _opened: Opened, actor: Actor, choices: random.Random) -> None:
    held = select(PostHolding.holding_id).where(
        PostHolding.account_id == _account(session, choices.choice(REVIEWERS)),
        PostHolding.revoked_at.is_(None),
    )
    if listed := session.execute(held).scalars().all():
        staff.dismiss(session, actor, listed[0])


def _appoint(session: Session, _opened: Opened, actor: Actor, choices: random.Random) -> None:
    entry = AppointmentEntry(
        staff_no=choices.choice(REVIEWERS),
        post="reviewer",
        since=clock.today(session),
        basis="任命〔2026〕8号",
    )
    staff.appoint(session, actor, entry)


def _revoke(session: Session, _opened: Opened, actor: Actor, _choices: random.Random) -> None:
    revoked = select(GrantRevocation.grant_id)
    standing = select(Grant.grant_id).where(
        Grant.agency_code == AGENCY, Grant.grant_id.not_in(revoked)
    )
    for grant_id in session.execute(standing).scalars().all():
        made = grants.revoke(session, actor, grant_id, "岗位调整")
        office_record.note(session, AGENCY, "grant_revoked", [made], actor=actor)


def _grant(session: Session, opened: Opened, actor: Actor, _choices: random.Random) -> None:
    entry = GrantEntry(
        post="teller",
        agency=AGENCY,
        process=LIMITED,
        valid_from=clock.today(session),
        basis="授权书〔2026〕3号",
    )
    granting.entered(session, opened.office, actor, entry)


def _account(session: Session, staff_no: str) -> int:
    found = select(Account.account_id).where(Account.staff_no == staff_no)
    return session.execute(found).scalar_one()
