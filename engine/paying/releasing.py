"""Releasing payables (拨付签发): somebody of the post ``finance`` signs one list, each payable named.

He is another person than anyone who accepted or signed a case on the list, and gives his password as for a
level-1 sign-off. The money is then on its way; that the bank has paid it only the bank's own report says.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from authz.decisions import Permit
from authz.signing_in import confirmations
from authz.signing_in.passwords import PasswordProof
from database import clock, suites
from database.clock import moment_text
from database.refusals import Conflict, Forbidden, Invalid, NotFound
from engine import office_record, subjects
from engine.handling import NoSigningKey
from engine.paying import payables, payment_guard, payment_record, payments
from engine.paying.payment_record import FINANCE, PayableRelease
from engine.paying.payments import Step
from engine.record import Case, CaseContent
from engine.signing import PasswordNeeded
from register import holds
from register.payables import DUE, Payable, PayableEvent, Standing

RELEASE = "release_payables"
MOST = 500


class PayableNotFound(NotFound):
    """There is no such payable, or it is not yours to see."""

    rule = "payable.not_found"


class PayableNotDue(Conflict):
    """This payable doesn't wait to be released: it is on its way, paid, or taken off."""

    rule = "payable.not_due"


class PayableChanged(Conflict):
    """A payable changed since you read the list: read it again before you sign."""

    rule = "payable.changed"


class AccountUnknown(Conflict):
    """No bank account of the payee is known: record one first (payment_reissue)."""

    rule = "payable.no_account"


class SignedTheCase(Forbidden):
    """Who accepted, signed or supplied a case doesn't release its payment: business and finance are apart."""

    rule = "duties.payment"


class OwnPayable(Forbidden):
    """Nobody acts on a case of his own."""

    rule = "duties.own_case"


class RelativesPayable(Forbidden):
    """Nobody acts on a case of a relative whom he declared."""

    rule = "duties.relatives_case"


class PayableFrozen(Conflict):
    """A court froze what this person has: nothing is released to him before the freeze ends."""

    rule = "payable.frozen"


class PayableTwice(Invalid):
    """The list names a payable twice."""

    rule = "payable.twice"


class ReleaseItem(BaseModel):
    """A payable on the list, with the digest of what was shown of it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    payable_id: int = Field(ge=1, le=10**15)
    seen: str = Field(min_length=1, max_length=64)


class ReleaseRequest(BaseModel):
    """The body of a release, without the password, which the edge checks apart."""

    model_config = ConfigDict(strict=True, extra="forbid")

    payables: list[ReleaseItem] = Field(min_length=1, max_length=MOST)


def release(
    session: Session,
    actor: Actor,
    request: ReleaseRequest,
    *,
    proof: PasswordProof | None,
    recall: bool = False,
) -> int:
    """Sign a list of payables of one's own agency, whole or not at all; the release's id.

    ``proof`` and ``recall`` as for a level-1 sign-off. Raises Forbidden, PayableNotFound, PayableTwice,
    SignedTheCase, OwnPayable, PasswordNeeded, PayableNotDue, PayableChanged, AccountUnknown, PayableFrozen,
    NoSigningKey.
    """
    epoch.hold(session)
    permit = decisions.require(session, actor, Act(RELEASE, agency=actor.agency))
    wanted = {one.payable_id: one.seen for one in request.payables}
    if len(wanted) != len(request.payables):
        raise PayableTwice
    found = payments.lock(session, wanted)
    if set(wanted) != {p.payable_id for p, _ in found if p.agency_code == actor.agency}:
        raise PayableNotFound
    _separate(session, actor, {payable.case_no for payable, _ in found})
    now = clock.now(session)
    given = confirmations.given_at(session, actor, proof, recall=recall, now=now)
    if given is None:
        raise PasswordNeeded
    for payable, stands in found:
        _require_due(payable, stands, wanted[payable.payable_id])
    _refuse_frozen(session, [payable for payable, _ in found])
    made = _signed(session, actor, permit, found, now)
    steps = [
        Step(payable, stands, "released", release_id=made.release_id) for payable, stands in found
    ]
    payments.take(session, actor, FINANCE, steps, now)
    told = {"password_at": moment_text(given)}
    office_record.note(
        session,
        actor.agency,
        "payables_released",
        [made],
        actor=actor,
        detail=told,
        noted=payment_record.NOTED,
    )
    return made.release_id


def _require_due(payable: Payable, stands: Standing, seen: str) -> None:
    facts = {"payable_id": payable.payable_id, "status": stands.state}
    if stands.state not in DUE:
        raise PayableNotDue(facts=facts)
    if seen != payables.seen(payable, stands):
        raise PayableChanged(facts=facts)
    if not payable.payee["bank_account"]:
        raise AccountUnknown(facts=facts)


def _refuse_frozen(session: Session, listed: Sequence[Payable]) -> None:
    persons = {payable.person_id: payable for payable in listed if payable.person_id is not None}
    frozen = holds.on_persons(session, list(persons), clock.today(session))
    for person_id, held in frozen.items():
        documents = [hold.document_no for hold in held]
        raise PayableFrozen(facts={"payable_id": persons[person_id].payable_id, "rows": documents})


def _separate(session: Session, actor: Actor, case_nos: set[str]) -> None:
    """Refuse who had a part in one of these cases, or whose own case one is."""
    if actor.person_id in payment_guard.had_a_part(session, case_nos):
        mine = (
            case_no
            for case_no in sorted(case_nos)
            if actor.person_id in payment_guard.had_a_part(session, [case_no])
        )
        raise SignedTheCase(facts={"case_no": next(mine)})
    contents = (
        select(CaseContent)
        .join(Case, (Case.case_id == CaseContent.case_id) & (Case.cycle == CaseContent.cycle))
        .where(Case.case_no.in_(case_nos))
    )
    found = [subjects.concern(session, actor, one) for one in session.execute(contents).scalars()]
    if any(one.own_case for one in found):
        raise OwnPayable
    if any(found):
        raise RelativesPayable


def _signed(
    session: Session,
    actor: Actor,
    permit: Permit,
    found: Sequence[tuple[Payable, Standing]],
    now: datetime,
) -> PayableRelease:
    signer = actor.signer
    if signer is None:
        raise NoSigningKey
    items = [
        payment_record.item(payable, stands.open_cents, stands.seq + 1) for payable, stands in found
    ]
    row: dict[str, Any] = {
        "agency_code": actor.agency,
        "signer": actor.staff_no,
        "signer_person": actor.person_id,
        "post": permit.post,
        "on_behalf_of": permit.on_behalf_of,
        "grant": permit.grant,
        "policy_epoch": permit.epoch,
        "item_count": len(items),
        "total_cents": sum(one["amount_cents"] for one in items),
        "list_digest": payment_record.list_digest(items, signer.suite),
        "released_at": now,
        "suite": signer.suite,
        "key_id": signer.key_id,
    }
    covered = payment_record.covered(row)
    row["digest"] = suites.named(signer.suite).hash(covered).hex()
    row["signature"] = signer.sign(covered).hex()
    made: PayableRelease = session.execute(
        insert(PayableRelease).returning(PayableRelease), [row]
    ).scalar_one()
    return made


def releases(session: Session, actor: Actor, cursor: str | None = None) -> dict[str, Any]:
    """A page of the releases of one's agencies, newest first. Raises Forbidden."""
    rows, after = payments.page(session, actor, PayableRelease, cursor)
    return {"items": [shown(row) for row in rows], "next_cursor": after}


def shown(row: PayableRelease) -> Mapping[str, Any]:
    """A release as answers show it."""
    return {
        "release_id": row.release_id,
        "agency": row.agency_code,
        "signer": row.signer,
        "post": row.post,
        "on_behalf_of": row.on_behalf_of,
        "count": row.item_count,
        "total_cents": row.total_cents,
        "released_at": moment_text(row.released_at),
        "digest": row.digest,
        "list_digest": row.list_digest,
        "suite": row.suite,
        "key_id": row.key_id,
    }


def done(session: Session, release_id: int) -> dict[str, Any]:
    """A release as its answer shows it, with its payables; the caller checks who may see."""
    row = session.get_one(PayableRelease, release_id)
    named = select(PayableEvent.payable_id).where(PayableEvent.release_id == release_id)
    asked = select(Payable).where(Payable.payable_id.in_(named)).order_by(Payable.payable_id)
    listed = session.execute(asked).scalars().all()
    return {**shown(row), "payables": payables.shown(session, listed)}
