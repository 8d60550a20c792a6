"""Personal data stays sealed: in no answer, no log line, no journal, and not in the bytes of the database."""

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from api.monitoring.logs import JsonFormatter
from database import connection
from database.declarative import Base
from oversight.auditing.lists import catalogue
from tests import answer_texts, written_bytes
from tests.databases import Database
from tests.people import Hall, new_key

pytestmark = pytest.mark.slow
PERSONAL = (
    "bank_account", "holder", "mobile", "address", "name", "legal_person", "legal_person_id_no"
)  # fmt: skip
# Every kind of business that takes something personal, with who signs it.
WORK = [
    ("person_info_change_general", 3, None, ()),
    ("enrollment_certificate", 3, None, ()),
    ("payment_account_change", 2, None, ("R101",)),
    ("person_info_change_key", 2, None, ("R101",)),
    ("person_info_change_key", 1, "county", ("R101", "D101", "Z101")),
    ("retirement_approval", 1, "county", ("R101",)),
    ("benefit_calculation_payment", 1, "county", ("R101", "D101", "Z101")),
    ("survivor_benefit", 1, "county", ("R101", "D101", "Z101")),
    ("account_lump_sum", 1, "county", ("R101", "D101", "Z101")),
    ("flexible_enrollment", 2, None, ("R101",)),
    ("overage_enrollment", 1, "county", ("R101", "D101", "Z101")),
]
# A person's own certificate is made out to his name and number, in full.
MADE_OUT = "/document.pdf"
# All of a case, for an auditor, on purpose and journalled.
WHOLE = "/evidence/whole"
IN_PUBLIC = "/api/demo"
BARE = ("journal", "sign_offs", "idempotency_keys", "case_states", "cases", "tasks", "documents")


class Heard:
    """Every answer of the office, as text."""

    def __init__(self, hall: Hall) -> None:
        self.answers: list[tuple[str, str]] = []
        hall.client.event_hooks = {"response": [self._hear]}

    def _hear(self, response: Any) -> None:
        response.read()
        route = f"{response.request.method} {response.request.url.path}"
        self.answers.append((route, answer_texts.said(response)))


@pytest.fixture
def secrets(hall: Hall) -> set[str]:
    """What must not be seen: numbers and names of the insured, and what their forms say of them."""
    new = [row for row in hall.demo["newcomers"] if row["kind"] == "person"]
    insured = [*hall.demo["persons"], *new]
    found = {value for row in insured for value in (row["id_no"], row["name"])}
    for bodies in hall.demo["examples"].values():
        for body in bodies:
            found |= {str(body["form"][field]) for field in PERSONAL if field in body["form"]}
    return found


def worked(hall: Hall) -> list[dict[str, Any]]:
    """Cases of every kind, one returned and corrected, one short of materials, some refused inputs."""
    cases = []
    for process, level, route, signers in WORK:
        body = hall.example(process, level, route)
        case = hall.T101.accept({**body, "applicant": {**body["applicant"], "id_type": "resident"}})
        for name in signers:
            case = getattr(hall, name).sign(case["case_no"])
        cases.append(case)
    body = hall.example("payment_account_change", 2, nth=1)
    short = hall.T101.accept({**body, "materials": []})
    hall.T101.post(f"/api/cases/{short['case_no']}/correction", {"materials": body["materials"]})
    hall.R101.sign(short["case_no"], "return", reasons=["other"])
    hall.T101.post(f"/api/cases/{short['case_no']}/withdrawal", {"reason": "申请人改期办理"})
    other = hall.demo["persons"][0]["name"]
    applicant = {**body["applicant"], "name": other}
    hall.T101.accept({**body, "applicant": applicant}, status=422)
    applicant = {**body["applicant"], "id_no": body["applicant"]["id_no"][:-1] + "#"}
    hall.T101.accept({**body, "applicant": applicant}, status=422)
    return [*cases, short]


def call_every_route(hall: Hall, cases: list[dict[str, Any]], secrets: set[str]) -> None:
    """Each GET with every identifier we know, each POST with a body full of what it doesn't expect."""
    published = hall.client.get("/api/openapi.json").json()["paths"]
    known = {
        "case_no": [case["case_no"] for case in cases],
        "person_id": sorted({case["person_id"] for case in cases}),
        "employer_id": [_employer(hall)],
        "task_id": [entry["task_id"] for case in cases for entry in case["waiting"]],
        "grant_id": ["1"],
        "stand_in_id": ["1"],
        "appointment_id": ["1"],
        "record_id": ["1"],
        "declaration_id": ["1"],
        "session_id": ["1"],
        "draft_id": ["0" * 32],
        "leave_id": ["1"],
        "naming_id": ["1"],
        "list_id": ["0" * 64, "1"],
        "block_id": ["1"],
        "meeting_id": ["1"],
        "change_no": ["1"],
        "digest": ["0" * 64],
        "message_id": ["1"],
        "request_id": ["1"],
        "reset_id": ["1"],
        "saved_id": ["1"],
        "enrolment_id": ["1"],
        "factor_id": ["1"],
        "factor_reset_id": ["1"],
        "identity_id": ["1"],
        "seal_no": ["1"],
        "key_id": ["0" * 64],
        "staff_no": ["T101", "R101"],
        "sample_id": ["1"],
        "finding_id": ["1"],
        "volume_id": ["1"],
        "contact_id": ["1"],
        "loan_id": ["1"],
        "code": sorted(hall.demo["examples"]),
        "verification_code": ["ABCDEFGH2345"],
        "window_id": ["1"],
        "name": ["anything"],
        "number": ["1"],
    }
    body = {
        **dict(zip(("id_no", "name", "uscc", "reason", "opinion"), sorted(secrets), strict=False)),
        "form": {"bank_account": min(secrets)},
        "applicant": sorted(secrets)[1],
    }
    for path, verbs in published.items():
        wanted = re.findall(r"{(\w+)}", path)
        values = {**known, "code": sorted(catalogue.PAGES)} if "/lists/" in path else known
        for number in range(max(len(values[name]) for name in wanted) if wanted else 1):
            filled = path
            for name in wanted:
                filled = filled.replace(f"{{{name}}}", values[name][number % len(values[name])])
            _call(hall, filled, set(verbs), body)


def _employer(hall: Hall) -> str:
    sought = {"uscc": hall.demo["employers"][0]["uscc"]}
    return str(hall.T101.post("/api/register/search", sought)["employer_id"])


def _call(hall: Hall, path: str, verbs: set[str], body: dict[str, Any]) -> None:
    for person in (hall.T101, hall.A101):
        if "get" in verbs:
            hall.client.get(path, headers=person.headers)
        if "post" in verbs:
            keyed = {**person.headers, "Idempotency-Key": new_key()}
            hall.client.post(path, json=body, headers=keyed)


def test_no_answer_and_no_log_line_shows_personal_data(
    hall: Hall, secrets: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    heard = Heard(hall)
    with caplog.at_level(logging.DEBUG):
        cases = worked(hall)
        call_every_route(hall, cases, secrets)

    assert len({route for route, _ in heard.answers}) > 30
    shown = [
        (route, secret)
        for route, said in heard.answers
        for secret in secrets
        if secret in said and not route.endswith((MADE_OUT, WHOLE, IN_PUBLIC))
    ]
    assert shown == []
    lines = [JsonFormatter().format(record) for record in caplog.records] + [caplog.text]
    assert [secret for secret in secrets if any(secret in line for line in lines)] == []
    assert any(MADE_OUT in route for route, _ in heard.answers)


def test_no_row_and_no_byte_holds_personal_data(
    hall: Hall, secrets: set[str], database: Database
) -> None:
    worked(hall)

    written = {**written_bytes.of_rows(database), **dict(written_bytes.of_files(database))}

    found = {secret: sorted(tables_with(written, secret)) for secret in secrets}
    assert {secret: tables for secret, tables in found.items() if tables} == {}


def tables_with(written: Mapping[str, bytes], secret: str) -> set[str]:
    """The tables and files that hold the text."""
    return {name for name, content in written.items() if _holds(content, secret)}


def _holds(dumped: bytes, secret: str) -> bool:
    escaped = json.dumps(secret)[1:-1].encode()
    return secret.encode() in dumped or escaped in dumped


def test_the_journal_and_its_neighbours_are_not_empty(hall: Hall, database: Database) -> None:
    """The test above would pass on tables that hold nothing."""
    worked(hall)
    engine = connection.connect(database.owner_url)
    with engine.connect() as opened:
        for name in BARE:
            assert opened.execute(select(Base.metadata.tables[name]).limit(1)).first(), name
    engine.dispose()
