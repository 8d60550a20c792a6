"""A software token: holds a private half that the office never sees, and signs what is put before it."""

import base64
from dataclasses import dataclass, field
from typing import Any

from database import suites
from tests.people import PASSWORD, Hall, Person

SPKI = {
    "intl-1": bytes.fromhex("302a300506032b6570032100"),
    "gm-1": bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004"),
}


@dataclass(slots=True)
class Token:
    """A key of one suite."""

    suite: str
    private: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.private = suites.named(self.suite).new_private()

    @property
    def public_pem(self) -> str:
        """The public half, as ``openssl pkey -pubout`` writes it."""
        der = SPKI[self.suite] + suites.named(self.suite).public(self.private)
        inside = base64.encodebytes(der).decode()
        return f"-----BEGIN PUBLIC KEY-----\n{inside}-----END PUBLIC KEY-----\n"

    def sign(self, covered: str) -> str:
        """The signature (hex) over bytes that came as base64."""
        return suites.named(self.suite).sign(self.private, base64.b64decode(covered)).hex()


def enrol(hall: Hall, staff_no: str, token: Token, pem: str | None = None) -> Any:
    """Let a person sign with a token from now on, by his application, his proof and admin's word."""
    holder: Person = getattr(hall, staff_no)
    said = {"pem": pem or token.public_pem}
    applied = holder.post("/api/key-enrolments", said, status=201)
    path = f"/api/key-enrolments/{applied['enrolment_id']}"
    holder.post(f"{path}/proof", {"signature": token.sign(applied["challenge"])})
    confirmed = hall.secadmin.post(f"{path}/confirmation")
    hall.people[staff_no] = Person(hall.client, staff_no)
    return confirmed


def body_of(person: Person, case_no: str, decision: str = "approve", **said: Any) -> Any:
    """The waiting task and a body to sign it with."""
    case = person.case(case_no)
    body = {"decision": decision, "opinion": "同意", "seen": case["seen"], **said}
    if case["risk_level"] == 1:
        body.setdefault("password", PASSWORD)
    return case["waiting"][0]["task_id"], body


def prepare(person: Person, case_no: str, decision: str = "approve", **said: Any) -> Any:
    """What a person is to sign: task, body and what was prepared."""
    task, body = body_of(person, case_no, decision, **said)
    prepared = person.post(f"/api/tasks/{task}/signing", body)["prepared"]
    return task, body, prepared


def sign(person: Person, token: Token, case_no: str, decision: str = "approve") -> Any:
    """Sign in two steps; the case as it then stands."""
    task, body, prepared = prepare(person, case_no, decision)
    signed = {**body, "signature": token.sign(prepared["covered"])}
    return person.post(f"/api/tasks/{task}/sign", signed)
