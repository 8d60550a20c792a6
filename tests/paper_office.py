"""An office with numbered paper: a block, an application that came on a day without power, scans of it."""

from typing import Any

from tests.people import Hall, new_key

BLOCKS, VOIDS = "/api/paper-blocks", "/api/paper-voids"
# Between the reservation at ten and the entry on the next day.
RECEIVED = "2026-11-02T11:00:00+08:00"


def reserved(hall: Hall, count: int = 3) -> list[str]:
    """The numbers of a new block of the county."""
    made = hall.S101.post(BLOCKS, {"window": "3号窗口", "count": count}, status=201)
    shown = hall.S101.get(f"{BLOCKS}/{made['block_id']}")
    return [line["paper_no"] for line in shown["numbers"]]


def image(hall: Hall) -> str:
    """The digest of a scan of paper that the county stored."""
    answer = hall.client.post(
        "/api/files",
        files={"file": ("paper.pdf", b"%PDF-1.7 paper " + new_key().encode(), "application/pdf")},
        headers={**hall.T101.headers, "Idempotency-Key": new_key()},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file"])


def late(hall: Hall, paper_no: str, **said: Any) -> dict[str, Any]:
    """What an application says of its paper."""
    entry = {"reason": "停电", "paper_no": paper_no, "code": "outage", "images": [image(hall)]}
    return entry | said


def spent(hall: Hall) -> None:
    """A number that a case was entered under, and one that was declared void."""
    used, void = reserved(hall, 2)
    body = hall.example("person_info_change_general", 3)
    body["form"] = {"mobile": "13999990000"}
    hall.T101.accept(body | {"late_entry": late(hall, used)})
    hall.S101.post(VOIDS, {"paper_no": void, "reason": "污损"}, status=201)
