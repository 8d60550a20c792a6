"""The wall between agencies: whose rows a transaction sees and writes, held by row-level security.

A second wall behind the predicates of the queries, for the day somebody forgets one (decision 0033). Every
transaction says its scope by a setting that ends with it; one that says nothing sees no row behind the
wall. SQLite has none: it is for one office on one machine.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, bindparam, func, literal_column, select, text, true
from sqlalchemy.orm import Session

from database.prepared import Prepared
from database.refusals import InvariantBroken

SETTING = "tongban.wall"
# The scopes that aren't a list of agencies: the whole office is for jobs, verification, backups and the
# command line; the public may read what answers an enquiry and write nothing; closed comes before a sign-in.
OFFICE, PUBLIC, CLOSED = "office", "public", ""
BETWEEN = ","

_SCOPE = "wall_scope"
_SET = Prepared(
    select(func.set_config(literal_column(f"'{SETTING}'"), bindparam("scope"), true())), alone=True
)


def stand(session: Session, scope: str) -> None:
    """Let every transaction of this session begin with a scope; it goes along with the first statement.

    What is said ends with its transaction, so each says it again.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.info[_SCOPE] = scope
        _SET.first_of_all(session, {"scope": scope})


def narrow(session: Session, agencies: Collection[str]) -> None:
    """From here on the transaction sees and writes rows of these agencies alone.

    Raises InvariantBroken without any: nobody works for no agency.
    """
    if not agencies:
        raise InvariantBroken("a transaction was to be narrowed to no agency at all")
    if _SCOPE in session.info:
        scope = session.info[_SCOPE] = BETWEEN.join(agencies)
        _SET.first_of_all(session, {"scope": scope})
        if session.in_transaction():
            _say(session, scope)


@contextmanager
def whole(session: Session) -> Iterator[None]:
    """For one question that an office asks across agencies; then the scope is again what it was."""
    if _SCOPE not in session.info:
        yield
        return
    _say(session, OFFICE)
    try:
        yield
    finally:
        _say(session, session.info[_SCOPE])


def open_to(connection: Connection) -> None:
    """Let one transaction of a bare connection see the whole office: a migration has no session."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config(SETTING, OFFICE, true())))


def is_passed_by(engine: Engine) -> bool:
    """Whether the role of this engine walks through the wall: a superuser does, and one with BYPASSRLS."""
    if engine.dialect.name != "postgresql":
        return False
    asked = text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
    with engine.connect() as opened:
        return bool(opened.execute(asked).scalar_one())


def _say(session: Session, scope: str) -> None:
    _SET.write(session, {"scope": scope})
