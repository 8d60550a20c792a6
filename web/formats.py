"""How figures and moments are written on a page: the office's time, yuan with two decimals."""

from datetime import UTC, date, datetime

from database.clock import OFFICE_ZONE


def _at(moment: str | datetime) -> datetime:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(OFFICE_ZONE)


def moment(value: str | datetime | None) -> str:
    """``2026-11-02 10:29``, by the office's clock."""
    return "" if value is None else _at(value).strftime("%Y-%m-%d %H:%M")


def short_moment(value: str | datetime | None) -> str:
    """``11-02 10:29``, by the office's clock."""
    return "" if value is None else _at(value).strftime("%m-%d %H:%M")


def clock_time(value: str | datetime) -> str:
    """``10:29:41``, by the office's clock."""
    return _at(value).strftime("%H:%M:%S")


def day(value: str | date | None) -> str:
    """``2026-11-02``."""
    return "" if value is None else str(value)[:10]


def month(value: int | None) -> str:
    """``2026-10`` from the register's 202610."""
    return "" if value is None else f"{value // 100:04d}-{value % 100:02d}"


def yuan(cents: int | None) -> str:
    """``4,477.20`` from cents."""
    if cents is None:
        return ""
    sign, whole = ("-" if cents < 0 else ""), abs(cents)
    return f"{sign}{whole // 100:,}.{whole % 100:02d}"


FILTERS = {
    "moment": moment,
    "short_moment": short_moment,
    "day": day,
    "month": month,
    "yuan": yuan,
}
