"""What answers about windows hold: register, who sits at them, and the daily ledger (see ``answers``)."""

from typing import Literal

from pydantic import BaseModel, Field

from api.answers import Day, Moment
from api.people.colleagues import Colleague

Purpose = Literal["comprehensive", "accessible", "kiosk"]


class WindowSaid(BaseModel):
    """A window as it stands in the register, both days included; ``to`` is null without a last day."""

    window_id: int
    agency: str
    number: str
    name: str
    purpose: Purpose
    purpose_zh: str
    purpose_en: str
    first_day: Day = Field(alias="from")
    last_day: Day | None = Field(alias="to")


class WindowShown(WindowSaid):
    """A window with who sits at it today, since when, and why it is paused; nobody sits at a kiosk."""

    state: Literal["open", "paused", "closed", "unstaffed"]
    staff: Colleague | None
    since: Moment | None
    reason: str | None


class WindowOver(WindowSaid):
    """A window that is no more; ``ended_at`` is null where its last day is past."""

    ended_at: Moment | None


class WindowList(BaseModel):
    """The windows of an agency by number, those to come included, and the last that are no more."""

    agency: str
    day: Day
    items: list[WindowShown]
    over: list[WindowOver]


class LedgerCounts(BaseModel):
    """The four counts of a day: 服务人次, 受理件数, 收集资料份数, 扫描入系统份数."""

    served: int = Field(description="accepted, or turned away in writing")
    accepted: int
    materials: int = Field(description="copies handed in with what was accepted")
    scans: int = Field(description="of these, those whose scan is in the system")


class LedgerLine(LedgerCounts):
    """A window's day; ``window`` is null for what was done without a window open (未登记窗口)."""

    window: WindowSaid | None
    tellers: list[str]


class WindowLedger(BaseModel):
    """The ledger of an agency's day."""

    agency: str
    day: Day
    items: list[LedgerLine]
    total: LedgerCounts
