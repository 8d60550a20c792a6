"""The bank's report as a CSV file or as typed lines: payable, result, amount in yuan, reason of a return."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from database.refusals import Invalid
from engine import applications
from engine.paying.bank_results import MOST, ResultsRequest

RESULTS: Mapping[str, str] = {
    "paid": "paid",
    "returned": "returned",
    "成功": "paid",
    "已付": "paid",
    "退票": "returned",
    "失败": "returned",
}
# The most columns a row can have, and the amounts that can be read without guessing.
COLUMNS = 4
FEWEST = 3
_YUAN = re.compile(r"(\d{1,11})(?:\.(\d{1,2}))?")
_NUMBER = re.compile(r"\d{1,15}")


class ReportUnreadable(Invalid):
    """A line of the report can't be read: number of the payable, paid or returned, amount in yuan, reason."""

    rule = "result.file"


def read(reference: str, content: str) -> ResultsRequest:
    """The report that a file or typed lines say. A heading line is left out.

    Raises ReportUnreadable, with every line that doesn't fit.
    """
    lines = [row for row in csv.reader(io.StringIO(content, newline="")) if any(row)]
    if lines and not _NUMBER.fullmatch(lines[0][0].strip()):
        lines = lines[1:]
    if len(lines) > MOST:
        raise ReportUnreadable(errors=[_error(MOST + 1, f"at most {MOST} lines")])
    rows, errors = [], []
    for place, cells in enumerate(lines, 1):
        row = _row([cell.strip().lstrip("'") for cell in cells])
        if row is None:
            errors.append(_error(place, str(ReportUnreadable.__doc__)))
        else:
            rows.append(row)
    if errors:
        raise ReportUnreadable(errors=errors)
    try:
        return ResultsRequest.model_validate({"reference": reference, "results": rows})
    except ValidationError as wrong:
        raise ReportUnreadable(errors=applications.field_errors(wrong)) from None


def text(content: bytes) -> str:
    """A file's text: UTF-8, or GB 18030 as banks' programs write it. Raises ReportUnreadable."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReportUnreadable


def _row(cells: list[str]) -> dict[str, Any] | None:
    if not FEWEST <= len(cells) <= COLUMNS:
        return None
    number, result, amount = cells[:FEWEST]
    yuan = _YUAN.fullmatch(amount.replace(",", ""))
    if not _NUMBER.fullmatch(number) or not number.isascii() or yuan is None:
        return None
    if result not in RESULTS or not amount.isascii():
        return None
    whole, part = yuan.group(1), (yuan.group(2) or "").ljust(2, "0")
    reason = cells[FEWEST] if len(cells) == COLUMNS else ""
    return {
        "payable_id": int(number),
        "result": RESULTS[result],
        "amount_cents": int(whole) * 100 + int(part),
        **({"reason": reason} if reason else {}),
    }


def _error(place: int, message: str) -> dict[str, str]:
    return {"field": f"results.{place - 1}", "message": message, "rule": ReportUnreadable.rule}
