"""A key held elsewhere on the pages of the desk, without script: enrolled, signed with; and unmasking."""

import base64
import html
import re
from typing import Any

from starlette.testclient import TestClient

from tests import software_token
from tests.clock_commands import ORDER
from tests.people import PASSWORD, Hall
from tests.software_token import Token

HTML = {"accept": "text/html"}
OWN = {"sec-fetch-site": "same-origin"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Reader:
    """Somebody at a browser without script: reads pages and sends their forms."""

    def __init__(self, client: TestClient, staff_no: str) -> None:
        self.client = TestClient(
            client.app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50_001)
        )
        page = self.page("/sign-in")
        sent = {"staff_no": staff_no, "password": PASSWORD, "csrf": _token(page)}
        self.send("/sign-in", sent)

    def page(self, path: str) -> str:
        answer = self.client.get(path, headers=HTML)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send(self, path: str, said: dict[str, Any], **more: Any) -> Any:
        answer = self.client.post(
            path, data=said, headers={**HTML, **OWN}, follow_redirects=False, **more
        )
        assert answer.status_code in (200, 303), answer.text
        return answer

    def form(self, page: str, action: str, said: dict[str, Any], **more: Any) -> Any:
        """Send the page's form of this action with its hidden fields."""
        (inside,) = re.findall(
            rf'<form method="post" action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL
        )
        hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(inside)}
        return self.send(action, {**hidden, **said}, **more)


def _token(page: str) -> str:
    found = re.search(r'name="csrf" content="(\w+)"', page)
    assert found
    return found.group(1)


def test_enrolling_and_signing_by_pages(hall: Hall) -> None:
    token = Token("gm-1")
    reviewer, admin = Reader(hall.client, "R101"), Reader(hall.client, "secadmin")
    reviewer.form(reviewer.page("/me/key"), "/me/key", {"pem": token.public_pem})
    page = reviewer.page("/me/key")
    challenge = reviewer.client.get("/me/key/challenge").content
    (path,) = re.findall(r'action="(/me/key/proof/\d+)"', page)
    signature = bytes.fromhex(token.sign(_base64(challenge)))
    files = {"signature_file": ("signature.bin", signature)}
    reviewer.form(page, path, {"signature": ""}, files=files)
    assert "待管理员确认" in reviewer.page("/me/key")
    page = admin.page("/keys")
    (path,) = re.findall(r'action="(/keys/\d+/confirmation)"', page)
    admin.form(page, path, {})
    reviewer = Reader(hall.client, "R101")
    assert "本人（系统外）" in reviewer.page("/me/key")

    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    page = reviewer.page(f"/cases/{number}")
    (action,) = re.findall(rf'action="(/cases/{number}/signing/\w+)"', page)
    to_sign = reviewer.form(page, action, {"decision": "approve", "opinion": "同意"}).text
    covered = reviewer.client.get(action).content
    assert _base64(covered) in to_sign
    signing = action.replace("/signing/", "/signature/")
    answer = reviewer.form(to_sign, signing, {"signature": token.sign(_base64(covered))})

    assert answer.headers["location"] == f"/cases/{number}?signed=1"
    assert hall.A101.case(number)["status"] == "completed"
    (_, row) = hall.A101.history(number)["sign_offs"]
    assert (row["signer"], row["suite"], row["opinion"]) == ("R101", "gm-1", "同意")
    assert hall.A101.findings(number) == []
    reviewer.form(reviewer.page("/me/key"), "/me/key/retirement", {})
    assert "本人（系统外）" not in reviewer.page("/me/key")


def test_personal_data_unmasked_by_pages(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    case = hall.T101.accept(body)
    path = f"/register/persons/{case['person_id']}"
    teller, auditor = Reader(hall.client, "T101"), Reader(hall.client, "A101")
    supervisor = Reader(hall.client, "D101").page(path)
    assert body["applicant"]["id_no"] not in supervisor

    page = teller.page(path)
    said = {"fields": ["id_no", "payment_account"], "case_no": case["case_no"]}
    shown = teller.form(page, f"{path}/unmasking", said)
    assert body["applicant"]["id_no"] in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert body["applicant"]["id_no"] not in teller.page(path)
    reason = {"fields": ["name"], "reason_code": "inspection", "reason": "抽查"}
    shown = auditor.form(auditor.page(path), f"{path}/unmasking", reason)
    assert body["applicant"]["name"] in shown.text
    assert "抽查" in auditor.page("/audit/lists/unmasked")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_clock_is_stopped_by_pages_with_a_key_held_elsewhere(hall: Hall) -> None:
    token = Token("intl-1")
    software_token.enrol(hall, "D101", token)
    deputy = Reader(hall.client, "D101")
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    page, signing = deputy.page(f"/cases/{number}"), f"/cases/{number}/clock-signing"
    assert "您的密钥由本人保管" in page

    said = {**ORDER, "password": PASSWORD}
    to_sign = deputy.form(page, signing, said).text
    covered = deputy.client.get(signing).content
    assert _base64(covered) in to_sign
    signature = {"signature": token.sign(_base64(covered))}
    answer = deputy.form(to_sign, f"/cases/{number}/clock-signature", signature)

    assert answer.headers["location"] == f"/cases/{number}"
    (order,) = hall.A101.history(number)["clock_orders"]
    assert (order["signer"], order["basis"]) == ("D101", ORDER["basis"])
    assert order["digest"] in deputy.page(f"/cases/{number}")
    # The password stands: letting it go on asks for none, and takes the signature's page again.
    page = deputy.page(f"/cases/{number}")
    assert "f-resume-password" not in page
    to_sign = deputy.form(page, signing, {}).text
    covered = deputy.client.get(signing).content
    signature = {"signature": token.sign(_base64(covered))}
    deputy.form(to_sign, f"/cases/{number}/clock-signature", signature)
    assert len(hall.A101.history(number)["clock_orders"]) == 2
    assert hall.A101.findings(number) == []
