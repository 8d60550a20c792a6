"""The people of a story: each signs in for himself and acts through HTTP, as the desk does."""

import itertools
from typing import Any

from starlette.testclient import TestClient

PASSWORD = "tongban-demo"
_keys = itertools.count(1)


def new_key() -> str:
    """An idempotency key nobody used yet in this run."""
    return f"story-{next(_keys)}"


class Person:
    """A signed-in member of staff."""

    def __init__(
        self, client: TestClient, staff_no: str, password: str = PASSWORD, code: str | None = None
    ) -> None:
        self.client = client
        self.staff_no = staff_no
        said = {"staff_no": staff_no, "password": password, **({"code": code} if code else {})}
        answer = client.post("/api/session", json=said)
        assert answer.status_code == 201, answer.text
        self.session = answer.json()
        self.headers = {"Authorization": f"Bearer {self.session['token']}"}

    def get(self, path: str, status: int = 200) -> Any:
        """GET, expecting this status; the answer's JSON."""
        answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(
        self, path: str, body: Any = None, *, status: int = 200, key: str | None = None
    ) -> Any:
        """POST with a fresh idempotency key, expecting this status; the answer's JSON."""
        headers = {**self.headers, "Idempotency-Key": key or new_key()}
        answer = self.client.post(path, json={} if body is None else body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def accept(self, body: dict[str, Any], status: int = 201) -> Any:
        """Accept a case."""
        return self.post("/api/cases", body, status=status)

    def case(self, case_no: str, status: int = 200) -> Any:
        """Read a case."""
        return self.get(f"/api/cases/{case_no}", status)

    def sign(
        self, case_no: str, decision: str = "approve", *, status: int = 200, **said: Any
    ) -> Any:
        """Sign the case's first waiting task, over what it shows now, with the password."""
        case = self.case(case_no)
        task = case["waiting"][0]["task_id"]
        body = {
            "decision": decision,
            "opinion": "同意" if decision in ("approve", "escalate") else "材料与登记不符，请核对",
            "password": PASSWORD,
            "seen": case["seen"],
            **said,
        }
        body = {name: value for name, value in body.items() if value is not None}
        return self.post(f"/api/tasks/{task}/sign", body, status=status)

    def history(self, case_no: str) -> Any:
        """The case's sign-offs and journal."""
        return self.get(f"/api/cases/{case_no}/history")

    def findings(self, case_no: str) -> Any:
        """What verification finds wrong with the case."""
        answer = self.client.post(f"/api/cases/{case_no}/verification", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()["findings"]


class Hall:
    """The office of a story: its client, its demo examples, its people by staff number."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.people: dict[str, Person] = {}
        self.demo = client.get("/api/demo").json()

    def __getattr__(self, staff_no: str) -> Person:
        """``hall.T101`` signs T101 in the first time he is named."""
        if staff_no.startswith("_"):
            raise AttributeError(staff_no)
        if staff_no not in self.people:
            self.people[staff_no] = Person(self.client, staff_no)
        return self.people[staff_no]

    def lose_password(self, staff_no: str, new_password: str = PASSWORD) -> str:
        """Give somebody a new password by the act of two people; the code he gave."""
        lost = {"staff_no": staff_no, "reason": "忘记密码"}
        applied = self.admin.post("/api/password-resets", lost, status=201)
        confirmed = self.C001.post(f"/api/password-resets/{applied['reset_id']}/confirmation")
        code = f"{applied['code_part']}{confirmed['code_part']}"
        said = {"staff_no": staff_no, "code": code, "new_password": new_password}
        answer = self.client.post("/api/session/reset", json=said)
        assert answer.status_code == 204, answer.text
        self.people.pop(staff_no, None)
        return code

    def put_password_back(self, staff_no: str, present: str) -> None:
        """Give somebody the password again by which everybody here signs in."""
        if present != PASSWORD:
            said = {"password": present, "new_password": PASSWORD}
            Person(self.client, staff_no, present).post("/api/session/password", said)
        self.people.pop(staff_no, None)

    def example(self, process: str, level: int, route: str | None = None, *, nth: int = 0) -> Any:
        """The nth body of the demo that is accepted at this level and route."""
        wanted = {"risk_level": level, "route": route}
        fitting = [body for body in self.demo["examples"][process] if body["expect"] == wanted]
        body = dict(fitting[nth])
        body.pop("expect")
        return body
