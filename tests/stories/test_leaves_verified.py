"""Verification knows who was away and who was named: what was hidden, lent or edited afterwards is found."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from authz.absence.absence_record import Leave, LeaveEnd
from authz.absence.named_signer_record import NamedSigner
from database.clock import FixedClock
from database.declarative import Base, table_of
from tests import book as books
from tests import borrowed_absences, borrowed_rights, conftest, leave_commands
from tests.book import Book
from tests.databases import Database
from tests.people import Hall


@pytest.fixture
def book(hall: Hall, database: Database) -> Iterator[Book]:
    leave_commands.trace(hall)
    opened = books.opened(hall, database)
    yield opened
    opened.engine.dispose()


def test_hidden_and_lent_absences_are_found_and_nothing_else(book: Book) -> None:
    for loan in borrowed_absences.KINDS.values():
        with book.edited() as session:
            session.info["clock"] = FixedClock(conftest.MOMENT + timedelta(hours=1))
            named = loan(session, random.Random(1))

            found = book.findings(session)

            assert found, f"{loan.__name__}: nothing was found"
            assert [str(one) for one in found if not named(one)] == []


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Leave, {"kind": "annual"}),
        (LeaveEnd, {"ended_at": conftest.MOMENT}),
        (NamedSigner, {"post": "reviewer"}),
    ],
)
def test_an_edited_row_is_found(book: Book, model: type[Base], values: dict[str, object]) -> None:
    with book.edited() as session:
        borrowed_rights._lent(session, [update(table_of(model)).values(values)])

        found = book.findings(session)

    assert {(one.row.partition("#")[0], one.rule) for one in found} == {
        (model.__tablename__, "office.altered")
    }
