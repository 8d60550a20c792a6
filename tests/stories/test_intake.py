"""What the teller is shown before accepting is what the acceptance then does; showing it writes nothing."""

from typing import Any

import pytest
from sqlalchemy import func, select

from api.demonstration import demo_signers
from authz.offices.accounts import Account
from database import clock
from database.connection import Sessions
from database.declarative import Base
from database.refusals import Invalid
from engine import case_parts, correction, cycles, handling, intake
from engine.applications import Application, Correction
from engine.foresight import outlook
from engine.foresight.outlook import Prospect
from engine.intake import Intake
from engine.office import Office
from engine.rules import risk
from tests.people import Hall

PROCESSES = [
    "account_adjustment",
    "benefit_adjustment",
    "enrollment_certificate",
    "payment_account_change",
    "person_info_change_general",
    "person_info_change_key",
    "retirement_approval",
]


def state(hall: Hall) -> tuple[Sessions, Office]:
    found = hall.client.app.state  # type: ignore[attr-defined]
    return found.sessions, found.office


def rows(hall: Hall) -> dict[str, int]:
    """How many rows each table has."""
    sessions, _ = state(hall)
    with sessions.reading() as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def shown(hall: Hall, body: dict[str, Any], staff_no: str = "T101") -> tuple[Intake, list[Any]]:
    """What this teller is shown for an application, read in a session that can't write."""
    sessions, office = state(hall)
    with sessions.reading() as session:
        account = select(Account.account_id).where(Account.staff_no == staff_no)
        actor = demo_signers.actor(session, session.execute(account).scalar_one())
        application = Application.model_validate(body)
        now = clock.now(session)
        taken = intake.work_out(session, office, actor, application, now, locking=False)
        classified = taken.computed.classification
        prospect = Prospect(
            table=office.risk,
            definition=taken.definition,
            agency=taken.agency,
            level=classified.level,
            route=classified.route,
            amount_cents=taken.computed.amount_cents,
        )
        return taken, outlook.signatures(session, actor, prospect)


@pytest.mark.parametrize("process", PROCESSES)
def test_what_is_shown_is_what_is_accepted(hall: Hall, process: str) -> None:
    for body in hall.demo["examples"][process]:
        application = {name: said for name, said in body.items() if name != "expect"}
        before = rows(hall)
        taken, signatures = shown(hall, application)
        assert rows(hall) == before
        case = hall.T101.accept(application)

        classified = taken.computed.classification
        assert (classified.level, classified.route or None) == (case["risk_level"], case["route"])
        assert list(classified.reasons) == case["risk_reasons"]
        assert case_parts.posting_shown(taken.computed.posting) == case["posting"]
        assert taken.computed.posting["derivation"] == case["derivation"]
        assert taken.deadline.due_on.isoformat() == case["due_on"]
        steps = risk.steps(state(hall)[1].risk, classified.level, classified.route)
        assert [signature.step for signature in signatures] == list(steps)
        assert signatures[0].mine
        if case["waiting"]:
            following = signatures[1]
            assert following.step == case["waiting"][0]["step"]
            assert following.post == case["waiting"][0]["post"]
            assert following.staff


def test_what_would_be_refused_is_refused_before(hall: Hall) -> None:
    body = hall.example("retirement_approval", 1, "county")
    body["form"] = {**body["form"], "retire_month": 202601}
    refused = hall.T101.accept(body, status=422)

    with pytest.raises(Invalid) as early:
        shown(hall, body)

    assert early.value.rule == refused["rule"]


def test_a_correction_is_shown_as_it_will_be(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("person_info_change_key", 2))
    number = case["case_no"]
    hall.R101.sign(number, "return", password=None, reasons=["data_differ"])
    form = {"first_work_on": "2011-12-01", "evidence_type": "archive_first_record"}
    sessions, office = state(hall)
    before = rows(hall)
    with sessions.command() as session:
        account = select(Account.account_id).where(Account.staff_no == "T101")
        actor = demo_signers.actor(session, session.execute(account).scalar_one())
        work = handling.open_case(session, office, actor, number)
        _, _, computed = correction.work_out(work, Correction(form=form))
        classified = cycles.classification(work, computed)
        session.rollback()
    assert rows(hall) == before

    after = hall.T101.post(f"/api/cases/{number}/correction", {"form": form})

    assert (classified.level, classified.route) == (after["risk_level"], after["route"])
    assert case_parts.posting_shown(computed.posting) == after["posting"]
