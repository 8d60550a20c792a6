"""No stage of a case is forgotten: each says who is told of it, in which words, and has its story."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.outgoing import message_kinds, message_texts, outbox
from engine.outgoing.message_kinds import FOR_APPLICANTS, FOR_STAFF, NAMES
from engine.outgoing.outbox_record import OutboxMessage
from engine.paying import payments
from engine.record import FINAL_STATUSES
from tests.told_stages import STAGES
from web.case_labels import ACTIONS, STATUSES

CHECKOUT = Path(__file__).parents[2]
REFERENCE = CHECKOUT / "docs" / "reference" / "messages.md"
ROW = re.compile(r"^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
KIND = re.compile(r"`(\w+)`")
# Entries that are no action of their own: what only some of an action's are, and every step that is signed.
PARTS = {message_kinds.AT_CITY: "waiting", message_kinds.BY_POST: "delivered"}
SIGNED = "signed"


def told() -> dict[str, tuple[str, str]]:
    """The reference: by entry whom of applicant and staff a message goes to, or why none does."""
    rows = ROW.findall(REFERENCE.read_text(encoding="utf-8"))
    assert len(rows) == len({name for name, *_ in rows}), "an entry stands twice"
    return {name: (applicant, staff) for name, _, applicant, staff in rows}


def kinds(column: int) -> dict[str, str]:
    """By entry the kind of message that the reference names."""
    found = {name: KIND.findall(said[column]) for name, said in told().items()}
    return {name: named[0] for name, named in found.items() if named}


def noted() -> Iterator[str]:
    """Every action that the engine writes by its name into a case's journal."""
    for path in (CHECKOUT / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = {"note": 0, "note_automatic": 0, "append": 2}.get(node.func.attr, 9)
            if place < len(node.args) and isinstance(said := node.args[place], ast.Constant):
                yield str(said.value)


def test_every_entry_of_a_case_says_who_is_told() -> None:
    known = set(ACTIONS) - (set(STATUSES) - set(FINAL_STATUSES))
    by_name = set(noted())

    assert by_name >= {"waiting", "withdrawn_by_applicant", "corrected", "clock_warning"}
    assert set(told()) == known | set(PARTS), "the reference and the entries' names on the desk"
    assert by_name - set(told()) == set(), "entries that nothing is said of"
    assert {outbox.GIVEN, SIGNED, payments.STEP + "returned", *FINAL_STATUSES} <= set(told())


def test_who_is_told_by_the_reference_is_told_by_the_code() -> None:
    assert kinds(0) == dict(FOR_APPLICANTS)
    of_staff = {**FOR_STAFF, message_kinds.AT_CITY: FOR_STAFF[PARTS[message_kinds.AT_CITY]]}
    assert kinds(1) == of_staff
    for name, said in told().items():
        for one in said:
            assert " " in one or KIND.fullmatch(one), f"{name} says no reason"


def test_every_kind_has_its_words_in_both_languages_and_a_story() -> None:
    every = {*FOR_APPLICANTS.values(), *FOR_STAFF.values()}

    assert set(NAMES) == every == set(STAGES)
    assert all(ways for ways in STAGES.values())
    texts = message_texts.load(None)
    assert set(texts) == {(kind, language) for kind in every for language in ("zh", "en")}
    for (kind, language), words in texts.items():
        subject, text = words.filled(dict.fromkeys(message_texts.FIGURES, "§"))
        # Which business, and what the paper or the page calls it.
        assert "§" in subject, kind
        assert bool(re.search("[一-鿿]", f"{subject}{text}")) == (language == "zh"), kind
    kind_column: Any = OutboxMessage.__table__.c.kind.type
    assert max(map(len, every)) <= kind_column.length
