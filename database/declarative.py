"""The declarative base, and which tables only grow."""

from typing import Any, cast

from sqlalchemy import MetaData, Table, text
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# For ``__table_args__``: rows of such a table are inserted and read, never changed or removed. The
# migration that creates it adds the triggers, and the application's role gets no UPDATE or DELETE.
ONLY_GROWS: dict[str, Any] = {"append_only": True}
APPEND_ONLY: dict[str, Any] = {"info": ONLY_GROWS}


def after(*tables: str) -> dict[str, Any]:
    """For ``info``: the tables that triggers of this one look at; their rows are copied before its own."""
    return {"after": tables}


def rows_where(condition: str) -> dict[str, Any]:
    """For an ``Index``: it holds the rows of which this is true, and a row that isn't costs it nothing."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Base(DeclarativeBase):
    """Every table of the office."""

    metadata = MetaData(naming_convention=NAMES)


def table_of(model: type[Base]) -> Table:
    """The table of a model, for Core inserts: on the hot path half the cost of inserting through the ORM."""
    return cast("Table", model.__table__)
