"""``tongban found FILE``: an office's first agencies and people, from a file, into a database without any.

The file says who administers, supervises and controls; each gets a first password, told this once, which he
changes before he does anything else. Everybody else is taken on by them (``engine.people.staff``).
"""

import argparse
import sys
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api import composition
from api.settings import Settings
from authz.offices import accounts, agencies, people
from authz.offices.agencies import Agency
from authz.offices.posts import POSTS
from authz.personnel import appointments
from authz.signing_in import passwords
from database import clock
from database.refusals import Conflict, Invalid
from engine import office_record
from engine.people import qualifications
from register import identity

# Without each of these nobody could be taken on, or a lost password replaced.
NEEDED = ("administrator", "internal_control", "supervisor")
# What nobody finds out before the first applicant stands there (陕社保发〔2016〕27号 §14).
NEXT = (
    "next: the administrator opens the others' accounts and the supervisor appoints them to posts;\n"
    "tellers serve a window once the supervisor has entered their training in\n"
    "廉政意识, 业务政策 and 文明服务 (the page 培训与资格, or POST /api/qualifications)\n"
)
_STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


class NotEmpty(Conflict):
    """This database holds an office already: an office is founded once, then its own people change it."""

    rule = "found.not_empty"


class FileRefused(Invalid):
    """The file does not say what an office begins with."""

    rule = "found.file"


class FoundedAgency(BaseModel):
    """An agency; those above it come before it."""

    model_config = _STRICT

    code: str = Field(pattern=r"^\d{6}$")
    name: str = Field(min_length=1, max_length=80)
    kind: Literal["province", "city", "county"]
    parent: str | None = None
    phone: str | None = Field(default=None, max_length=40)
    sections: dict[str, list[str]] = Field(default_factory=dict)


class FoundedStaff(BaseModel):
    """One of the first people, and the posts he holds."""

    model_config = _STRICT

    staff_no: str = Field(pattern=r"^[A-Za-z0-9]{1,32}$")
    name: str = Field(min_length=1, max_length=50)
    id_no: str
    agency: str
    section: str | None = None
    posts: Annotated[list[str], Field(min_length=1)]


class Founding(BaseModel):
    """What an office begins with."""

    model_config = _STRICT

    agencies: Annotated[list[FoundedAgency], Field(min_length=1)]
    staff: Annotated[list[FoundedStaff], Field(min_length=1)]


def run(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Found the office and tell each first password once. Raises FileRefused, NotEmpty."""
    founding = read(arguments.file)
    opened = composition.open_office(chosen)
    try:
        with opened.sessions.command() as session:
            told = found(session, founding)
        composition.take_effect(opened)
    finally:
        opened.sessions.engine.dispose()
    for staff_no, password in told.items():
        sys.stdout.write(f"{staff_no}\t{password}\n")
    sys.stdout.write("the office is founded; these first passwords are not shown again\n")
    sys.stdout.write(NEXT)
    return 0


def read(file: Path) -> Founding:
    """The file, checked. Raises FileRefused, naming every line of it that doesn't fit."""
    try:
        said = yaml.safe_load(file.read_text("utf-8"))
        return Founding.model_validate(said)
    except (yaml.YAMLError, UnicodeDecodeError) as unreadable:
        raise FileRefused(f"{file}: {unreadable}") from unreadable
    except ValidationError as wrong:
        places = (f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors())
        raise FileRefused(f"{file}: {'; '.join(places)}") from wrong


def found(session: Session, founding: Founding) -> dict[str, str]:
    """Set up agencies, accounts and posts; the first passwords by staff number.

    Raises NotEmpty, FileRefused, IdNumberRefused, PostsIncompatible.
    """
    if session.execute(select(func.count()).select_from(Agency)).scalar_one():
        raise NotEmpty
    _check(founding)
    for row in founding.agencies:
        agencies.add(
            session,
            code=row.code,
            name=row.name,
            kind=row.kind,
            parent_code=row.parent,
            sections=row.sections,
            phone=row.phone,
        )
    for agency in session.execute(select(Agency).order_by(Agency.code)).scalars().all():
        office_record.note(session, agency.code, "agency_added", [agency])
    # Before anybody has an account: it binds from the first day.
    qualifications.take_effect(session, founding.agencies[0].code)
    return {row.staff_no: _take_on(session, row) for row in founding.staff}


def _check(founding: Founding) -> None:
    wrong = []
    codes: set[str] = set()
    for row in founding.agencies:
        if row.parent is not None and row.parent not in codes:
            wrong.append(f"agency {row.code}: its parent {row.parent} stands before it")
        if (row.kind == "province") != (row.parent is None):
            wrong.append(f"agency {row.code}: only the province has no parent")
        codes.add(row.code)
    for person in founding.staff:
        unknown = [post for post in person.posts if post not in POSTS]
        if unknown:
            wrong.append(f"{person.staff_no}: no such posts: {', '.join(unknown)}")
        if person.agency not in codes:
            wrong.append(f"{person.staff_no}: no such agency: {person.agency}")
    held = {post for person in founding.staff for post in person.posts}
    missing = [post for post in NEEDED if post not in held]
    if missing:
        wrong.append(f"nobody is {', '.join(missing)}: staff is taken on by these")
    if wrong:
        raise FileRefused("; ".join(wrong))


def _take_on(session: Session, row: FoundedStaff) -> str:
    identity.check_id_no(row.id_no, clock.today(session))
    password = passwords.first()
    account_id = accounts.open_account(
        session,
        staff_no=row.staff_no,
        person_id=people.find_or_add(session, id_no=row.id_no, name=row.name),
        agency=row.agency,
        password_hash=passwords.hash_password(password),
        section=row.section,
    )
    accounts.mark_first_password(session, account_id)
    for post in row.posts:
        appointments.appoint(
            session, account_id, post, agency=row.agency, section=row.section, basis="found"
        )
    office_record.note_account(session, account_id, "account_opened")
    return password
