"""Two to six people reach for one task at the same moment, on two nodes in two processes: one wins."""

import itertools
import multiprocessing
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api import composition
from api.settings import Settings
from authz.offices.accounts import Account
from tests import conftest, office_people, racing_node
from tests.campaign import Campaign
from tests.databases import Cluster, SqliteFiles
from tests.office_people import STAFF
from tests.raced_office import MOST_AT_ONCE, RacedOffice, Waiting
from tests.racing_node import THREADS, Attempt, MovedClock, Outcome

NODES = MOST_AT_ONCE // THREADS
AT_A_TIME = 50
# A fresh office after so many: each verification reads what was posted to the same few persons.
RACES_A_DATABASE = 1_000
# What each campaign must have met, whatever was drawn: these happen in every tenth race or more.
EXPECTED = ("done", "answered again", "task.not_waiting", "task.claimed", "cases completed")

_spawning = multiprocessing.get_context("spawn")


class Nodes:
    """The processes, and the lists of races given to each."""

    def __init__(self, settings: Settings, behind: timedelta, accounts: dict[str, int]) -> None:
        # Kept as long as the nodes are: it has a name in the system until it is let go.
        self._start = _spawning.Barrier(MOST_AT_ONCE)
        self._pipes, self._processes = [], []
        for _ in range(NODES):
            ours, theirs = _spawning.Pipe()
            process = _spawning.Process(
                target=racing_node.run,
                args=(settings, behind, accounts, self._start, theirs),
                daemon=True,
            )
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def wait_until_ready(self) -> None:
        """Return once every node has opened its office."""
        assert [pipe.recv() for pipe in self._pipes] == ["ready"] * NODES

    def race(self, lists: Sequence[Sequence[Attempt | None]]) -> list[Outcome]:
        """Run races, a list for each person at the start; what came of all of them."""
        for node, pipe in enumerate(self._pipes):
            pipe.send(lists[node * THREADS : (node + 1) * THREADS])
        return [outcome for pipe in self._pipes for outcome in pipe.recv()]

    def end(self) -> None:
        """Let the processes go."""
        for pipe in self._pipes:
            with suppress(BrokenPipeError):
                pipe.send(None)
            pipe.close()
        for process in self._processes:
            process.join()


@pytest.mark.campaign(test=1_000, long=500_000)
def test_one_wins(server: SqliteFiles | Cluster, tmp_path: Path, campaign: Campaign) -> None:
    left = campaign.budget
    for number in itertools.count():
        count = min(left, RACES_A_DATABASE)
        with _office(server, tmp_path / f"data-{number}", campaign) as (office, nodes):
            for raced in range(0, count, AT_A_TIME):
                _race(office, nodes, office.take(min(AT_A_TIME, count - raced)))
        left -= count
        if not left:
            break

    counts = campaign.counts
    assert counts["tasks"] == campaign.budget
    assert counts["database.busy"] == 0
    for what in EXPECTED:
        assert counts[what] > 0, what


def _race(office: RacedOffice, nodes: Nodes, tasks: Sequence[Waiting]) -> None:
    """Race for each of these tasks in turn, everybody at once, and check what came of it."""
    lists: list[list[Attempt | None]] = [[] for _ in range(MOST_AT_ONCE)]
    expected = 0
    for task in tasks:
        attempts: list[Attempt | None] = [*office.attempts(task)]
        expected += len(attempts)
        attempts += [None] * (MOST_AT_ONCE - len(attempts))
        office.choices.shuffle(attempts)
        for own, attempt in zip(lists, attempts, strict=True):
            own.append(attempt)
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in nodes.race(lists):
        outcomes[outcome.attempt.case_no].append(outcome)
    # Fewer only where a defect ended a thread of a node, which then wrote its traceback.
    assert sum(map(len, outcomes.values())) == expected
    for task in tasks:
        office.check(task, outcomes[task.case_no])
        office.counts["tasks"] += 1
        office.counts["tasks several might have taken"] += len(task.rightful) > 1


@contextmanager
def _office(
    server: SqliteFiles | Cluster, folder: Path, campaign: Campaign
) -> Iterator[tuple[RacedOffice, Nodes]]:
    database = server.filled(conftest.demo_office)
    settings = conftest._settings(database, folder)
    behind = datetime.now(UTC) - conftest.MOMENT
    opened = composition.open_office(settings, MovedClock(behind))
    with opened.sessions.command() as session:
        known: Any = session.execute(select(Account.staff_no, Account.account_id)).all()
        accounts = {staff_no: number for staff_no, number in known if staff_no in STAFF}
        accounts |= office_people.hire_second_accounts(session, accounts)
    nodes = Nodes(settings, behind, accounts)
    try:
        nodes.wait_until_ready()
        yield RacedOffice(opened, accounts, campaign.choices, campaign.counts), nodes
    finally:
        nodes.end()
        opened.sessions.engine.dispose()
        server.drop(database)
