"""Every example of the demo is accepted with what it promises, in any order, on an office that is at work."""

import random
from typing import Any

import pytest

from tests.people import Hall

SIGNERS = {
    "reviewer": "R101",
    "deputy_director": "D101",
    "director": "Z101",
    "city_approver": "P001",
    "city_head": "H001",
}
RESOLUTION = {
    "minutes_no": "示范市处会纪〔2026〕9号",
    "date": "2026-11-02",
    "attendees": ["华振国", "严峻", "施雯"],
    "decision": "同意",
}


def bodies(hall: Hall) -> list[dict[str, Any]]:
    """Every body that the demo gives out, with what it promises."""
    return [body for listed in hall.demo["examples"].values() for body in listed]


def accepted(hall: Hall, example: dict[str, Any]) -> Any:
    """The case of an example: at the level and on the route that it says."""
    body = {name: said for name, said in example.items() if name != "expect"}
    case = hall.T101.accept(body)
    assert {"risk_level": case["risk_level"], "route": case["route"]} == example["expect"], body
    assert case["status"] == ("completed" if case["risk_level"] == 3 else "in_progress"), body
    return case


def signed_to_the_end(hall: Hall, case: Any) -> None:
    while case["waiting"]:
        post = case["waiting"][0]["post"]
        said = {"resolution": RESOLUTION} if post == "city_head" else {}
        case = getattr(hall, SIGNERS[post]).sign(case["case_no"], **said)
    assert case["status"] == "completed", case


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_examples_are_accepted_in_any_order(hall: Hall, seed: int) -> None:
    """About every other case is signed to its end before the next is accepted."""
    choices = random.Random(seed)
    examples = bodies(hall)
    choices.shuffle(examples)
    ended = 0
    for example in examples:
        case = accepted(hall, example)
        if case["waiting"] and choices.random() < 0.5:
            signed_to_the_end(hall, case)
            ended += 1
    assert ended > 0


def test_documents_are_given_any_number_of_times(hall: Hall) -> None:
    documents = 0
    for example in bodies(hall):
        case = accepted(hall, example)
        if case["risk_level"] == 3 and not case["posting"]:
            documents += 1
            for _ in range(2):
                accepted(hall, example)
    assert documents >= 7
