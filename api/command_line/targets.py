"""An empty database to restore or copy into: filled in one transaction, or left as empty as it was."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from psycopg.errors import InsufficientPrivilege
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from api.running import working
from api.settings import Settings
from database import connection, copying, portable
from database.connection import Sessions
from database.copying import CopyRefused
from database.declarative import Base
from database.portable import PortableTable

# Who was signed in signs in again: a restored session would outlive the one that was ended since.
# When which job is due again is how a machine runs, not what an office knows.
LEFT_OUT = ("sign_ins", "jobs")


def tables() -> list[PortableTable]:
    """The tables that are kept, in the order in which their rows go in."""
    return portable.tables(Base.metadata, LEFT_OUT)


def shown(url: str) -> str:
    """A database's address without its password."""
    return make_url(url).render_as_string(hide_password=True)


@contextmanager
def filled(chosen: Settings) -> Iterator[Session]:
    """A session on the empty database of these settings, migrated if need be; commits what it got.

    Raises CopyRefused for a database that holds anything, SchemaRefused.
    """
    owner = chosen.migration_url or chosen.database_url
    every = portable.tables(Base.metadata)
    engine = connection.connect(chosen.database_url)
    sessions = Sessions(engine)
    try:
        with sessions.reading() as session:
            _require_empty(session, every, chosen)
        working.migrate(chosen)
        with sessions.command() as session:
            _require_empty(session, every, chosen)
            yield session
            copying.count_on(owner, copying.highest(session, every))
    except IntegrityError as refused:
        # A key that is only looked at when the transaction ends.
        raise copying.misfit(refused, "a row") from refused
    except DBAPIError as failed:
        raise CopyRefused(_failed(failed, chosen)) from failed
    finally:
        engine.dispose()


def _require_empty(session: Session, every: Sequence[PortableTable], chosen: Settings) -> None:
    held = copying.holding(session, every)
    if held is not None:
        raise CopyRefused(
            f"{shown(chosen.database_url)} isn't empty (there is something in {held}): name an "
            "empty database, nothing was changed in this one"
        )


def _failed(failed: DBAPIError, chosen: Settings) -> str:
    said = f"{shown(chosen.database_url)}: {str(failed.orig).partition(chr(10))[0]}"
    if isinstance(failed.orig, InsufficientPrivilege):
        said += (
            ": name the owner of its tables, too (TONGBAN_MIGRATION_URL, for copy-to "
            "--migration-url)"
        )
    return said
