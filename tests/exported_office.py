"""An office from which files are taken out: one request for each answer that counts as an export."""

from typing import Any

from tests.people import Hall

PERMIT: dict[str, Any] = {"staff_no": "A101", "more_rows": 5, "reason": "年度稽核抽样"}


def permitted(hall: Hall) -> Any:
    """Internal control of the city lets the county's auditor take out more today."""
    return hall.C001.post("/api/export-permits", PERMIT, status=201)


def leave_rows(hall: Hall) -> None:
    """A permit, and a list that was taken out."""
    permitted(hall)
    taken(hall, "A101", "/api/audit/lists/unmasked.csv")


def taken(hall: Hall, staff_no: str, path: str, status: int = 200) -> Any:
    """The answer to somebody who takes a file out."""
    headers = getattr(hall, staff_no).headers
    answer = hall.client.get(path, headers=headers)
    assert answer.status_code == status, answer.text
    return answer
