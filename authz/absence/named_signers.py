"""Naming somebody for a county's step that has no person (指派签批): by the city in writing, for a period.

Who is named signs in his own name, marked 代, with the county's post; as many people sign as before, and what
bars a person from a case bars him. Whoever calls these journals them in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from authz import decisions, epoch
from authz.absence import named_signer_record
from authz.absence.named_signer_record import NamedSigner, NamedSignerEnd
from authz.absence.stand_in_entry import LONGEST_DAYS
from authz.actors import Actor
from authz.acts import Act
from authz.granting.grant_entry import IsoDate
from authz.offices import agencies, families
from authz.offices.accounts import Account
from authz.personnel import appointments
from database import clock
from database.refusals import Conflict, Forbidden, Invalid, NotFound

NAME, READ = "name_signer", "read_grants"
PAGE = 50
Status = Literal["pending", "effective", "over", "ended"]


class NamingEntry(BaseModel):
    """Somebody (``staff_no``) is named for a county's post from a day to a day; ``basis`` is the document."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    staff_no: str = Field(min_length=1, max_length=32)
    agency: str = Field(min_length=1, max_length=6)
    post: str = Field(min_length=1, max_length=32)
    since: IsoDate = Field(validation_alias="from", serialization_alias="from")
    until: IsoDate = Field(validation_alias="to", serialization_alias="to")
    basis: str = Field(min_length=1, max_length=400)


class NamingInvalid(Invalid):
    """The naming's entry is not right; each field says why."""

    rule = "named_signer.invalid"


class NamingNotFound(NotFound):
    """There is no such naming, or it is not yours to see."""

    rule = "named_signer.not_found"


class AlreadyEnded(Conflict):
    """This naming is over already."""

    rule = "named_signer.already_ended"


class NamedSelf(Forbidden):
    """Nobody names himself: a colleague, or the office above, does."""

    rule = "named_signer.to_self"


@dataclass(frozen=True, slots=True)
class NamingLine:
    """One naming as the register shows it; people by their staff numbers."""

    naming: NamedSigner
    deputy: str
    registered_by: str
    end: NamedSignerEnd | None
    status: Status


def register(session: Session, actor: Actor, entry: NamingEntry) -> NamedSigner:
    """Name a signer; it binds the very next transaction on its days.

    Raises Forbidden without the right to, NamingInvalid with every wrong field, PostsIncompatible, NamedSelf.
    """
    epoch.hold_alone(session)
    decisions.require(session, actor, Act(NAME, agency=actor.agency))
    within = agencies.below(session, actor.agency)
    deputy = session.execute(
        select(Account).where(
            Account.staff_no == entry.staff_no, Account.active, Account.agency_code.in_(within)
        )
    ).scalar_one_or_none()
    wrong = _errors(session, actor, entry)
    if deputy is None:
        text = "nobody of your office or below has this number"
        wrong.insert(0, ("staff_no", text, "named_signer.staff"))
    if wrong or deputy is None:
        raise NamingInvalid(errors=[{"field": f, "message": m, "rule": r} for f, m, r in wrong])
    if deputy.person_id == actor.person_id:
        raise NamedSelf
    families.require_one(appointments.held_by_person(session, deputy.person_id), entry.post)
    row = {
        "deputy_id": deputy.account_id,
        "post": entry.post,
        "agency_code": entry.agency,
        "valid_from": entry.since,
        "valid_to": entry.until,
        "basis": entry.basis,
        "registered_by": actor.account_id,
        "registered_at": clock.now(session),
    }
    made = session.execute(insert(NamedSigner).returning(NamedSigner), [row]).scalar_one()
    epoch.bump(session)
    return made


def end(session: Session, actor: Actor, naming_id: int) -> tuple[NamedSigner, NamedSignerEnd]:
    """End a naming before its day, at once. Raises NamingNotFound, Forbidden, AlreadyEnded."""
    epoch.hold_alone(session)
    found = session.get(NamedSigner, naming_id)
    if found is None or found.agency_code not in agencies.below(session, actor.agency):
        raise NamingNotFound
    if found.agency_code == actor.agency:
        raise Forbidden("The office that named him, or one above, ends it.", rule="agency.foreign")
    decisions.require(session, actor, Act(NAME, agency=found.agency_code))
    ended = select(NamedSignerEnd.end_id).where(NamedSignerEnd.naming_id == naming_id)
    over = found.valid_to < clock.today(session)
    if over or session.execute(ended).scalar_one_or_none() is not None:
        raise AlreadyEnded(facts={"naming_id": naming_id})
    row = {"naming_id": naming_id, "ended_by": actor.account_id, "ended_at": clock.now(session)}
    made = session.execute(insert(NamedSignerEnd).returning(NamedSignerEnd), [row]).scalar_one()
    epoch.bump(session)
    return found, made


def listing(
    session: Session, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> Sequence[NamingLine]:
    """The namings for the actor's agency and those below, newest first. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    deputy, by = aliased(Account), aliased(Account)
    asked = (
        select(NamedSigner, NamedSignerEnd, deputy.staff_no, by.staff_no)
        .outerjoin(NamedSignerEnd, NamedSignerEnd.naming_id == NamedSigner.naming_id)
        .join(deputy, deputy.account_id == NamedSigner.deputy_id)
        .join(by, by.account_id == NamedSigner.registered_by)
        .where(NamedSigner.agency_code.in_(agencies.below(session, actor.agency)))
        .order_by(NamedSigner.naming_id.desc())
        .limit(limit)
    )
    if before is not None:
        asked = asked.where(NamedSigner.naming_id < before)
    today = clock.today(session)
    return [
        NamingLine(found, deputys, registrar, ended, status(found, ended, today))
        for found, ended, deputys, registrar in session.execute(asked)
    ]


def status(found: NamedSigner, ended: NamedSignerEnd | None, today: date) -> Status:
    """How a naming stands on a day."""
    if ended is not None:
        return "ended"
    if found.valid_from > today:
        return "pending"
    return "over" if found.valid_to < today else "effective"


def _errors(session: Session, actor: Actor, entry: NamingEntry) -> list[tuple[str, str, str]]:
    errors = []
    tree = agencies.tree(session)
    below = entry.agency != actor.agency and tree.is_within(entry.agency, actor.agency)
    if not below or tree.kinds.get(entry.agency) != "county":
        errors.append(("agency", "is no county below your office", "named_signer.county"))
    if entry.post not in named_signer_record.POSTS:
        text = f"one of: {', '.join(named_signer_record.POSTS)}"
        errors.append(("post", text, "named_signer.post"))
    if entry.until < max(entry.since, clock.today(session)):
        text = "lies before from, or is already past"
        errors.append(("to", text, "named_signer.dates"))
    elif (entry.until - entry.since).days >= LONGEST_DAYS:
        text = f"a naming lasts {LONGEST_DAYS} days at most: somebody is appointed for longer"
        errors.append(("to", text, "named_signer.dates"))
    return errors
