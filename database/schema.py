"""Brings a database to the newest schema, and says when one is behind.

On PostgreSQL the owner migrates and the application runs under a role that owns nothing: it gets
SELECT and INSERT everywhere, UPDATE and DELETE only on tables that aren't append-only.
"""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from database import connection, wall
from database.migrations.refused import MigrationRefused

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaRefused(Exception):  # noqa: N818
    """The database can't be brought to this schema; the message says why and what to do."""


def migrate(url: str, *, app_role: str | None = None) -> None:
    """Bring the database at ``url`` to the newest schema; ``app_role`` is who will run on it.

    Raises SchemaRefused for a database that a newer version of tongban wrote, and for one whose data a
    migration can't carry over.
    """
    engine = connection.connect(url)
    try:
        with engine.begin() as opened:
            wall.open_to(opened)
            found = _revision(opened)
            if found is not None and found not in _known():
                raise SchemaRefused(
                    f"the database has schema {found}, which this version doesn't know: "
                    "install the version of tongban that wrote it, or begin with an empty database"
                )
            _upgrade(opened)
            if app_role is not None and opened.dialect.name == "postgresql":
                _grant(opened, app_role)
    finally:
        engine.dispose()


def _upgrade(opened: Connection) -> None:
    try:
        command.upgrade(_config(opened), "head")
    except MigrationRefused as refused:
        raise SchemaRefused(str(refused)) from refused


def downgrade(url: str) -> None:
    """Take every table away again; for tests that migrations go up, down and up."""
    engine = connection.connect(url)
    try:
        with engine.begin() as opened:
            wall.open_to(opened)
            command.downgrade(_config(opened), "base")
    finally:
        engine.dispose()


@lru_cache(maxsize=1)
def newest() -> str:
    """The schema of this version of tongban."""
    return str(ScriptDirectory.from_config(_config(None)).get_current_head())


def behind(engine: Engine) -> str | None:
    """What is wrong with the schema, in words, or None when it is the newest."""
    wanted = newest()
    try:
        with engine.connect() as opened:
            found = _revision(opened)
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


def _revision(opened: Connection) -> str | None:
    return MigrationContext.configure(opened).get_current_revision()


def _known() -> set[str]:
    script = ScriptDirectory.from_config(_config(None))
    return {revision.revision for revision in script.walk_revisions()}


def _config(opened: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = opened
    return config


def _grant(opened: Connection, role: str) -> None:
    quoted = opened.dialect.identifier_preparer.quote(role)
    growing = set(
        opened.execute(
            text("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'")
        ).scalars()
    )
    tables = opened.execute(
        text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    ).scalars()
    for table in tables:
        rights = "SELECT, INSERT" if table in growing else "SELECT, INSERT, UPDATE, DELETE"
        if table == "alembic_version":
            rights = "SELECT"
        opened.execute(text(f"REVOKE ALL ON {table} FROM {quoted}"))
        opened.execute(text(f"GRANT {rights} ON {table} TO {quoted}"))
    opened.execute(text(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {quoted}"))
