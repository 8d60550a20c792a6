"""The clock's words: a moment has one text and one day, in whatever zone it came."""

from datetime import UTC, date, datetime, timedelta, timezone

from sqlalchemy.orm import Session

from database import clock

EIGHT_HOURS = timezone(timedelta(hours=8))


def test_one_moment_of_two_zones_has_one_text_whichever_is_asked_first() -> None:
    late = datetime(2026, 11, 2, 20, 30, 0, 5, tzinfo=UTC)
    early = datetime(2026, 11, 3, 9, 0, tzinfo=EIGHT_HOURS)
    for first, second in (
        (late.astimezone(EIGHT_HOURS), late),
        (early.astimezone(UTC), early),
    ):
        assert clock.moment_text(first) == clock.moment_text(second)
        assert clock.office_date(first) == clock.office_date(second)
    assert clock.moment_text(late) == "2026-11-02T20:30:00.000005Z"
    assert clock.moment_text(early) == "2026-11-03T01:00:00.000000Z"


def test_the_day_is_the_office_s() -> None:
    assert clock.office_date(datetime(2026, 11, 2, 15, 59, 59, tzinfo=UTC)) == date(2026, 11, 2)
    assert clock.office_date(datetime(2026, 11, 2, 16, 0, tzinfo=UTC)) == date(2026, 11, 3)


def test_today_changes_with_the_office_s_midnight_forwards_and_back() -> None:
    still = clock.FixedClock(datetime(2026, 11, 2, 15, 59, 59, 999_999, tzinfo=UTC))
    with Session(info={"clock": still}) as session:
        assert clock.today(session) == date(2026, 11, 2)
        still.moment = datetime(2026, 11, 3, 0, 0, tzinfo=EIGHT_HOURS)
        assert clock.today(session) == date(2026, 11, 3)
        still.moment -= timedelta(microseconds=1)
        assert clock.today(session) == date(2026, 11, 2)
