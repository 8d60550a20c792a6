"""The journal's chain: every member of an entry counts, and every entry counts for all that follow."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from database.connection import Sessions
from engine import journal
from engine.journal import GENESIS, Chain, JournalEntry
from oversight import chains
from tests import edge

AT = datetime(2026, 11, 23, 1, 30, 0, 5, tzinfo=UTC)
ENTRY: dict[str, Any] = {
    "stream": "610100",
    "seq": 1,
    "at": AT,
    "staff_no": "T1",
    "post": "teller",
    "agency_code": "610100",
    "action": "signed",
    "rule": None,
    "detail": {"step": "handle"},
    "suite": "intl-1",
    "previous_digest": GENESIS,
}
OTHERWISE: dict[str, Any] = {
    "stream": "610101",
    "seq": 2,
    "at": AT + timedelta(microseconds=1),
    "staff_no": None,
    "post": None,
    "agency_code": "610101",
    "action": "returned",
    "rule": "",
    "detail": {"step": "handle", "more": None},
    "previous_digest": "1" * 64,
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Sessions]:
    opened = edge.small_office(f"sqlite:///{tmp_path / 'journal.db'}")
    yield opened
    opened.engine.dispose()


def entries(office: Sessions, stream: str) -> list[JournalEntry]:
    with office.reading() as session:
        found = select(JournalEntry).where(JournalEntry.stream == stream)
        return list(session.execute(found.order_by(JournalEntry.seq)).scalars())


@pytest.mark.parametrize("member", sorted(OTHERWISE))
def test_every_member_counts(member: str) -> None:
    other = {**ENTRY, member: OTHERWISE[member]}

    assert journal.entry_digest(other) != journal.entry_digest(ENTRY)


def test_an_entry_can_be_checked_by_hand() -> None:
    canonical = (
        '{"action":"signed","agency":"610100","at":"2026-11-23T01:30:00.000005Z",'
        '"detail":{"step":"handle"},"post":"teller","previous":"' + GENESIS + '","rule":null,'
        '"seq":1,"staff_no":"T1","stream":"610100"}'
    )

    covered = b"tongban-v1\0journal\0intl-1\0" + canonical.encode()
    assert journal.entry_digest(ENTRY) == hashlib.sha256(covered).hexdigest()


def test_a_float_has_no_place_in_an_entry() -> None:
    with pytest.raises(TypeError, match="float"):
        Chain("610100").append(AT, "610100", "signed", detail={"amount": 1.5})


def test_entries_come_back_as_they_were_chained(office: Sessions) -> None:
    chain = Chain("C-1")
    for number in range(3):
        chain.append(AT, "610100", "noted", staff_no="T1", detail={"n": number, "名": "张*"})
    with office.command() as session:
        chain.flush(session)
        chain.flush(session)  # nothing is written twice

    listed = entries(office, "C-1")

    assert [entry.seq for entry in listed] == [1, 2, 3]
    assert list(chains.check("C-1", listed)) == []
    assert listed[-1].digest == chain.head


def test_a_chain_goes_on_where_it_stopped(office: Sessions) -> None:
    for number in range(3):
        with office.command() as session:
            journal.append_office(
                session, "610100", "noted", staff_no="T1", detail={"number": number}
            )

    listed = entries(office, "610100")

    assert [entry.detail["number"] for entry in listed if entry.action == "noted"] == [0, 1, 2]
    assert list(chains.check("610100", listed)) == []


def test_streams_do_not_mix(office: Sessions) -> None:
    first, second = Chain("C-1"), Chain("C-2")
    for chain in (first, second, first):
        chain.append(AT, "610100", "noted")
    with office.command() as session:
        first.flush(session)
        second.flush(session)

    assert [entry.seq for entry in entries(office, "C-1")] == [1, 2]
    assert list(chains.check("C-2", entries(office, "C-2"))) == []


def chained(count: int) -> list[JournalEntry]:
    chain, head = [], GENESIS
    for seq in range(1, count + 1):
        row = {**ENTRY, "seq": seq, "previous_digest": head}
        row["digest"] = head = journal.entry_digest(row)
        chain.append(JournalEntry(**row))
    return chain


def test_a_changed_entry_is_named() -> None:
    listed = chained(5)
    listed[2].staff_no = "T2"

    found = list(chains.check("610100", listed))

    assert [(f.row, f.field, f.rule) for f in found] == [("journal#3", "digest", "journal.altered")]


def test_a_changed_entry_with_a_new_digest_breaks_the_next() -> None:
    listed = chained(5)
    listed[2].staff_no = "T2"
    listed[2].digest = journal.entry_digest(vars(listed[2]))

    found = list(chains.check("610100", listed))

    assert [(f.row, f.field) for f in found] == [("journal#4", "previous_digest")]


@pytest.mark.parametrize("gone", [0, 2])
def test_a_dropped_entry_is_a_gap(gone: int) -> None:
    listed = chained(5)
    del listed[gone]

    found = list(chains.check("610100", listed))

    assert [(f.rule, f.stored, f.expected) for f in found] == [("journal.gap", gone + 2, gone + 1)]


def test_another_suite_is_named() -> None:
    listed = chained(2)
    listed[1].suite = "none"

    assert [f.rule for f in chains.check("610100", listed)] == ["journal.suite"]
