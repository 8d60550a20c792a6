"""One node signs while on another rights come and go: each answer was lawful when it fell."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api import composition
from api.composition import Opened
from authz.offices import agencies
from authz.offices.accounts import Account
from engine.journal import JournalEntry
from engine.office_record import ROWS
from oversight import verification
from tests import conftest, rights_nodes
from tests.campaign import Campaign
from tests.databases import Cluster, SqliteFiles
from tests.racing_node import MovedClock
from tests.rights_nodes import DONE, Told
from tests.rights_replay import Replay

_spawning = multiprocessing.get_context("spawn")
# The rules by which it is refused that somebody hasn't the right; any other says nothing of rights.
UNLAWFUL = {"post.missing", "absence.leave", "account.posts_ended", "grant"}
VERIFIED = 3


@pytest.mark.campaign(test=60, long=20_000)
def test_every_answer_was_lawful_when_it_fell(
    server: SqliteFiles | Cluster, tmp_path: Path, campaign: Campaign
) -> None:
    with _office(server, tmp_path) as (opened, accounts, settings, behind):
        told = _played(settings, behind, accounts, campaign)
        with opened.sessions.reading() as session:
            listed = session.execute(
                select(JournalEntry.entry_id, JournalEntry.detail)
                .where(JournalEntry.stream.in_(agencies.codes(session)))
                .order_by(JournalEntry.entry_id)
            )
            replay = Replay([(row.entry_id, row.detail.get(ROWS, {})) for row in listed], accounts)
            for one in told:
                campaign.counts[f"{one.step} {one.said}"] += 1
                if one.said == DONE:
                    assert replay.lawful(one, _signed_at(session, one)), one
                elif one.said in UNLAWFUL:
                    assert replay.ever_unlawful(one), one
            signed = [one.case_no for one in told if one.said == DONE]
            for case_no in signed[-VERIFIED:]:
                assert verification.verify_case(session, opened.office, case_no) == []
    assert signed
    assert any(one.said in UNLAWFUL for one in told)


def _played(settings: Any, behind: Any, accounts: dict[str, int], campaign: Campaign) -> list[Told]:
    """What those told who signed on the one node, while rights changed on the other."""
    pipes, processes = [], []
    for number in range(2):
        ours, theirs = _spawning.Pipe()
        said = (settings, behind, accounts, f"{campaign.seed} {number}", theirs)
        process = _spawning.Process(target=rights_nodes.run, args=said, daemon=True)
        process.start()
        theirs.close()
        pipes.append(ours)
        processes.append(process)
    assert [pipe.recv() for pipe in pipes] == ["ready", "ready"]
    for number, pipe in enumerate(pipes):
        pipe.send((number == 0, campaign.budget))
    told: list[Told] = pipes[0].recv()
    pipes[1].recv()
    for process in processes:
        process.join()
    return told


def _signed_at(session: Any, told: Told) -> int:
    """The number of the journal's entry of a sign-off."""
    found = select(JournalEntry.entry_id).where(
        JournalEntry.stream == told.case_no,
        JournalEntry.action.in_((told.step, "register_changed")),
    )
    numbers = session.execute(found.order_by(JournalEntry.entry_id)).scalars().all()
    return int(numbers[-1])


@contextmanager
def _office(
    server: SqliteFiles | Cluster, folder: Path
) -> Iterator[tuple[Opened, dict[str, int], Any, Any]]:
    database = server.filled(conftest.demo_office)
    settings = conftest._settings(database, folder)
    behind = datetime.now(UTC) - conftest.MOMENT
    opened = composition.open_office(settings, MovedClock(behind))
    with opened.sessions.reading() as session:
        known: Any = session.execute(select(Account.staff_no, Account.account_id)).all()
    try:
        yield opened, dict(known), settings, behind
    finally:
        opened.sessions.engine.dispose()
        server.drop(database)
