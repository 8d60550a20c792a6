"""What is written into the register of stand-ins, and whether an entry makes sense."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.granting.grant_entry import IsoDate
from authz.offices import families, posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.personnel import appointments
from database import clock
from database.refusals import Invalid

LONGEST_DAYS = 366


class StandInEntry(BaseModel):
    """A stand-in to be registered: ``deputy`` does a post of ``absent`` (staff numbers) for some days.

    ``from`` (in Python ``since``) and ``to`` (``until``) are both included; ``reason`` says on what basis.
    With ``only_when_absent`` it begins by itself when the principal is away, and ends when he is back.
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    absent: str = Field(min_length=1, max_length=32)
    deputy: str = Field(min_length=1, max_length=32)
    post: str = Field(min_length=1, max_length=32)
    since: IsoDate = Field(validation_alias="from", serialization_alias="from")
    until: IsoDate = Field(validation_alias="to", serialization_alias="to")
    reason: str = Field(min_length=1, max_length=400)
    only_when_absent: bool = False


class StandInInvalid(Invalid):
    """The stand-in's entry is not right; each field says why."""

    rule = "stand_in.invalid"


@dataclass(frozen=True, slots=True)
class Pair:
    """The two accounts of an entry, and where the post is held."""

    absent: Account
    deputy: Account
    agency: str


def check(session: Session, entry: StandInEntry, within: frozenset[str]) -> Pair:
    """The accounts that an entry is about; ``within`` are the agencies it may be about.

    Raises StandInInvalid with every wrong field at once, or PostsIncompatible where the deputy holds a
    post of another family (业务, 财务, 数据, 稽核内控).
    """
    absent, deputy = (_account(session, no, within) for no in (entry.absent, entry.deputy))
    held = None if absent is None else _holding(session, absent, entry)
    wrong = [
        *_people_errors(entry, absent, deputy),
        *([] if absent is None or held else [_not_held(entry)]),
        *_date_errors(session, entry),
    ]
    if wrong or absent is None or deputy is None or held is None:
        raise StandInInvalid(errors=[{"field": f, "message": m, "rule": r} for f, m, r in wrong])
    families.require_one(appointments.held_by_person(session, deputy.person_id), entry.post)
    return Pair(absent, deputy, held.agency_code)


def _account(session: Session, staff_no: str, within: frozenset[str]) -> Account | None:
    return session.execute(
        select(Account).where(
            Account.staff_no == staff_no, Account.active, Account.agency_code.in_(within)
        )
    ).scalar_one_or_none()


def _holding(session: Session, absent: Account, entry: StandInEntry) -> PostHolding | None:
    """The principal's own holding of the post, on the entry's first day."""
    held = select(PostHolding).where(
        PostHolding.account_id == absent.account_id,
        PostHolding.post == entry.post,
        posts.in_force(max(entry.since, clock.today(session))),
    )
    return session.execute(held.order_by(PostHolding.holding_id).limit(1)).scalar_one_or_none()


def _people_errors(
    entry: StandInEntry, absent: Account | None, deputy: Account | None
) -> list[tuple[str, str, str]]:
    errors = [
        (name, "nobody of your office has this number", "stand_in.staff")
        for name, account in (("absent", absent), ("deputy", deputy))
        if account is None
    ]
    if absent is not None and deputy is not None and absent.person_id == deputy.person_id:
        errors.append(("deputy", "is the same person: name another", "stand_in.same_person"))
    if entry.post not in posts.POSTS:
        errors.append(("post", f"one of: {', '.join(posts.POSTS)}", "stand_in.post"))
    return errors


def _not_held(entry: StandInEntry) -> tuple[str, str, str]:
    text = f"{entry.absent} does not hold this post himself: a stand-in is never passed on"
    return ("post", text, "stand_in.post")


def _date_errors(session: Session, entry: StandInEntry) -> list[tuple[str, str, str]]:
    if entry.until < entry.since:
        return [("to", "lies before from", "stand_in.dates")]
    if entry.until < clock.today(session):
        return [("to", "is already past", "stand_in.dates")]
    if (entry.until - entry.since).days >= LONGEST_DAYS:
        text = f"a stand-in lasts {LONGEST_DAYS} days at most: appoint somebody"
        return [("to", text, "stand_in.dates")]
    return []
