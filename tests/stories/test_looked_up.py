"""A client who is looked up at the counter was read: journalled once a reader, person and day."""

from typing import Any

from starlette.testclient import TestClient

from tests.people import Hall
from tests.stories.test_desk_doors import HTML, OWN, sign_in


def read(hall: Hall) -> list[Any]:
    """Who read whose record, as the journal has it."""
    page = hall.A101.get("/api/audit/journal?action=record_read")
    return [(one["staff_no"], one["stream"]) for one in page["items"]]


def look(client: TestClient, token: str, id_no: str) -> str:
    """The picture of the person of this number."""
    form = {"csrf": token, "applicant.id_no": id_no, "applicant.kind": "person"}
    answer = client.post("/desk/person", data=form, headers={**HTML, **OWN})
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_looking_a_client_up_is_journalled(hall: Hall) -> None:
    first, second = (person["id_no"] for person in hall.demo["persons"][:2])
    hall.client.follow_redirects = False
    # Whoever signs in by program later would take the browser's place.
    assert (hall.A101.session["staff_no"], hall.T101.session["staff_no"]) == ("A101", "T101")
    hall.client.cookies.clear()
    token = sign_in(hall.client)
    assert "refused" not in look(hall.client, token, "610099190001010013")
    assert read(hall) == []

    for id_no in (first, first, second):
        assert id_no not in look(hall.client, token, id_no)
    assert read(hall) == [("T101", "990101")] * 2
    case_no = hall.T101.accept(hall.example("person_info_change_general", 3, nth=2))["case_no"]
    assert hall.client.get(f"/desk?like={case_no}", headers=HTML).status_code == 200
    assert len(read(hall)) == 3
    assert hall.client.get(f"/desk?like={case_no}", headers=HTML).status_code == 200
    assert len(read(hall)) == 3
