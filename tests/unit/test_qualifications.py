"""Who is qualified when: usable days and what is lacking say the same as a plain look at each day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz import decisions, holders, spans
from authz.acts import READING, Act
from authz.offices import agencies
from authz.qualifying import qualifications, tenure, training
from authz.qualifying.qualification_entry import DutyEntry, QualificationEntry
from authz.qualifying.qualifications import Duty, Entry
from database.refusals import Forbidden
from tests.unit import authz_office
from tests.unit.authz_office import CITY, COUNTY, STAFF, TODAY

DAYS = [TODAY + timedelta(days=number) for number in range(12)]
KINDS = [("training", "integrity"), ("training", "policy"), ("certificate", "甲")]
numbers = st.integers(0, len(DAYS) - 1)
ranges = st.tuples(numbers, numbers).map(lambda two: (DAYS[min(two)], DAYS[max(two)]))
kinds = st.sampled_from(KINDS)
duties = st.lists(
    st.builds(lambda kind, days: Duty("teller", kind[0], kind[1], days), kinds, ranges), max_size=4
)
entries = st.lists(
    st.builds(lambda kind, days: Entry(kind[0], kind[1], days), kinds, ranges), max_size=5
)


@given(duties, entries, numbers)
def test_a_post_is_usable_where_nothing_is_lacking(
    binding: list[Duty], shown: list[Entry], number: int
) -> None:
    day = DAYS[number]
    met = all(
        any(
            (one.kind, one.subject) == (duty.kind, duty.subject)
            and one.days[0] <= day <= one.days[1]
            for one in shown
        )
        for duty in binding
        if duty.days[0] <= day <= duty.days[1]
    )

    usable = qualifications.usable(binding, "teller", shown)
    lacks = qualifications.lacking(binding, "teller", shown, day)

    assert (usable is None) == (not binding)
    assert (usable is None or spans.around(usable, day) is not None) == met == (not lacks)
    assert qualifications.usable(binding, "reviewer", shown) is None
    for one in lacks:
        assert one.since <= day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 2), 24, date(2028, 11, 2)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert qualifications.months_later(day, months) == later


def test_when_a_refresher_is_due() -> None:
    done = date(2024, 11, 10)
    shown = [
        Entry("training", "integrity", (done, spans.ENDLESS)),
        Entry("training", "policy", (date(2025, 6, 1), spans.ENDLESS)),
        Entry("training", "policy", (date(2020, 6, 1), spans.ENDLESS)),
    ]

    def states(day: date) -> list[str]:
        return [one.state for one in qualifications.refreshers(shown, day)]

    assert states(date(2026, 9, 10)) == ["current", "current", "missing"]
    assert states(date(2026, 9, 11)) == ["soon", "current", "missing"]
    assert states(date(2026, 11, 10)) == ["soon", "current", "missing"]
    assert states(date(2026, 11, 11)) == ["overdue", "current", "missing"]


@given(st.lists(ranges, max_size=6), numbers)
def test_tenure_runs_on_as_long_as_no_day_is_between(
    terms: list[tuple[date, date]], number: int
) -> None:
    day = DAYS[number]
    held = {one for one in DAYS if any(since <= one <= until for since, until in terms)}
    wanted = None
    if day in held:
        wanted = day
        while wanted - timedelta(days=1) in held:
            wanted -= timedelta(days=1)

    assert tenure.held_since(terms, day) == wanted


def test_decisions_who_can_and_the_roster_hold_to_it(tmp_path: Path) -> None:
    with authz_office.opened(tmp_path) as office:
        with office.sessions.command() as session:
            training.bind_first(session)
        act = Act("accept", agency=COUNTY)
        with office.sessions.reading() as session:
            # The office existed before: nobody is locked out overnight.
            assert decisions.may(session, office.actor(session, "T101"), act) is not None
            (first, *_) = qualifications.duties(session)
            assert first.days[0] == TODAY + timedelta(days=90)
        with office.sessions.command() as session:
            head = office.actor(session, "S000")
            for subject in ("integrity", "policy", "courtesy"):
                said = {"post": "teller", "kind": "training", "subject": subject, "basis": "文件"}
                training.bind(session, head, DutyEntry.model_validate({**said, "from": TODAY}))
        with office.sessions.command() as session:
            supervisor = office.actor(session, "S101")
            for subject in ("integrity", "policy", "courtesy"):
                entry = QualificationEntry(
                    staff_no="T102", kind="training", subject=subject, done_on=TODAY, basis="文件"
                )
                training.enter(session, supervisor, entry)
        with office.sessions.reading() as session:
            untrained, trained = office.actor(session, "T101"), office.actor(session, "T102")
            with pytest.raises(Forbidden) as refused:
                decisions.require(session, untrained, act)
            assert refused.value.rule == "qualification.missing"
            assert decisions.may(session, trained, act) is not None
            named = [one["staff_no"] for one in holders.who_can(session, act)[0]["staff"]]
            assert named == ["T102"]
            for step in sorted(READING):
                reading = Act(step, agency=COUNTY)
                both = (decisions.may(session, one, reading) for one in (untrained, trained))
                assert len({permit is None for permit in both}) == 1, step
            listed = qualifications.deviations(session, [COUNTY], TODAY)
            tellers = {
                no for no, (post, at, _) in STAFF.items() if (post, at) == ("teller", COUNTY)
            }
            assert {one.staff_no for one in listed} == tellers - {"T102"}
            assert {one.post for one in listed} == {"teller"}


def test_a_high_risk_post_held_for_five_years(tmp_path: Path) -> None:
    """The office's people hold their posts since 2020-01-01, over two accounts as over one."""
    with authz_office.opened(tmp_path) as office, office.sessions.reading() as session:
        codes = agencies.below(session, CITY)
        found = tenure.too_long(session, codes, date(2025, 1, 1))
        assert {one.post for one in found} == {
            "handler", "reviewer", "deputy_director", "director", "city_approver", "city_head",
            "finance", "administrator",
        }  # fmt: skip
        assert {one.rotate_on for one in found} == {date(2025, 1, 1)}
        assert tenure.too_long(session, codes, date(2024, 12, 31)) == []
