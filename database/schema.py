"""Which schema a database has, and which one this version of tongban needs."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

VERSIONS = Path(__file__).parent / "migrations" / "versions"
# Alembic's own table: one row, the revision.
_VERSION = table("alembic_version", column("version_num"))


class SchemaRefused(Exception):  # noqa: N818
    """The database can't be brought to this schema; the message says why and what to do."""


@lru_cache(maxsize=1)
def known() -> tuple[str, ...]:
    """The schemas that this version knows, oldest first: a migration's file is named after its revision."""
    return tuple(sorted(found.name.partition("_")[0] for found in VERSIONS.glob("[0-9]*.py")))


def newest() -> str:
    """The schema of this version of tongban."""
    return known()[-1]


def behind(engine: Engine) -> str | None:
    """What is wrong with the schema, in words, or None when it is the newest."""
    wanted = newest()
    try:
        with engine.connect() as opened:
            found = revision(opened)
    except DatabaseError as unreachable:
        cause = str(unreachable.orig).partition("\n")[0]
        return f"the database can't be read ({cause}): check TONGBAN_DATABASE_URL and the server"
    if found == wanted:
        return None
    if found is None:
        return "the database is empty: run `tongban migrate`"
    return f"the database has schema {found}, {wanted} is needed: run `tongban migrate`"


def app_role(url: str, owner_url: str | None) -> str | None:
    """The role the application connects as, where another one owns the schema."""
    role = make_url(url).username
    return role if owner_url and role != make_url(owner_url).username else None


def revision(opened: Connection) -> str | None:
    """The schema that a database has; None for one without any."""
    if not inspect(opened).has_table(_VERSION.name):
        return None
    found: str | None = opened.execute(select(_VERSION.c.version_num)).scalar_one_or_none()
    return found
