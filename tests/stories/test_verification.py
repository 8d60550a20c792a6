"""What a database administrator changes behind the application's back is found, and named.

A consistent rewrite of all rows, keys in hand, can't be seen from inside: that takes a seal.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import (
    ColumnElement,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api import cli
from api.settings import Settings
from database.declarative import Base
from engine.journal import JournalEntry
from engine.paperwork.documents import IssuedDocument
from engine.record import Case, CaseContent, CaseState, Task
from engine.signoffs import SignOff
from register.ledger import LedgerLine, RegisterPosting
from register.rights import EntitlementVersion
from register.subjects import Version
from tests import book as books
from tests import other_values, record_edits, register_edits
from tests.book import Book, Edit
from tests.databases import Database
from tests.people import Hall


@pytest.fixture
def book(hall: Hall, database: Database) -> Iterator[Book]:
    opened = books.opened(hall, database)
    yield opened
    opened.engine.dispose()


def test_a_clean_office_gives_no_finding(book: Book) -> None:
    with book.edited() as session:
        assert book.findings(session) == []


def named(edit: Edit, book: Book, session: Session) -> bool:
    """Whether the edit's case is named, with row and field: by its own verification or the office's."""
    case_no = book.number(edit.case)
    for where in (edit.case, None):
        found = book.findings(session, where)
        # Whatever was edited, a finding can be shown.
        json.dumps([finding.shown() for finding in found])
        if any(
            finding.case_no.startswith(case_no)
            and finding.row.startswith(edit.row)
            and finding.field == edit.field
            for finding in found
        ):
            return True
    return False


@pytest.mark.slow
def test_every_edit_is_found_and_named(book: Book) -> None:
    unseen = []
    for name, edit in {**record_edits.EDITS, **register_edits.EDITS}.items():
        with book.edited() as session:
            edit.make(session, book)
            if not named(edit, book, session):
                unseen.append((name, [str(finding) for finding in book.findings(session)]))
    assert unseen == []


def of_case(column: Any, name: str) -> Callable[[Book], ColumnElement[bool]]:
    """The rows of a case of the book, by its number or by its key."""
    if column.key == "case_id":
        return lambda book: column.in_(
            select(Case.case_id).where(Case.case_no == book.number(name))
        )
    return lambda book: column == book.number(name)


# Whose rows of the book are edited, column by column.
COLUMN_BY_COLUMN: dict[type[Base], tuple[str, Any]] = {
    Case: ("waiting", Case.case_no),
    SignOff: ("money", SignOff.case_no),
    JournalEntry: ("money", JournalEntry.stream),
    CaseContent: ("money", CaseContent.case_id),
    CaseState: ("waiting", CaseState.case_id),
    Task: ("waiting", Task.case_id),
    IssuedDocument: ("paper", IssuedDocument.case_no),
    RegisterPosting: ("money", RegisterPosting.case_no),
    LedgerLine: ("money", LedgerLine.case_no),
    Version: ("benefit", Version.case_no),
    EntitlementVersion: ("benefit", EntitlementVersion.case_no),
}


def unseen_columns(book: Book, model: type[Base]) -> Iterator[str]:
    name, column_of_case = COLUMN_BY_COLUMN[model]
    table = Base.metadata.tables[model.__tablename__]
    mine = of_case(column_of_case, name)(book)
    if model is Task:
        mine &= Task.closed_at.is_(None)
    newest = [column.desc() for column in table.primary_key]
    for column in table.columns:
        with book.edited() as session:
            row = session.execute(select(table).where(mine).order_by(*newest).limit(1)).one()
            this = [key == row._mapping[key.name] for key in table.primary_key]
            value = other_values.another(column, row._mapping[column.name])
            try:
                session.execute(update(table).where(*this).values({column: value}))
            except DBAPIError:
                # The database itself refuses it: a foreign key, a check, a length.
                continue
            if not book.findings(session, name) and not book.findings(session):
                yield f"{table.name}.{column.name}"


@pytest.mark.slow
def test_no_column_can_be_edited_unseen(book: Book) -> None:
    unseen = {name for model in COLUMN_BY_COLUMN for name in unseen_columns(book, model)}

    assert unseen == other_values.NOT_COVERED


# ---- the command line -----------------------------------------------------------------------------


@pytest.fixture
def command_line(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("TONGBAN_KEY_FILE", str(settings.key_file))
    monkeypatch.setenv("TONGBAN_MIGRATION_URL", settings.migration_url or settings.database_url)


@pytest.mark.usefixtures("command_line")
def test_the_command_says_what_differs(book: Book, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["verify"]) == 0
    assert "everything holds" in capsys.readouterr().out
    assert cli.main(["verify", "--json"]) == 0
    assert capsys.readouterr().out == ""

    with book.edited() as session:
        register_edits.one_ledger_line(session, book)
        record_edits.set_case("waiting", route="city_approval")(session, book)
        session.commit()

    assert cli.main(["verify", "--case", book.money]) == 1
    said = capsys.readouterr().out
    assert f"{book.money}: ledger_lines#1 amount_cents: posting.differs" in said
    assert book.waiting not in said
    assert cli.main(["verify", "--json"]) == 1
    findings = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"case_no", "row", "field", "rule", "stored", "expected"} == set(findings[0])
    assert (book.waiting, "cases", "route", "city_approval", "county") in [
        (f["case_no"], f["row"], f["field"], f["stored"], f["expected"]) for f in findings
    ]
    assert cli.main(["verify", "--case", book.other]) == 0
    assert cli.main(["verify", "--case", "1"]) == 2


def test_the_route_answers_with_the_same_findings(book: Book, hall: Hall) -> None:
    with book.edited() as session:
        record_edits.set_sign_off("money", 5, opinion="不同意")(session, book)
        session.commit()

    found = hall.A101.findings(book.money)

    assert [(f["row"], f["field"], f["rule"]) for f in found] == [
        ("sign_offs#5", "opinion", "sign_off.opinion"),
        ("sign_offs", "step", "posting.unsigned"),
    ]
    assert "不同意" not in str(found)
    assert hall.A101.findings(book.other) == []
