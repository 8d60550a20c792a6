"""Windows of the county in stories: which is which, opened and closed by whom, whatever was before."""

import itertools
from typing import Any

from tests.people import Hall, Person, new_key

WINDOWS, LEDGER = "/api/windows", "/api/window-ledger"
PAUSE = {"reason": "系统维护，请到2号窗口"}
ENDING = {"reason": "窗口撤并"}
_numbers = itertools.count(100)
# What ends a turn, or finds none to end.
_SETTLED = (200, 403, 409)


def entry(number: str = "9", **said: Any) -> dict[str, Any]:
    """A window to be entered."""
    return {"number": number, "name": f"综合业务{number}号窗口", "from": "2026-11-02", **said}


def new_number() -> str:
    """A number that no window has had in this run."""
    return f"W{next(_numbers)}"


def ids(hall: Hall) -> list[str]:
    """The ids of the county's windows."""
    return [str(one["window_id"]) for one in hall.S101.get(WINDOWS)["items"]]


def listed(person: Person) -> dict[str, Any]:
    """The windows of his agency by number."""
    return {one["number"]: one for one in person.get(WINDOWS)["items"]}


def path(person: Person, number: str, act: str) -> str:
    """The address of an act at the window of this number."""
    return f"{WINDOWS}/{listed(person)[number]['window_id']}/{act}"


def opened(person: Person, number: str) -> Any:
    """He opens the window of this number."""
    return person.post(path(person, number, "opening"))


def nobody_sits(hall: Hall) -> None:
    """Every window of the county is closed, whoever sat there."""
    for one in hall.S101.get(WINDOWS)["items"]:
        if one["staff"]:
            address = f"{WINDOWS}/{one['window_id']}/closing"
            headers = {**hall.S101.headers, "Idempotency-Key": new_key()}
            answer = hall.client.post(address, json={}, headers=headers)
            assert answer.status_code in _SETTLED, answer.text


def leave_rows(hall: Hall) -> None:
    """A row in every table of windows."""
    ended = hall.S101.post(WINDOWS, entry("8"), status=201)["window_id"]
    hall.S101.post(f"{WINDOWS}/{ended}/end", ENDING)
    opened(hall.T102, "2")
    hall.T102.post(path(hall.T102, "2", "pause"), PAUSE)
