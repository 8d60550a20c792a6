"""The office may stop after any step: what comes back is the same case with the same record."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests import conftest, restarts, walks
from tests.campaign import Campaign
from tests.databases import Cluster, Database, SqliteFiles
from tests.people import Hall
from tests.restarts import Restarting

STEPS = 30
# One in so many starts reads every definition from its files again.
ANEW = 20
# How many of the people look at their queues before and after each restart.
LOOKING = 3

SIGNERS = {
    "handler": "B101",
    "reviewer": "R101",
    "deputy_director": "D101",
    "director": "Z101",
    "city_approver": "P001",
    "city_head": "H001",
}
MEETING = {
    "minutes_no": "处务会议〔2026〕3号",
    "date": "2026-11-02",
    "attendees": "华振国、严峻",
    "decision": "同意",
}
WALKS = [
    ("payment_account_change", 2, None),
    ("person_info_change_key", 1, "county"),
    ("account_adjustment", 1, "city_approval"),
    ("benefit_adjustment", 1, "city_meeting"),
]


@pytest.mark.campaign(test=100, long=10_000)
def test_every_step_in_a_process_of_its_own(
    server: SqliteFiles | Cluster, tmp_path: Path, campaign: Campaign
) -> None:
    """Random process, random path; each of the two databases takes half of the campaign's walks."""
    with restarts.running(tmp_path / "data") as office:
        for first in range(0, campaign.budget, office.examples):
            database = server.filled(conftest.demo_office)
            walk = Walk(office, database, campaign)
            if first // office.examples % 2:
                walk.step(revoke=True)
            for example in range(min(office.examples, campaign.budget - first)):
                walk.through(example)
            server.drop(database)
    counts = campaign.counts
    assert counts["walks"] == campaign.budget
    assert counts["restarts"] > counts["walks"] + counts["read anew"] > counts["walks"]
    # Every example is accepted on the first day, and few walks go on after STEPS steps.
    assert counts["completed"] > campaign.budget / 4
    # A business of level 3 is over at its acceptance, and every third example is one.
    assert counts["approve"] > campaign.budget / 2
    assert counts["return"] > 0
    assert counts["correct"] > 0
    assert counts["deliver"] > 0


class Walk:
    """Cases of one office, one after the other, each step in a process that ends with it."""

    def __init__(self, office: Restarting, database: Database, campaign: Campaign) -> None:
        self.office, self.database, self.campaign = office, database, campaign
        self.at: datetime = conftest.MOMENT
        self.kept: str | None = None
        self.looks: list[str] = []

    def through(self, example: int) -> None:
        """A case from its acceptance to its end, or STEPS steps far."""
        told = self.step(begin=example)
        for _ in range(STEPS):
            if told["status"] not in ("in_progress", "returned", "awaiting_materials"):
                break
            left = told["after"]
            told = self.step(case_no=told["case_no"])
            assert told["before"] == left, "a restart changed what the office shows"
        self.campaign.counts["walks"] += 1
        self.campaign.counts[str(told["status"])] += 1

    def step(self, **asked: Any) -> Any:
        """One step in a new process, which must find every row as the one before left it."""
        counts = self.campaign.counts
        counts["restarts"] += 1
        anew = counts["restarts"] % ANEW == 0
        counts["read anew"] += anew
        seed = self.campaign.choices.getrandbits(32)
        # Whose queues are shown before the restart look at them again after it; other people each time.
        looked, self.looks = self.looks, self.campaign.choices.sample(walks.READERS, LOOKING)
        asked |= {"seed": seed, "anew": anew, "looked": looked, "looks": self.looks}
        told = self.office.step(self.database, self.at, asked)
        assert self.kept in (None, told["record"]), "a restart changed the record"
        self.kept, self.at = told["kept"], datetime.fromisoformat(told["at"])
        counts[told["did"]] += 1
        return told


@pytest.mark.parametrize("seed", range(len(WALKS)))
def test_a_restart_after_each_step_changes_nothing(
    start_office: Callable[[], TestClient], seed: int
) -> None:
    choices = random.Random(seed)
    hall = Hall(start_office())
    body = hall.example(*WALKS[seed])
    case = hall.T101.accept(body)
    for _ in range(20):
        before = shown(hall, case["case_no"])
        tokens = dict(hall.people)
        hall = Hall(start_office())
        hall.people.update({name: moved(person, hall) for name, person in tokens.items()})
        assert shown(hall, case["case_no"]) == before
        if case["status"] not in ("in_progress", "returned"):
            break
        case = step(hall, case, body, choices)
    assert case["status"] in ("completed", "refused")
    assert hall.A001.findings(case["case_no"]) == []


def step(hall: Hall, case: dict[str, Any], body: dict[str, Any], choices: random.Random) -> Any:
    """One move of whoever the case waits for; now and then it goes back."""
    waiting, number = case["waiting"][0], case["case_no"]
    if waiting["step"] == "correct":
        return hall.T101.post(f"/api/cases/{number}/correction", {"form": body["form"]})
    decision = choices.choices(["approve", "return", "refuse"], [12, 3, 1])[0]
    resolution = MEETING if waiting["step"] == "city_conclude" and decision == "approve" else None
    return getattr(hall, SIGNERS[waiting["post"]]).sign(number, decision, resolution=resolution)


def shown(hall: Hall, case_no: str) -> tuple[Any, Any]:
    """Everything the office says of a case."""
    return hall.A001.case(case_no), hall.A001.history(case_no)


def moved(person: Any, hall: Hall) -> Any:
    """The same signed-in person at the restarted office: sessions outlive a restart."""
    person.client = hall.client
    return person
