"""Whoever signed was allowed to when he signed: a right that was lent and taken back is found by its use."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from database.clock import FixedClock
from tests import book as books
from tests import borrowed_rights, conftest
from tests.book import Book
from tests.databases import Database
from tests.people import Hall


@pytest.fixture
def book(hall: Hall, database: Database) -> Iterator[Book]:
    opened = books.opened(hall, database)
    yield opened
    opened.engine.dispose()


@pytest.mark.parametrize("kind", borrowed_rights.KINDS)
def test_a_borrowed_right_is_found_and_nothing_else(book: Book, kind: str) -> None:
    """By the whole office's verification and by the case's own: the rows are as they were."""
    with book.edited() as session:
        session.info["clock"] = FixedClock(conftest.MOMENT + timedelta(hours=1))
        named = borrowed_rights.KINDS[kind](session, random.Random(1))

        found = book.findings(session)

        assert found, "nothing was found"
        assert [str(one) for one in found if not named(one)] == []
        assert [str(one) for one in book.findings(session, found[0].case_no)] == list(
            map(str, found)
        )


def test_a_right_that_ended_after_its_use_is_no_finding(book: Book) -> None:
    with book.edited() as session:
        session.info["clock"] = FixedClock(conftest.MOMENT + timedelta(hours=1))
        borrowed_rights.used_in_time(session)

        assert [str(one) for one in book.findings(session)] == []
