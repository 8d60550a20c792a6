"""The guarantee of the one notice, on random lives of a case: a plain reference, and its own laws."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.one_notice import notice_guarantee
from engine.one_notice.notice_guarantee import Earlier

ITEMS = ("material:id_card", "material:bank_card", "field:bank_name", "field:holder")
# None: not there at all; a few values, so that what was taken away comes back.
STATES = st.fixed_dictionaries({item: st.sampled_from([None, "a", "b"]) for item in ITEMS})
NAMED = st.frozensets(st.sampled_from(ITEMS))


@dataclass(frozen=True)
class Visit:
    """What the case says when the applicant is there, and what he is told."""

    said: Mapping[str, Any]
    named: frozenset[str]


VISITS = st.lists(st.builds(Visit, STATES, NAMED), max_size=5)


def earlier(visits: list[Visit]) -> list[Earlier]:
    return [Earlier(visit.named, visit.said) for visit in visits]


def late(visit: Visit, before: list[Visit]) -> list[str]:
    return notice_guarantee.late(visit.named, visit.said, earlier(before))


def reference(visit: Visit, before: list[Visit]) -> list[str]:
    """As one would tell a clerk: for each item, look at every earlier visit."""
    found = []
    for item in ITEMS:
        if item not in visit.named:
            continue
        could_have, was_told = False, False
        for past in before:
            if past.said[item] == visit.said[item]:
                could_have = True
                was_told = was_told or item in past.named
        if could_have and not was_told:
            found.append(item)
    return sorted(found)


@given(VISITS, st.builds(Visit, STATES, NAMED))
def test_it_is_what_a_clerk_would_find(before: list[Visit], visit: Visit) -> None:
    assert late(visit, before) == reference(visit, before)


@given(st.builds(Visit, STATES, NAMED))
def test_the_first_notice_is_never_late(visit: Visit) -> None:
    assert late(visit, []) == []


@given(STATES, VISITS, STATES)
def test_who_was_told_everything_at_first_is_never_told_late_what_stayed(
    first: Mapping[str, Any], between: list[Visit], now: Mapping[str, Any]
) -> None:
    """Only an item that changed since and was then passed over can be late after a whole first notice."""
    told_all = Visit(first, frozenset(ITEMS))
    found = late(Visit(now, frozenset(ITEMS)), [told_all, *between])

    assert all(now[item] != first[item] for item in found)


@given(VISITS, st.builds(Visit, STATES, NAMED), NAMED)
def test_naming_more_at_an_earlier_visit_makes_nothing_late(
    before: list[Visit], visit: Visit, more: frozenset[str]
) -> None:
    fuller = [Visit(past.said, past.named | more) for past in before]

    assert set(late(visit, fuller)) <= set(late(visit, before))


@given(VISITS, st.builds(Visit, STATES, NAMED))
def test_saying_the_same_again_is_never_late(before: list[Visit], visit: Visit) -> None:
    assert late(visit, [*before, visit]) == []


@given(VISITS, STATES)
def test_what_never_was_so_before_is_new(before: list[Visit], said: Mapping[str, Any]) -> None:
    new = {item: f"new {value}" for item, value in said.items()}

    assert late(Visit(new, frozenset(ITEMS)), before) == []


def test_states_are_read_off_form_and_materials() -> None:
    materials: list[dict[str, Any]] = [
        {"code": "id_card", "copies": 2, "file": "ab"},
        {"code": "x", "file": None},
    ]

    said = notice_guarantee.states({"mobile": "139", "note": None}, materials)

    assert said == {"material:id_card": ["ab"], "material:x": [None], "field:mobile": "139"}
