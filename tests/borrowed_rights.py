"""Rights that a database's administrator lends for one signature and takes back: nothing of them stays.

Each kind sets its scene by the office's own acts, journalled as they are; only the loan is his.
"""

import random
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from api.demonstration import demo, demo_signers
from authz import epoch
from authz.absence.stand_in_record import StandIn
from authz.actors import Actor
from authz.granting import grants
from authz.granting.grant_entry import GrantEntry
from authz.granting.grant_record import Grant, GrantRevocation
from authz.keys.signing_keys import SigningKey
from authz.offices import accounts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.personnel import appointments
from authz.qualifying.qualification_record import QualificationRecord, QualificationVoid
from authz.signing_in.passwords import PasswordProof
from database import clock
from database.clock import FixedClock
from database.declarative import table_of
from engine import cases, covered, handling, office_record, signing
from engine.applications import Application
from engine.handling import Handling
from engine.people import qualifications
from engine.sign_off_requests import SignOffRequest
from oversight.findings import Finding
from tests import granting

AGENCY = "990101"
Named = Callable[[Finding], bool]


def borrow_a_post(session: Session, choices: random.Random) -> Named:
    """Somebody of another post reviews with a holding that is there for this signature only."""
    work = _accepted(session, "T101", "payment_account_change")
    keyed = select(SigningKey.account_id)
    reviewers = select(PostHolding.account_id).where(PostHolding.post == "reviewer")
    others = select(Account.account_id).where(
        Account.agency_code == AGENCY,
        Account.active,
        Account.account_id.in_(keyed),
        Account.account_id.not_in(reviewers),
        Account.account_id != work.actor.account_id,
    )
    listed = session.execute(others.order_by(Account.account_id)).scalars().all()
    borrower = choices.choice(listed)
    lent = {
        "account_id": borrower,
        "post": "reviewer",
        "agency_code": AGENCY,
        "valid_from": clock.today(session),
    }
    made = insert(PostHolding).values(lent).returning(PostHolding.holding_id)
    holding = session.execute(made).scalar_one()
    epoch.bump(session)
    _review(session, work, borrower)
    session.execute(delete(PostHolding).where(PostHolding.holding_id == holding))
    return _by("authority.post", work)


def reopen_an_account(session: Session, choices: random.Random) -> Named:
    """A reviewer who has left reviews once more."""
    work = _accepted(session, "T101", "payment_account_change")
    reviewer = _account(session, choices.choice(("R101", "R102")))
    accounts.close(session, reviewer)
    session.flush()
    office_record.note_account(session, reviewer, "account_closed")
    this = table_of(Account).c.account_id == reviewer
    _lent(session, [update(table_of(Account)).where(this).values(active=True)])
    _review(session, work, reviewer)
    session.execute(update(table_of(Account)).where(this).values(active=False))
    return _by("authority.account", work)


def extend_a_grant(session: Session, _choices: random.Random) -> Named:
    """A teller handles with a grant that ended the day before."""
    grant = _only_grant(session, valid_to=clock.today(session))
    session.info["clock"] = FixedClock(clock.now(session) + timedelta(days=1))
    return _edited_grant(session, grant, valid_to=None)


def raise_a_limit(session: Session, _choices: random.Random) -> Named:
    """A teller handles more than his grant goes up to."""
    return _edited_grant(
        session, _only_grant(session, amount_limit_cents=1), amount_limit_cents=None
    )


def widen_a_grant(session: Session, _choices: random.Random) -> Named:
    """A teller handles a business that his grant is not for."""
    grant = _only_grant(session, process="retirement_approval")
    return _edited_grant(session, grant, process="account_adjustment")


def bring_a_grant_forward(session: Session, _choices: random.Random) -> Named:
    """A teller handles with a grant that begins tomorrow."""
    today = clock.today(session)
    grant = _only_grant(session, valid_from=today + timedelta(days=1))
    return _edited_grant(session, grant, valid_from=today)


def forget_a_revocation(session: Session, _choices: random.Random) -> Named:
    """A teller handles with a grant that was revoked."""
    grant = _only_grant(session)
    actor = demo_signers.actor(session, _account(session, "S101"))
    _revoke(session, actor, [grant.grant_id])
    table = table_of(GrantRevocation)
    this = table.c.grant_id == grant.grant_id
    row = dict(session.execute(select(table).where(this)).one()._mapping)
    _lent(session, [delete(table).where(this)])
    work = _accepted(session, "T102", "account_adjustment")
    session.execute(insert(table), [row])
    return _by("authority.grant", work)


def invent_a_grant(session: Session, _choices: random.Random) -> Named:
    """A teller handles with a grant that nobody entered."""
    grant = _only_grant(session, process="retirement_approval")
    table = table_of(Grant)
    row = dict(
        session.execute(select(table).where(table.c.grant_id == grant.grant_id)).one()._mapping
    )
    other = {"grant_id": grant.grant_id + 1000, "process": "account_adjustment", "case_no": None}
    forged = {**row, **other}
    _lent(session, [insert(table).values(forged)])
    work = _accepted(session, "T102", "account_adjustment")
    session.execute(delete(table).where(table.c.grant_id == forged["grant_id"]))
    return _by("authority.grant", work)


def lend_a_stand_in(session: Session, _choices: random.Random) -> Named:
    """A teller reviews for a reviewer by a stand-in that is there for this signature only."""
    work = _accepted(session, "T101", "payment_account_change")
    table = table_of(StandIn)
    today = clock.today(session)
    deputy = _account(session, "T102")
    lent = {
        "stand_in_id": 4711,
        "absent_id": _account(session, "R101"),
        "deputy_id": deputy,
        "post": "reviewer",
        "agency_code": AGENCY,
        "valid_from": today,
        "valid_to": today,
        "reason": "测试",
        "registered_by": _account(session, "S101"),
        "registered_at": clock.now(session),
    }
    _lent(session, [insert(table).values(lent)])
    _review(session, work, deputy)
    session.execute(delete(table).where(table.c.stand_in_id == lent["stand_in_id"]))
    return _by("authority.post", work)


def lend_a_training(session: Session, _choices: random.Random) -> Named:
    """A teller handles whose training was struck out, with the striking-out gone for this moment."""
    person = accounts.get(session, _account(session, "T102")).person_id
    his = select(QualificationRecord.record_id).where(QualificationRecord.person_id == person)
    actor = demo_signers.actor(session, _account(session, "S101"))
    record_id = session.execute(his.limit(1)).scalar_one()
    qualifications.strike_out(session, actor, record_id, "未参加")
    table = table_of(QualificationVoid)
    this = table.c.record_id == record_id
    row = dict(session.execute(select(table).where(this)).one()._mapping)
    _lent(session, [delete(table).where(this)])
    work = _accepted(session, "T102", "payment_account_change")
    session.execute(insert(table), [row])
    return _by("authority.qualification", work)


def used_in_time(session: Session) -> None:
    """No loan: a grant of one day and a post are used, and ended the day after with all that goes with it."""
    grant = _only_grant(session, valid_to=clock.today(session))
    work = _accepted(session, "T102", "account_adjustment")
    reviewer = _account(session, "R101")
    _review(session, work, reviewer)
    session.info["clock"] = FixedClock(clock.now(session) + timedelta(days=1))
    held = select(PostHolding.holding_id).where(PostHolding.account_id == reviewer)
    for holding_id in session.execute(held).scalars().all():
        appointments.dismiss(session, holding_id)
    accounts.close(session, reviewer)
    session.flush()
    office_record.note_account(session, reviewer, "account_closed")
    actor = demo_signers.actor(session, _account(session, "S101"))
    _revoke(session, actor, [grant.grant_id])


KINDS = {
    "borrow a post": borrow_a_post,
    "reopen an account": reopen_an_account,
    "extend a grant": extend_a_grant,
    "raise a limit": raise_a_limit,
    "widen a grant": widen_a_grant,
    "bring a grant forward": bring_a_grant_forward,
    "forget a revocation": forget_a_revocation,
    "invent a grant": invent_a_grant,
    "lend a stand-in": lend_a_stand_in,
    "lend a training": lend_a_training,
}


def _account(session: Session, staff_no: str) -> int:
    found = select(Account.account_id).where(Account.staff_no == staff_no)
    return session.execute(found).scalar_one()


def _accepted(session: Session, staff_no: str, process: str) -> Handling:
    """A business that a teller accepts, and handles if he may."""
    office = session.info["office"]
    body = dict(demo.examples(office.catalogue)[process][0])
    body.pop("expect")
    teller = demo_signers.actor(session, _account(session, staff_no))
    return cases.accept(session, office, teller, Application.model_validate(body))


def _review(session: Session, work: Handling, account_id: int) -> None:
    actor = demo_signers.actor(session, account_id)
    office, number = session.info["office"], work.case.case_no
    opened = handling.open_case(session, office, actor, number)
    said = SignOffRequest(decision="approve", seen=covered.seen(opened))
    proof = PasswordProof(account_id, 1)
    signing.sign(session, office, actor, opened.tasks[0].task_id, said, proof=proof)


def _only_grant(session: Session, **other: Any) -> Grant:
    """The one grant by which the county's tellers handle limited business, but for what is said otherwise."""
    actor = demo_signers.actor(session, _account(session, "S101"))
    revoked = select(GrantRevocation.grant_id)
    standing = select(Grant.grant_id).where(
        Grant.agency_code == AGENCY, Grant.grant_id.not_in(revoked)
    )
    _revoke(session, actor, session.execute(standing).scalars().all())
    said: dict[str, Any] = {
        "post": "teller",
        "agency": AGENCY,
        "process": "account_adjustment",
        "valid_from": clock.today(session),
        "basis": "测试",
    }
    return granting.entered(session, session.info["office"], actor, GrantEntry(**(said | other)))


def _revoke(session: Session, actor: Actor, listed: Iterable[int]) -> None:
    for grant_id in listed:
        revocation = grants.revoke(session, actor, grant_id, "岗位调整")
        office_record.note(session, AGENCY, "grant_revoked", [revocation], actor=actor)


def _edited_grant(session: Session, grant: Grant, **lent: Any) -> Named:
    """A teller handles by a grant that says something else for this moment."""
    table = table_of(Grant)
    this = update(table).where(table.c.grant_id == grant.grant_id)
    before = {name: getattr(grant, name) for name in lent}
    _lent(session, [this.values(lent)])
    work = _accepted(session, "T102", "account_adjustment")
    session.execute(this.values(before))
    return _by("authority.grant", work)


def _lent(session: Session, statements: Iterable[Any]) -> None:
    """An administrator's statements; the new epoch makes every node read the rows anew."""
    for statement in statements:
        session.execute(statement)
    session.expire_all()
    epoch.bump(session)


def _by(rule: str, work: Handling) -> Named:
    """The finding that names the case and what its signer lacked."""
    number = work.case.case_no
    return lambda finding: (finding.rule, finding.case_no) == (rule, number)
