"""Plans that PostgreSQL keeps: for a statement whose planning costs more than what knowing its values brings.

A prepared statement is otherwise planned anew as long as the server reckons that knowing its values promises
more than a plan for all; what the planning itself takes hardly counts in that.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import bindparam, func, literal_column, select, true
from sqlalchemy.orm import Session

from database.prepared import Prepared

_MODE = Prepared(
    select(func.set_config(literal_column("'plan_cache_mode'"), bindparam("mode"), true())),
    alone=True,
)


@contextmanager
def once(session: Session) -> Iterator[None]:
    """Let what is asked here be planned once a connection, whatever its values; SQLite does so anyway."""
    if session.get_bind().dialect.name != "postgresql":
        yield
        return
    _MODE.write(session, {"mode": "force_generic_plan"})
    yield
    # Goes along with what is asked next, and where nothing is, it ends with the transaction.
    _MODE.write(session, {"mode": "auto"})
