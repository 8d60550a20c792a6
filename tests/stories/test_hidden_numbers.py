"""The canaries of the hostile requests do sing: a number in an answer, a log line, a file, a row is found."""

import hashlib
import io
import json
import logging
from pathlib import Path

import httpx2
import pytest
from openpyxl import Workbook
from sqlalchemy import text

from database import connection
from tests import book
from tests.databases import Database
from tests.hidden_numbers import ASKED_FOR, Canaries

CANARIES = Canaries()
NUMBER = min(CANARIES.planted)
# Nobody's of the demo office, and could be somebody's.
ANOTHER = "11010519491231002X"
ANYWHERE = "GET /api/anything"
NAMED = json.dumps({"name": "张建国", "id_no": f"{NUMBER[:6]}********{NUMBER[-4:]}"})
HARMLESS = (b"", b"{}", NAMED.encode(), hashlib.sha256(b"1").hexdigest().encode(), b"9" * 40)


def workbook(said: str) -> bytes:
    """A workbook in which this stands."""
    opened = Workbook()
    opened.worksheets[0].append(["编号", said])
    content = io.BytesIO()
    opened.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"id_no": NUMBER}).encode(),
        f"证件号码{NUMBER}号".encode(),
        f'"1{NUMBER}"'.encode(),
        ANOTHER.encode(),
        workbook(NUMBER),
    ],
)
def test_a_number_in_an_answer_is_heard(content: bytes) -> None:
    answer = httpx2.Response(200, content=content)

    assert list(CANARIES.hear(ANYWHERE, answer))
    for label in ASKED_FOR:
        assert list(CANARIES.hear(label, answer)) == []


def test_a_number_in_a_header_is_heard() -> None:
    answer = httpx2.Response(200, headers={"location": f"/persons/{NUMBER}"})

    assert list(CANARIES.hear(ANYWHERE, answer))


@pytest.mark.parametrize("content", HARMLESS)
def test_what_is_no_number_is_not(content: bytes) -> None:
    assert list(CANARIES.hear(ANYWHERE, httpx2.Response(200, content=content))) == []


def test_a_number_in_a_log_line_is_heard() -> None:
    with CANARIES.in_logs() as logged:
        logging.getLogger("tongban.edge").info("nothing")
        logging.getLogger("httpx2").info(NUMBER)
        assert (logged.heard, logged.telling) == (1, [])
        logging.getLogger("tongban.edge").error("failed", extra={"fields": {"about": NUMBER}})

    assert len(logged.telling) == 1


def test_a_number_in_a_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "kept").write_bytes(NAMED.encode())
    assert CANARIES.in_files(tmp_path) == []

    (tmp_path / "outbox" / "list.xlsx").write_bytes(workbook(NUMBER))
    (tmp_path / "told").write_bytes(b"\0" + NUMBER.encode())
    assert CANARIES.in_files(tmp_path) == ["outbox/list.xlsx", "told"]


def test_a_number_in_a_row_is_found(database: Database) -> None:
    """In the row, and in the file it lies in, from which a later change doesn't take it."""
    assert CANARIES.in_database(database) == []
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened:
        opened.execute(text("UPDATE agencies SET name = :said"), {"said": NUMBER})

    found = CANARIES.in_database(database)
    engine.dispose()

    assert "agencies" in found
    assert len(found) > 1
