"""What is written into the grant register, and whether an entry makes sense."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import policy
from authz.offices import accounts
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from database import clock
from database.refusals import Invalid


def _iso_date(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError("a date is written YYYY-MM-DD")
        return date.fromisoformat(value)
    return value


IsoDate = Annotated[
    date, BeforeValidator(_iso_date), WithJsonSchema({"type": "string", "format": "date"})
]


class GrantEntry(BaseModel):
    """A grant to be registered: for one post or one member of staff, one process or one class.

    ``class`` is ``limited`` or ``instant`` business; in Python it is ``handling``. Both dates are
    included; without ``valid_to`` it holds until revoked. ``reason`` says why a person gets what the
    post as a whole does not.
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True
    )

    staff_no: str | None = Field(default=None, min_length=1, max_length=32)
    post: str | None = Field(default=None, min_length=1, max_length=32)
    agency: str = Field(min_length=1, max_length=6)
    section: str | None = Field(default=None, min_length=1, max_length=40)
    process: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,39}$")
    handling: Literal["instant", "limited"] | None = Field(
        default=None, validation_alias="class", serialization_alias="class"
    )
    act: str = Field(default="handle", min_length=1, max_length=40)
    valid_from: IsoDate
    valid_to: IsoDate | None = None
    amount_limit_cents: int | None = Field(default=None, ge=0, le=10**13)
    basis: str = Field(min_length=1, max_length=400)
    reason: str | None = Field(default=None, min_length=1, max_length=400)


class GrantInvalid(Invalid):
    """The grant's entry is not right; each field says why."""

    rule = "grant.invalid"


def check(session: Session, entry: GrantEntry, agency: Agency) -> int | None:
    """The account that the entry is for, None where it is for a post.

    Raises GrantInvalid with every wrong field at once.
    """
    account = _account(session, entry)
    wrong = [
        *_holder_errors(entry, account),
        *_scope_errors(entry, agency),
        *_date_errors(session, entry),
    ]
    if wrong:
        raise GrantInvalid(
            errors=[{"field": f, "message": m, "rule": r} for f, m, r in wrong],
        )
    return account


def check_posts(session: Session, entry: GrantEntry, account_id: int | None) -> None:
    """Raise GrantInvalid for a person none of whose posts could ever use the grant."""
    usable = policy.grantable()[entry.act]
    if account_id is None or set(usable) & set(accounts.posts_of(session, account_id)):
        return
    text = f"holds no post to which '{entry.act}' can be granted: {', '.join(usable)}"
    raise GrantInvalid(errors=[{"field": "staff_no", "message": text, "rule": "grant.holder"}])


def _account(session: Session, entry: GrantEntry) -> int | None:
    if entry.staff_no is None:
        return None
    return session.execute(
        select(Account.account_id).where(
            Account.staff_no == entry.staff_no,
            Account.agency_code == entry.agency,
            Account.active,
        )
    ).scalar_one_or_none()


def _holder_errors(entry: GrantEntry, account: int | None) -> list[tuple[str, str, str]]:
    if (entry.staff_no is None) == (entry.post is None):
        return [("post", "name either a post or a staff_no", "grant.holder")]
    if entry.staff_no is not None and not entry.reason:
        text = "say why one person gets what his post does not have"
        return [("reason", text, "grant.why_personal")]
    if entry.staff_no is not None and account is None:
        return [("staff_no", f"nobody at {entry.agency} has this number", "grant.staff")]
    posts = policy.grantable().get(entry.act)
    if posts and entry.post is not None and entry.post not in posts:
        text = f"'{entry.act}' can be granted to: {', '.join(posts)}"
        return [("post", text, "grant.holder")]
    return []


def _scope_errors(entry: GrantEntry, agency: Agency) -> list[tuple[str, str, str]]:
    errors = []
    if (entry.process is None) == (entry.handling is None):
        errors.append(("process", "name either a process or a class", "grant.scope"))
    if entry.handling == "instant":
        text = (
            "instant business comes with the post, as one collective entry: grant limited business"
        )
        errors.append(("class", text, "grant.instant"))
    if entry.act not in policy.grantable():
        text = f"can be granted: {', '.join(policy.grantable())}; the rest comes with posts"
        errors.append(("act", text, "grant.act"))
    if entry.section is not None and entry.section not in agency.sections:
        text = f"{agency.code} has the sections: {', '.join(agency.sections) or 'none'}"
        errors.append(("section", text, "grant.section"))
    return errors


def _date_errors(session: Session, entry: GrantEntry) -> list[tuple[str, str, str]]:
    if entry.valid_to is None:
        return []
    if entry.valid_to < entry.valid_from:
        return [("valid_to", "lies before valid_from", "grant.dates")]
    if entry.valid_to < clock.today(session):
        return [("valid_to", "is already past", "grant.dates")]
    return []
