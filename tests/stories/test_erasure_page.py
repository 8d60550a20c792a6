"""The pages of erasures without a script: who sees them, who asks, and nobody decides what he asked for."""

from typing import Any

from starlette.testclient import TestClient

from tests import erased_office
from tests.databases import Database
from tests.people import Hall
from tests.stories.test_places import sign_in
from tests.stories.test_queue_page import page, send


def at_desk(hall: Hall, staff_no: str) -> TestClient:
    """Somebody in his browser, and nobody before him."""
    hall.client.follow_redirects = False
    hall.client.cookies.clear()
    sign_in(hall.client, staff_no)
    return hall.client


def test_asked_for_and_decided_on_the_pages(hall: Hall, database: Database) -> None:
    applicant = hall.example("person_info_change_general", 3)["applicant"]
    _, told = erased_office.certified(hall, applicant)
    said: dict[str, Any] = {"person_id": told["case_no"], "basis": "court", "reason": "民初7号"}

    teller = at_desk(hall, "T101")
    page(teller, "/erasures", 403)
    assert "/erasures" not in page(teller, "/me")
    assert "/erasures/" not in send(teller, "/erasures", said)
    archivist = at_desk(hall, "V101")
    assert "个人信息删除" in page(archivist, "/me")
    assert not send(archivist, "/erasures", {**said, "reason": " "}).startswith("/erasures/")
    assert not send(archivist, "/erasures", {**said, "person_id": "0"}).startswith("/erasures/")
    asked = send(archivist, "/erasures", said)
    # Nothing was asked for before.
    assert asked == "/erasures/1"
    shown = page(archivist, asked)
    assert told["person_id"] in shown
    assert "tongban keys separate" in shown
    assert 'name="agree"' not in shown
    page(archivist, "/erasures/x", 404)
    page(at_desk(hall, "V201"), asked, 404)

    director = at_desk(hall, "Z101")
    agreed = {"agree": "yes", "opinion": "依法应予删除"}
    assert 'value="yes"' not in page(director, asked)
    assert "tongban keys separate" in send(director, f"{asked}/decision", agreed)
    erased_office.moved(database)
    assert 'value="yes"' in page(director, asked)
    assert send(director, f"{asked}/decision", agreed) == asked
    done = page(director, asked)
    assert "已永久删除" in done
    assert 'name="agree"' not in done
    assert "已永久删除" in page(director, "/erasures")
    assert applicant["id_no"] not in done
