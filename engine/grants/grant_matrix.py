"""Who may handle which business (授权矩阵): an agency's posts, and who differs; by which entry, how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import decisions, policy
from authz.actors import Actor
from authz.acts import Act
from authz.granting import grant_record
from authz.granting.grant_record import Grant
from authz.offices import accounts, agencies
from authz.offices.accounts import Account
from database import clock
from engine.defining.definition import Definition
from engine.foresight import outlook
from engine.office import Office
from engine.process import Names
from engine.rules import risk
from engine.rules.risk_file import REGISTRATION

HANDLE = "handle"


@dataclass(frozen=True, slots=True)
class Column:
    """A post, or one person who has more than it; ``posts`` are those whose rights count for him too."""

    posts: Sequence[str]
    staff_no: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """``entry`` is the collective entry of the post or the grant's number; None where there is no right."""

    entry: str | None
    grant_id: int | None = None
    until: date | None = None
    limit_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One business at its own level of the risk table, and the right to handle it in each column."""

    code: str
    names: Names
    level: int
    cells: Sequence[Cell]


def read(session: Session, office: Office, actor: Actor) -> tuple[Sequence[Column], Sequence[Row]]:
    """The matrix of the reader's own agency, instant business first. Raises Forbidden."""
    decisions.require(session, actor, Act("read_grants", agency=actor.agency))
    today, posts = clock.today(session), policy.grantable()[HANDLE]
    found = (
        select(Grant, Account.staff_no, Account.name)
        .outerjoin(Account, Account.account_id == Grant.account_id)
        .where(Grant.agency_code == actor.agency, Grant.act == HANDLE, grant_record.holds(today))
        .order_by(Grant.grant_id)
    )
    rows_found = session.execute(found).all()
    given: list[tuple[Grant, str | None]] = [(row[0], row[1]) for row in rows_found]
    people = {row[1]: row for row in rows_found if row[1] is not None}
    columns = [Column((post,)) for post in posts]
    for staff_no, (grant, _, name) in sorted(people.items()):
        held = accounts.posts_of(session, grant.account_id or 0)
        columns.append(Column([post for post in posts if post in held], staff_no, name))
    served = agencies.categories(session, actor.agency, actor.section)
    rows = [
        _row(office, definition, columns, given)
        for definition in office.catalogue.all()
        if served is None or definition.category in served
    ]
    return columns, sorted(rows, key=lambda row: (-row.level, row.code))


def _row(
    office: Office,
    definition: Definition,
    columns: Sequence[Column],
    grants: Sequence[tuple[Grant, str | None]],
) -> Row:
    level, _ = outlook.at_first(office.risk, definition.code)
    handling = risk.timing(level)
    cells = [_cell(definition.code, level, handling, column, grants) for column in columns]
    return Row(definition.code, definition.names, level, cells)


def _cell(
    code: str,
    level: int,
    handling: str,
    column: Column,
    grants: Sequence[tuple[Grant, str | None]],
) -> Cell:
    """What comes with the post goes before a grant; of several grants the one that lasts longest."""
    for right in (right for post in column.posts for right in policy.by_post()[post]):
        fits = (right.step, right.by, right.level) == (HANDLE, "post", str(level))
        if fits and right.route != REGISTRATION:
            return Cell(right.entry)
    fitting = [
        grant
        for grant, staff_no in grants
        if (grant.post in column.posts if staff_no is None else staff_no == column.staff_no)
        and grant.process in (None, code)
        and grant.handling in (None, handling)
    ]
    if not fitting:
        return Cell(None)
    best = max(fitting, key=lambda grant: grant.valid_to or date.max)
    return Cell(f"grant:{best.grant_id}", best.grant_id, best.valid_to, best.amount_limit_cents)
