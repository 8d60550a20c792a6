"""An office whose city meeting has something to decide: cases at the head's door, minutes, a scan."""

from typing import Any

from tests.commanded_office import CHAIN
from tests.people import Hall, new_key

MEETINGS = "/api/meetings"
TODAY = "2026-11-02"
PRESENT = ["华振国", "严峻", "曹阳"]


def waiting(hall: Hall) -> str:
    """A county's case that three have signed and that waits for the meeting and the head."""
    body = hall.example("benefit_adjustment", 1, "city_meeting")
    number = str(hall.T101.accept(body)["case_no"])
    for staff_no in CHAIN:
        getattr(hall, staff_no).sign(number)
    return number


def scan(hall: Hall, staff_no: str = "R001") -> str:
    """The digest of a scan of minutes that the city stored."""
    person = getattr(hall, staff_no)
    answer = hall.client.post(
        "/api/files",
        files={
            "file": ("minutes.pdf", b"%PDF-1.7 minutes " + new_key().encode(), "application/pdf")
        },
        headers={**person.headers, "Idempotency-Key": new_key()},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["file"])


def opened(hall: Hall, *cases: str, no: str = "处务会议〔2026〕31号") -> str:
    """A meeting of today with these cases on its agenda; its address."""
    said = {"minutes_no": no, "date": TODAY, "cases": list(cases)}
    made = hall.R001.post(MEETINGS, said, status=201)
    return f"{MEETINGS}/{made['meeting_id']}"


def minutes(hall: Hall, decided: dict[str, str]) -> dict[str, Any]:
    """Minutes that decide these cases."""
    said = [{"case_no": case_no, "decision": decision} for case_no, decision in decided.items()]
    return {"attendees": PRESENT, "scan": scan(hall), "decisions": said}


def held(hall: Hall, decided: dict[str, str], *, no: str = "处务会议〔2026〕31号") -> str:
    """A meeting that decided these cases and is closed; its address."""
    path = opened(hall, *decided, no=no)
    hall.R001.post(f"{path}/minutes", minutes(hall, decided))
    hall.H001.post(f"{path}/closing")
    return path
