"""The second lock: nothing reaches the register without the sign-offs it needs, whoever asks for it."""

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from api.demonstration import demo_signers
from api.settings import Settings
from authz.offices.accounts import Account
from database import clock
from database.connection import Sessions
from database.refusals import InvariantBroken
from engine import cases, handling, posting
from engine.applications import Application
from engine.defining.verdicts import ProofVerdict
from engine.handling import Handling
from engine.office import Office
from engine.posting import PostingRefused
from engine.record import Case
from engine.signoffs import SignOff
from register.ledger import LedgerLine, RegisterPosting
from register.subjects import Version
from tests.bpmn_diagrams import diagram, node
from tests.people import Hall

PROCESSES = Path(__file__).parents[2] / "processes"
FORGETFUL = "forgets_signatures"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The office also runs a process whose diagram posts after the teller alone."""
    folder = tmp_path / "further" / FORGETFUL
    shutil.copytree(
        PROCESSES / "account_adjustment", folder, ignore=shutil.ignore_patterns("__pycache__")
    )
    drawn = diagram(
        FORGETFUL,
        [
            node("startEvent", "begin"),
            node("userTask", "handle"),
            node("serviceTask", "post", implementation="post"),
            node("endEvent", "completed"),
        ],
        [("begin", "handle", None), ("handle", "post", None), ("post", "completed", None)],
    )
    (folder / "process.bpmn").write_bytes(drawn)
    return dataclasses.replace(settings, processes=folder.parent)


TABLES = (RegisterPosting, LedgerLine, Version, Case, SignOff)


def written(hall: Hall, model: Any) -> int:
    with sessions_of(hall).reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def sessions_of(hall: Hall) -> Sessions:
    found: Sessions = hall.client.app.state.sessions  # type: ignore[attr-defined]
    return found


def office_of(hall: Hall) -> Office:
    found: Office = hall.client.app.state.office  # type: ignore[attr-defined]
    return found


def test_no_case_starts_on_a_diagram_that_forgets_the_signatures(hall: Hall) -> None:
    body = hall.example("account_adjustment", 1, "county") | {"process": FORGETFUL}
    before = [written(hall, table) for table in TABLES]

    refused = hall.T101.accept(body, status=409)

    assert refused["rule"] == "process.not_proven"
    assert "handle approve → post" in refused["detail"]
    proof = hall.T101.get(f"/api/processes/{FORGETFUL}")["proof"]
    assert proof["verdict"] == "refused"
    county = next(one for one in proof["levels"] if one["route"] == "county")
    assert county["counter_example"]["rule"] == "unsigned"
    assert county["counter_example"]["detail"] == ["review", "endorse", "conclude"]
    assert county["counter_example"]["elements"] == ["begin", "handle", "post"]
    assert [written(hall, table) for table in TABLES] == before


def test_a_forged_verdict_starts_a_case_and_the_guard_ends_it(hall: Hall) -> None:
    """Whoever may write rows and alter the running office gets past the first lock, not the second."""
    body = hall.example("account_adjustment", 1, "county") | {"process": FORGETFUL}
    office = office_of(hall)
    definition = office.catalogue.current(FORGETFUL)
    before = [written(hall, table) for table in TABLES]
    said = {**office.verdicts[definition.digest], "verdict": "proven", "rules": "0"}
    with sessions_of(hall).command() as session:
        forged = {
            "definition": definition.digest, "risk_table": office.risk.digest, "rules": "0",
            "process": FORGETFUL, "verdict": "proven", "said": said,
            "proved_at": clock.now(session),
        }  # fmt: skip
        session.execute(insert(ProofVerdict), forged)

    deceived = dataclasses.replace(office, verdicts={definition.digest: said})
    with (
        pytest.raises(PostingRefused, match="needs"),
        sessions_of(hall).command() as session,
    ):
        accept(session, deceived, body)

    assert [written(hall, table) for table in TABLES] == before


def accept(session: Session, office: Office, body: dict[str, Any]) -> None:
    account = select(Account.account_id).where(Account.staff_no == "T101")
    teller = demo_signers.actor(session, session.execute(account).scalar_one())
    cases.accept(session, office, teller, Application.model_validate(body))


def test_the_database_takes_no_case_on_what_is_not_proven(hall: Hall) -> None:
    """A hand-written statement under the application's role: another definition, another risk table."""
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    columns = [column.name for column in Case.__table__.columns]
    for changed in ("definition", "risk_table"):
        values = [
            {"case_id": "case_id + 1000", "case_no": "'1'", changed: f"'{'0' * 64}'"}.get(
                name, name
            )
            for name in columns
        ]
        copied = f"INSERT INTO cases ({', '.join(columns)}) SELECT {', '.join(values)} FROM cases"  # noqa: S608
        with (
            pytest.raises(DatabaseError, match="not proven"),
            sessions_of(hall).command() as session,
        ):
            session.execute(text(f"{copied} WHERE case_no = '{number}'"))


def perform(hall: Hall, session: Session, number: str, operation: str = "post") -> None:
    """What a diagram standing at its service task would do."""
    posting.perform(opened(hall, session, number), operation)


def opened(hall: Hall, session: Session, number: str) -> Handling:
    """The case in the director's hands."""
    director = select(Account.account_id).where(Account.staff_no == "Z101")
    actor = demo_signers.actor(session, session.execute(director).scalar_one())
    return handling.open_case(session, office_of(hall), actor, number)


def test_a_waiting_case_posts_for_no_caller(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    before = written(hall, RegisterPosting)
    for name in ("R101", "D101"):
        with (
            pytest.raises(PostingRefused, match="needs"),
            sessions_of(hall).command() as session,
        ):
            perform(hall, session, number)
        getattr(hall, name).sign(number)
    with (
        pytest.raises(InvariantBroken, match="unknown operation"),
        sessions_of(hall).command() as session,
    ):
        perform(hall, session, number, "post_twice")

    assert written(hall, RegisterPosting) == before
    assert hall.Z101.sign(number)["status"] == "completed"
    assert written(hall, RegisterPosting) == before + 1


def test_a_lowered_level_posts_nothing(hall: Hall) -> None:
    """A caller who says level 3 of a case that stands at level 1, or takes the city's shorter route."""
    number = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    for level, route in ((3, ""), (2, ""), (1, "city")):
        with (
            pytest.raises(PostingRefused, match=rf"{number}.* (level|route)"),
            sessions_of(hall).command() as session,
        ):
            perform_as(hall, session, number, level, route)


def perform_as(hall: Hall, session: Session, number: str, level: int, route: str) -> None:
    """As ``perform``, of a case that says another level and route."""
    work = opened(hall, session, number)
    work.case.risk_level, work.case.route = level, route
    posting.perform(work, "post")
