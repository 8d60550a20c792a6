"""A cursor is good only as it was given, and only for its own list."""

import base64
import secrets

import pytest

from api import cursors
from api.cursors import CursorRefused
from database import keys
from database.keys import Keyring


@pytest.fixture(autouse=True)
def keyring() -> None:
    keys.install(Keyring(secrets.token_bytes(32)))


def test_reads_back_its_position() -> None:
    assert cursors.position("cases", cursors.seal("cases", "4711")) == "4711"


def test_the_end_has_none() -> None:
    assert cursors.seal("cases", None) is None
    assert cursors.position("cases", None) is None


@pytest.mark.parametrize(
    "cursor", ["", "4711", "!", "é", "A" * 201, "AAAAAAAAAAAAAAAA", "%00", "A"]
)
def test_made_up_cursors_are_refused(cursor: str) -> None:
    with pytest.raises(CursorRefused):
        cursors.position("cases", cursor)


def test_another_lists_cursor_is_refused() -> None:
    cursor = cursors.seal("cases", "4711")

    with pytest.raises(CursorRefused):
        cursors.position("tasks", cursor)


def test_an_altered_position_is_refused() -> None:
    cursor = cursors.seal("cases", "4711")
    assert cursor is not None
    content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    altered = base64.urlsafe_b64encode(content[:-1] + b"2").decode().rstrip("=")

    with pytest.raises(CursorRefused):
        cursors.position("cases", altered)
