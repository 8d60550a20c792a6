"""The daily ledger of windows (每日窗口台账) as a workbook: a line for each window, and the sum."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.offices import agencies
from engine.exports import exporting
from engine.exports.exporting import Asked, Mark
from engine.office import Office
from engine.windows import daily_ledger
from engine.windows.daily_ledger import COUNTED
from engine.workbooks import marked_book

KIND = "window_ledger"
ACTION = "window_ledger_exported"
SHEET = "每日窗口台账"
HEAD = (
    "日期", "机构", "窗口号", "窗口名称", "用途", "在岗柜员工号",
    "服务人次", "受理件数", "收集资料份数", "扫描入系统份数",
)  # fmt: skip
UNREGISTERED, IN_ALL = "未登记窗口", "合计"


def give(
    session: Session, office: Office, actor: Actor, agency: str | None, day: date | None
) -> tuple[Mark, bytes]:
    """The ledger of an agency's day as an export. Raises AgencyNotFound, Forbidden, ExportLimit.

    Its rows about people are the lines that say who sat at a window.
    """
    found = daily_ledger.of_day(session, office, actor, agency, day)
    lines = found["items"]
    chosen = {"list": KIND, "agency": found["agency"], "day": found["day"]}
    naming = sum(bool(line["tellers"]) for line in lines)
    asked = Asked(ACTION, KIND, chosen, len(lines), naming)
    begin = (found["day"], agencies.get(session, found["agency"]).name)
    rows = [(*begin, *_window(line), *_counts(line)) for line in lines]
    rows.append((*begin, IN_ALL, "", "", "", *_counts(found["total"])))
    return exporting.give(
        session, actor, asked, lambda mark: marked_book.written(SHEET, HEAD, rows, mark)
    )


def _window(line: Mapping[str, Any]) -> tuple[str, str, str, str]:
    window, tellers = line["window"], " ".join(line["tellers"])
    if window is None:
        return ("", UNREGISTERED, "", tellers)
    return (window["number"], window["name"], window["purpose_zh"], tellers)


def _counts(line: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(line[what] for what in COUNTED)
