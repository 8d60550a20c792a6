"""Hostile requests: whatever anyone sends, the answer is one the published document foresees.

Every operation gets requests of four manners (tests/hostile_requests.py) from somebody of every post and
from nobody; no answer may be a failure of ours, and each must have a status, a content type and a shape
that the document names, nor tell an id number that nobody asked for. At the end neither the logs, nor what
the office wrote, nor the bytes of its database hold one, and its whole record still verifies.
"""

import itertools
import json
import logging
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given
from schemathesis import openapi
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from sqlalchemy import delete
from starlette.testclient import TestClient

from api import app
from api.settings import Settings
from authz.signing_in.lockouts import SignInFailure
from database.clock import FixedClock
from oversight import verification
from tests import requested_routes
from tests.campaign import Campaign
from tests.databases import Database
from tests.hidden_numbers import ASKED_FOR, Canaries, Listening
from tests.hostile_requests import ANY, FRESH, MANNERS, ORIGIN, Made, Operation, of
from tests.people import Hall
from tests.requested_office import RequestedOffice
from tests.requested_routes import POSTS

NOBODY, WHO_MAY = "nobody", "who may"
SENDERS = (*POSTS, WHO_MAY, NOBODY)
PROBLEM = "application/problem+json"
ANSWERS = 10_000
NO_CONTENT, REFUSED, NOT_SIGNED_IN, FAILED = 204, 400, 401, 500
# Whoever sends these may get a new password, which may be a hostile text: everybody signs in again and again.
NEW_PASSWORDS = ("POST /api/session/password", "POST /api/session/reset")
# None of these cases waits for a message, nobody who signs them holds his key elsewhere, a paper's code
# stands on the paper alone, no file is past its retention, and nobody has a second factor: everybody signs
# in again and again.
NEVER_FULFILLED = {
    "POST /api/cases/{case_no}/messages/{name}",
    "POST /api/archive/disposals",
    "POST /api/session/factors/totp/proof",
    "POST /api/session/factors/webauthn/proof",
    "POST /api/session/factors/{factor_id}/removal",
    "POST /api/session/recovery-codes",
    "POST /api/tasks/{task_id}/signing",
    "POST /api/cases/{case_no}/clock-signing",
    "POST /api/keys/{key_id}/retirement",
    "GET /api/documents/{verification_code}",
}


class Defects(logging.Handler):
    """Keeps what the edge logged last of a defect: the answer itself says nothing of it."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = logging.Formatter().format(record)


@pytest.fixture
def defects() -> Iterator[Defects]:
    handler = Defects(logging.ERROR)
    logging.getLogger("tongban.edge").addHandler(handler)
    yield handler
    logging.getLogger("tongban.edge").removeHandler(handler)


@pytest.fixture
def client(settings: Settings, clock: FixedClock) -> Iterator[TestClient]:
    """A client to whom a defect is an answer, not an exception."""
    with TestClient(
        app.create_app(settings, clock),
        base_url=ORIGIN,
        client=("127.0.0.1", 50_000),
        raise_server_exceptions=False,
    ) as client:
        yield client


class Attack:
    """Sends requests in everybody's name, counts the answers and notes every breach."""

    def __init__(self, client: TestClient, campaign: Campaign, defects: Defects) -> None:
        self.client, self.campaign, self.defects = client, campaign, defects
        self.hall = Hall(client)
        self.office = RequestedOffice(self.hall)
        self.sent: Counter[tuple[str, str]] = Counter()
        self.fulfilled: Counter[str] = Counter()
        self.canaries = Canaries()
        self.breaches: dict[str, str] = {}

    def send_all(self, operation: Operation, manner: str, count: int) -> None:
        """``count`` requests of this manner from everybody."""
        turns = itertools.count()

        # Only generated, not shrunk: the office changes with every request, so none can be repeated.
        @hypothesis.seed(f"{self.campaign.seed} {operation.label} {manner}")
        @hypothesis.settings(
            max_examples=count * len(SENDERS),
            phases=[Phase.generate],
            database=None,
            derandomize=False,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(of(operation, manner))
        def send_one(make: Made) -> None:
            turn = next(turns)
            self.send(operation, manner, SENDERS[turn % len(SENDERS)], make, turn < len(SENDERS))

        send_one()

    def send(self, operation: Operation, manner: str, sender: str, make: Made, first: bool) -> None:
        """One request, and what is wrong with its answer."""
        label = str(operation.label)
        staff_no = POSTS.get(sender) or requested_routes.who_may(label)
        fresh = first and (sender == WHO_MAY or "{task_id}" in label)
        sent = make(self.office, staff_no, FRESH if fresh else ANY)
        headers: dict[str, str | bytes] = {}
        if sender != NOBODY:
            headers |= getattr(self.hall, staff_no).headers
        headers |= sent.headers
        self.client.cookies.clear()
        answer = self.client.request(
            sent.method,
            f"{ORIGIN}{sent.target}",
            headers=[(name.encode("latin-1"), _bytes(said)) for name, said in headers.items()],
            content=sent.content,
        )
        if label == "POST /api/session":
            # Guessed passwords lock people out, and everybody else here has to go on.
            with self.client.app.state.sessions.command() as session:  # type: ignore[attr-defined]
                session.execute(delete(SignInFailure))
        if label in NEW_PASSWORDS and answer.is_success:
            said = json.loads(sent.content)
            self.hall.put_password_back(said.get("staff_no", staff_no), said["new_password"])
        self.sent[label, sender] += 1
        self.fulfilled[label] += answer.is_success
        self.campaign.counts[f"{answer.status_code // 100}xx"] += 1
        self.campaign.counts[manner] += 1
        signed_out = label == "DELETE /api/session" or answer.status_code == NOT_SIGNED_IN
        if sender != NOBODY and signed_out:
            self.hall.people.pop(staff_no, None)
        for wrong in (*breaches(operation, answer), *self.canaries.hear(label, answer)):
            inside = self.defects.last if answer.status_code >= FAILED else ""
            self.breaches.setdefault(
                f"{label}: {answer.status_code}: {wrong[:80]}",
                f"{manner}, {sender}: {sent!r:.600}\n{answer.text:.600}\n{wrong}\n{inside}",
            )


def breaches(operation: Operation, answer: Any) -> Iterator[str]:
    """Everything about an answer that the published document doesn't foresee."""
    documented = str(answer.status_code) in operation.definition.raw["responses"]
    if answer.status_code >= FAILED:
        yield "a failure of ours"
    if not documented and answer.status_code < REFUSED:
        yield "a status that isn't documented"
    if not documented and answer.status_code >= REFUSED:
        yield from problem_breaches(answer)
    if answer.status_code == NO_CONTENT:
        # It has no content type either, which schemathesis would miss.
        if answer.content:
            yield "an answer without content has some"
        return
    try:
        operation.validate_response(answer)
    except FailureGroup as failed:
        yield from (str(one) for one in failed.exceptions)
    except Failure as failed:
        yield str(failed)


def problem_breaches(answer: Any) -> Iterator[str]:
    """What of a refusal isn't as RFC 9457 and our own document say."""
    if answer.headers.get("content-type") != PROBLEM:
        yield f"refused as {answer.headers.get('content-type')}"
        return
    said = answer.json()
    if said["status"] != answer.status_code or not said["title"] or not said["detail"]:
        yield f"a problem that says something else: {said}"
    if said["type"] != f"urn:tongban:rule:{said['rule']}":
        yield f"its type is not that of its rule: {said}"


def closed(document: Any) -> Any:
    """The published document, every answer held to the members it names.

    To clients the shapes are open, so that members can be added; to us a member that isn't published
    is a breach. A problem carries the members of its rule.
    """
    for name, shape in document["components"]["schemas"].items():
        if "properties" in shape and name != "Problem":
            shape["additionalProperties"] = False
    return document


def _bytes(said: str | bytes) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def hidden(attack: Attack, logged: Listening, database: Database, settings: Settings) -> None:
    """After ten thousand answers and more no id number stands anywhere that somebody could read it."""
    assert attack.sent.total() >= ANSWERS
    assert all(attack.fulfilled[label] for label in ASKED_FOR)
    assert logged.heard
    assert logged.telling == []
    assert attack.canaries.in_files(settings.data_dir) == []
    assert attack.canaries.in_database(database) == []


@pytest.mark.campaign(test=20, long=2000)
def test_every_answer_is_one_that_is_published(
    client: TestClient,
    campaign: Campaign,
    defects: Defects,
    database: Database,
    settings: Settings,
) -> None:
    attack = Attack(client, campaign, defects)
    document = closed(client.get("/api/openapi.json").json())
    operations = [
        found.ok()
        for found in openapi.from_dict(document).get_all_operations()
        if isinstance(found, Ok)
    ]
    # The budget is a call's, shared among those who make it, each of whom tries every manner.
    share = 5 * len(MANNERS)

    with attack.canaries.in_logs() as logged:
        for operation in operations:
            for manner in MANNERS:
                attack.send_all(operation, manner, campaign.budget // share)

    assert attack.breaches == {}
    hidden(attack, logged, database, settings)
    labels = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    least = campaign.budget // share * len(MANNERS)
    assert {pair: n for pair, n in attack.sent.items() if n < least} == {}
    assert len(attack.sent) == len(labels) * len(SENDERS)
    assert {label for label in labels if not attack.fulfilled[label]} == NEVER_FULFILLED
    application: Any = client.app
    with application.state.sessions.reading() as session:
        found = verification.verify_office(session, application.state.office)
        assert [str(finding) for finding in found] == []
