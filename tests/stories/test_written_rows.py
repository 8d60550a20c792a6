"""What a written row costs: indexes hold what is looked for in them, and a step writes what it changes."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from api.application import Application
from authz import actors
from authz.actors import Actor
from authz.offices.accounts import Account
from engine import stored
from engine.archiving import archive_desk
from engine.ownership import owned_cases
from engine.queueing import unfinished
from oversight.auditing import trail
from register import balances, versions
from tests.noted_statements import noted, planned
from tests.people import Hall

SIGNERS = ("R101", "D101", "Z101")
Reading = Callable[[Session, Callable[[str], Actor]], Any]
# The index, and what has to be found by it. SQLite plans by what it is asked alone, so an office of two cases
# shows it; PostgreSQL looks at how many rows there are (decision 0063 says what it did with 10^5).
FOUND: tuple[tuple[str, Reading], ...] = (
    ("ix_cases_owner", lambda session, who: owned_cases.mine(session, who("T101"))),
    ("ix_cases_owner", lambda session, who: unfinished.accepted_by(session, who("T101"))),
    (
        "ix_journal_staff_no_entry_id",
        lambda session, who: trail.read(session, who("A000"), trail.Wanted(staff_no="T101")),
    ),
    ("ix_register_versions_person", lambda session, _: versions.of_person(session, "1" * 32)),
    ("ix_register_versions_employer", lambda session, _: versions.of_employer(session, "1" * 32)),
    ("ix_ledger_lines_balance", lambda session, _: balances.of_person(session, "1" * 32)),
    ("autoindex_tasks_2", lambda session, _: stored.open_tasks(session, 1)),
    ("ix_cases_agency", lambda session, who: archive_desk.waiting(session, who("V101"))),
)


@pytest.fixture
def application(hall: Hall) -> Application:
    """The application of an office with a case that waits and one that ended."""
    hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    hall.T101.accept(hall.example("person_info_change_general", 3))
    found = hall.client.app
    assert isinstance(found, Application)
    return found


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_what_a_narrow_index_holds_is_found_by_it(application: Application) -> None:
    for name, reading in FOUND:
        with application.state.sessions.reading() as session:
            with noted(session) as statements:
                reading(session, partial(_actor, session))
            plans = [planned(session, said, values) for said, values in statements]
        assert any(name in plan for plan in plans), (name, plans)


def _actor(session: Session, staff_no: str) -> Actor:
    asked = select(Account.account_id).where(Account.staff_no == staff_no)
    return actors.load(session, session.execute(asked).scalar_one())


def test_a_step_leaves_a_cases_standing_alone(application: Application, hall: Hall) -> None:
    """Of a case that goes on neither status nor due day is written again; of one that ends they are."""
    case_no = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, said: str, *_rest: Any) -> None:
        # On PostgreSQL it may be part of a joined statement.
        if "UPDATE cases SET" in said:
            written.append(said.partition("UPDATE cases SET")[2].partition("WHERE")[0])

    engine = application.state.sessions.engine
    event.listen(engine, "before_cursor_execute", note)
    for signer in SIGNERS:
        getattr(hall, signer).sign(case_no)
    event.remove(engine, "before_cursor_execute", note)
    assert hall.T101.case(case_no)["status"] == "completed"
    assert ["finished_at" in said for said in written] == [False, False, True]
    assert ["status" in said for said in written] == [False, False, True]
    assert all("journal_head" in said for said in written)
