"""Whatever postings found whom, everybody is on the register once, and a refused posting founds nobody."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from database import keys
from register import newcomers, reading
from register.entries import Posting
from register.founding import IdNumberTaken
from register.records import PostKind
from register.subjects import Person, Version
from tests.unit import register_office
from tests.unit.register_office import COUNTY, TODAY

NUMBERS = (
    "610099199804125033",
    "610099200102285046",
    "610099196909215066",
    "610099198506145082",
    "610099197107305099",
)
postings = st.lists(st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=4), max_size=6)


def founding(numbers: Sequence[str], case: int) -> Posting:
    changes = []
    for place, number in enumerate(numbers):
        who = f"{case:016x}{place:016x}"
        kind: PostKind = "M" if int(number[16]) % 2 else "F55"
        changes.append(newcomers.person(who, number, "某人", kind, None, TODAY))
        changes.append(newcomers.relation(who, COUNTY, "FLEX", 202611))
    return Posting(changes=changes)


@settings(max_examples=25, deadline=None)
@given(drawn=postings)
def test_everybody_is_on_the_register_once(
    drawn: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected: dict[str, str] = {}
    with register_office.opened(tmp_path_factory.mktemp("founding")) as sessions:
        for case, numbers in enumerate(drawn):
            new = len(set(numbers)) == len(numbers) and not expected.keys() & set(numbers)
            try:
                with sessions.command() as session:
                    register_office.write(session, founding(numbers, case), f"CASE-{case}")
            except IdNumberTaken:
                assert not new
            else:
                assert new
                expected |= {no: f"{case:016x}{place:016x}" for place, no in enumerate(numbers)}
        with sessions.reading() as session:
            found = {number: reading.find_person(session, number) for number in NUMBERS}
            rows = set(session.execute(select(Person.id_no_index)).scalars())
            said = set(session.execute(select(Version.person_id)).scalars())
    assert found == {number: expected.get(number) for number in NUMBERS}
    assert rows == {keys.current().blind_index("id_no", number) for number in expected}
    assert said == set(expected.values())
