"""Handing a case to the city is the director's concluding decision: at no other step, whoever signs it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api import app
from api.settings import Settings
from database.clock import FixedClock
from engine.defining import skeleton
from tests import bpmn_diagrams
from tests.bpmn_diagrams import diagram, node
from tests.people import Hall

CODE = "looked_at_first"
NODES = [
    node("startEvent", "begin"),
    node("exclusiveGateway", "first"),
    node("userTask", "look"),
    node("exclusiveGateway", "looked"),
    node("callActivity", "approve", calledElement="approval"),
    node("exclusiveGateway", "decided"),
    node("serviceTask", "post", implementation="post"),
    node("endEvent", "completed"),
    node("endEvent", "refused"),
]
FLOWS = [
    ("begin", "first", None),
    ("first", "approve", 'decision == "return"'),
    ("first", "look", None),
    ("look", "looked", None),
    ("looked", "refused", 'decision != "approve"'),
    ("looked", "approve", None),
    ("approve", "decided", None),
    ("decided", "refused", 'decision == "refuse"'),
    ("decided", "post", None),
    ("post", "completed", None),
]


@pytest.fixture
def looked_at(settings: Settings, clock: FixedClock, tmp_path: Path) -> Iterator[Hall]:
    """An office whose only process begins with a step of its own in the director's lane."""
    skeleton.write(CODE, tmp_path, shared=bpmn_diagrams.SHARED)
    drawn = diagram(CODE, NODES, FLOWS).replace(b'lane name="handler"', b'lane name="director"')
    (tmp_path / CODE / "process.bpmn").write_bytes(drawn)
    with TestClient(
        app.create_app(replace(settings, processes=tmp_path), clock),
        base_url="http://127.0.0.1:8000",
        client=("127.0.0.1", 50_000),
    ) as client:
        yield Hall(client)


def test_at_a_step_of_the_process_own_the_director_cannot_escalate(looked_at: Hall) -> None:
    number = looked_at.T101.accept(looked_at.example(CODE, 1, "county"))["case_no"]
    before = looked_at.Z101.case(number)
    assert [waiting["step"] for waiting in before["waiting"]] == ["look"]

    refused = looked_at.Z101.sign(number, "escalate", status=409)

    assert refused["rule"] == "task.escalate"
    after = looked_at.Z101.case(number)
    assert (after["route"], after["seen"]) == ("county", before["seen"])
    assert [w["step"] for w in looked_at.Z101.sign(number)["waiting"]] == ["handle"]


def test_the_desk_offers_it_at_no_other_step(looked_at: Hall) -> None:
    number = looked_at.T101.accept(looked_at.example(CODE, 1, "county"))["case_no"]

    page = looked_at.Z101.client.get(f"/cases/{number}", headers=looked_at.Z101.headers)

    assert page.status_code == 200, page.text
    assert 'value="approve"' in page.text
    assert 'value="escalate"' not in page.text
