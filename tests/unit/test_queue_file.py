"""The file of queues: the shipped one fits, an office's own stands in its place, what doesn't fit is said."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engine.queueing import claim_terms, queue_file, queue_filters, queue_order
from engine.queueing.queue_file import QueuesRefused
from engine.queueing.queue_filters import Asked, FilterInvalid
from engine.record import Task

OWN = """
at_risk_working_days: 5
claims_lapse_after_hours: {limited: 8, instant: 1}
queues:
  - code: all
    names: {zh: 全部, en: All}
    of: offered
    sort: [due_on]
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / queue_file.FILE


def test_the_shipped_queues_are_the_nine_and_all_that_waits() -> None:
    codes = [queue.code for queue in queue_file.shipped().queues]

    assert codes == [
        "all", "mine", "my_posts", "stand_ins", "at_window", "applicant", "stopped", "at_risk",
        "overdue", "done_today",
    ]  # fmt: skip


def test_an_offices_own_file_stands_in_place(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_file, "_in_use", [])
    own.write_text(OWN)
    queue_file.use(own.parent)
    assert [queue.code for queue in queue_file.in_use().queues] == ["all"]
    # 2026-11-06 is a Friday: five working days on it is the next one.
    assert queue_filters.at_risk_until(date(2026, 11, 6)) == date(2026, 11, 13)

    own.unlink()
    queue_file.use(own.parent)
    assert queue_file.in_use() == queue_file.shipped()


@pytest.mark.parametrize(
    ("said", "instead", "why"),
    [
        ("sort: [due_on]", "sort: [name]", "no key to sort by"),
        ("sort: [due_on]", "sort: [due_on, -due_on]", "stands twice"),
        ("sort: [due_on]", "sort: [closed]", "has not been closed"),
        ("sort: [due_on]", "sort: []", "at least 1"),
        ("of: offered", "of: offered\n    posts: [king]", "no post"),
        ("of: offered", "of: offered\n    where: {sql: x}", "not permitted"),
        ("of: offered", "of: done\n    where: {level: 2}", "no further conditions"),
        ("limited: 8", "limited: 0", "greater than or equal"),
        ("queues:", "queues: [}", "expected the node content"),
    ],
)
def test_what_does_not_fit_is_said(own: Path, said: str, instead: str, why: str) -> None:
    own.write_text(OWN.replace(said, instead))

    with pytest.raises(QueuesRefused, match=why):
        queue_file.use(own.parent)


def test_a_claim_lapses_after_its_hours() -> None:
    now = datetime(2026, 11, 6, 4, tzinfo=UTC)

    def claimed(hours: int, level: int) -> Task:
        return Task(risk_level=level, claimed_at=now - timedelta(hours=hours))

    assert [claim_terms.lapsed(claimed(hours, 1), now) for hours in (72, 73)] == [False, True]
    assert [claim_terms.lapsed(claimed(hours, 2), now) for hours in (1, 2)] == [False, True]
    assert not claim_terms.lapsed(Task(risk_level=1, claimed_at=None), now)


def test_filters_come_back_from_an_address_as_they_went() -> None:
    asked = Asked(level=2, green=True, due_before=date(2026, 11, 6), sort="-level,arrived")

    assert queue_filters.of_address(asked.said()) == asked
    assert queue_filters.of_address({"level": " ", "other": "x"}) == Asked()
    with pytest.raises(FilterInvalid):
        queue_filters.of_address({"holder": "张 三"})


def test_a_place_comes_back_as_it_was_written() -> None:
    keys = queue_order.keys(["due_on", "-arrived", "turn"])
    values = (date(2026, 11, 6), datetime(2026, 11, 6, 4, 0, 0, 17, tzinfo=UTC), True, "abc")

    place = queue_order.read(keys, queue_order.written(values, back=True))

    assert (place.back, place.values) == (True, values)
    for wrong in ("", "{}", "[0]", '[0,"x","y",true,"z"]', "[0,1,2,3]"):
        with pytest.raises(queue_order.CursorInvalid):
            queue_order.read(keys, wrong)
