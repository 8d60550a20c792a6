"""A queue's statements: the same words for all who work alike, each asked with every value of his own."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from authz.actors import Actor, StoodIn
from authz.offices import agencies
from database import compiled
from database.clock import FixedClock
from database.prepared import Prepared
from engine.queueing import queue_file, queue_filters, queue_order, queue_pages, queue_places
from engine.queueing.queue_filters import Asked

NOW = datetime(2026, 11, 6, 4, tzinfo=UTC)
SECTIONS = {"待遇科": ["benefits", "deaths"], "征缴科": ["levies"]}
DIALECTS: tuple[Dialect, ...] = (
    postgresql.psycopg.dialect(),  # type: ignore[no-untyped-call]
    sqlite.dialect(),
)
ASKED = st.builds(
    Asked,
    process=st.none() | st.just("account_adjustment"),
    level=st.none() | st.integers(1, 2),
    section=st.none() | st.sampled_from([*SECTIONS, "无此科"]),
    holder=st.none() | st.sampled_from(["me", "nobody", "R102"]),
    green=st.none() | st.booleans(),
    due_before=st.none() | st.just(date(2026, 11, 9)),
    received_from=st.none() | st.just(date(2026, 11, 2)),
    received_to=st.none() | st.just(date(2026, 11, 6)),
    applicant=st.none() | st.just("employer"),
    state=st.none() | st.just("returned"),
    sort=st.none() | st.sampled_from(["-level,arrived", "process,-received", "turn", "-due_on"]),
)
OF_SECTIONS = st.lists(st.sampled_from([None, *SECTIONS]), max_size=3)


@pytest.fixture(autouse=True, scope="module")
def city() -> Iterator[None]:
    """An office with sections, known without a database."""
    patched = pytest.MonkeyPatch()
    tree = SimpleNamespace(
        categories=lambda _code, section: SECTIONS.get(section, []),
        directly_below=lambda code: ["990101", "990102"] if code == "990100" else [],
    )
    patched.setattr(agencies, "tree", lambda _session: tree)
    patched.setattr(
        agencies, "categories", lambda _s, _code, section: section and list(SECTIONS[section])
    )
    yield
    patched.undo()


def session() -> Session:
    return cast("Session", SimpleNamespace(info={"clock": FixedClock(NOW)}))


def person(
    number: int, sections: list[str | None], *, posts: tuple[str, ...] = ("reviewer",)
) -> Actor:
    """A reviewer who stands in for colleagues of these sections at the city."""
    stood_in = tuple(
        StoodIn("reviewer", "990100", section, 100 * number + nth, f"R{nth}")
        for nth, section in enumerate(sections)
    )
    return Actor(
        account_id=number, person_id=number + 1, staff_no=f"R{number}", name="测试", agency="990101",
        section=None, posts=posts, id_no_index="", credential_no=1, demo=True, stood_in=stood_in,
    )  # fmt: skip


def words(prepared: Prepared, dialect: Dialect, values: Mapping[str, Any]) -> compiled.Made:
    return compiled.compiled(prepared._statement, dialect, list(values))


@settings(max_examples=25)
@given(asked=ASKED, sections=OF_SECTIONS, queue=st.sampled_from(queue_file.shipped().queues))
def test_every_value_that_a_page_names_is_given(
    asked: Asked, sections: list[str | None], queue: queue_file.Queue
) -> None:
    actor, opened = person(7, sections), session()
    worked = queue_places.worked(opened, actor, [queue.where.place])
    ordered = tuple(queue_order.keys(asked.keys or queue.sort))
    wanted = queue_filters.tokens(opened, actor, asked)
    alike = queue_pages.Alike(worked.shape, queue.done, queue.where, wanted, ordered, beyond=True)
    values = {
        **worked.values,
        **queue_filters.values(opened, actor, asked),
        **queue_order.bound([None] * len(ordered)),
    }
    statement = queue_pages.statement(alike)
    assert (statement is None) == (queue.where.place == "stood_in" and not sections)
    for dialect in DIALECTS if statement is not None else ():
        made = words(cast("Prepared", statement), dialect, values)
        assert set(made.names) <= values.keys() | made.fixed.keys()
        assert "R102" not in made.fixed.values()


@given(sections=OF_SECTIONS)
def test_who_works_alike_asks_the_same_with_values_of_his_own(sections: list[str | None]) -> None:
    ours, theirs = (queue_places.worked(session(), person(n, sections)) for n in (7, 8))
    other = queue_places.worked(session(), person(7, sections, posts=("reviewer", "teller")))

    assert ours.shape == theirs.shape != other.shape
    assert ours.values.keys() == theirs.values.keys()
    assert (ours.values["me"], theirs.values["me"]) == (7, 8)
    assert (ours.values["my_person"], theirs.values["my_person"]) == (8, 9)
    # The same post of one office is one place: with all its business, where one of them has all.
    assert len(dict(ours.shape.places)[None]) == 1 + bool(sections)
    if sections:
        served = None if None in sections else sum(len(SECTIONS[str(one)]) for one in set(sections))
        assert dict(ours.shape.places)[None][1] == served


def test_who_is_away_asks_nothing() -> None:
    away = queue_places.worked(session(), replace(person(7, [None]), away="leave"))

    assert away.shape.waiting(None) == []
    assert away.shape.may_act() is None
