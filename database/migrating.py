"""Brings a database to the newest schema, with Alembic; a server that only runs never loads it.

On PostgreSQL the owner migrates and the application runs under a role that owns nothing: it gets
SELECT and INSERT everywhere, UPDATE and DELETE only on tables that aren't append-only.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from database import connection, schema, wall
from database.migrations.refused import MigrationRefused
from database.schema import SchemaRefused


def migrate(url: str, *, app_role: str | None = None) -> None:
    """Bring the database at ``url`` to the newest schema; ``app_role`` is who will run on it.

    Raises SchemaRefused for a database that a newer version of tongban wrote, and for one whose data a
    migration can't carry over.
    """
    engine = connection.connect(url)
    try:
        with engine.begin() as opened:
            wall.open_to(opened)
            found = schema.revision(opened)
            if found is not None and found not in schema.known():
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


def _config(opened: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(schema.VERSIONS.parent))
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
