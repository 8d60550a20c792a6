"""Each stage that somebody is to be told of makes its message, in the transaction, and says nobody's name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from database.clock import FixedClock
from engine.journal import JournalEntry
from engine.record import Case, CaseContent
from tests import told_office, told_stages
from tests.people import Hall
from tests.told_office import ADDRESS, Post, mails, states
from tests.told_stages import STAGES

EACH = [(kind, bring) for kind, ways in STAGES.items() for bring in ways]
TO_STAFF = ("task_offered", "overdue")


@pytest.mark.parametrize(("kind", "bring"), EACH)
def test_a_stage_reaches_the_outbox_and_whom_it_is_for(
    hall: Hall, tmp_path: Path, clock: FixedClock, kind: str, bring: Callable[[Hall], str]
) -> None:
    told_office.set_plan(hall, told_office.in_folder(tmp_path / "mails"))
    number = bring(hall)
    kinds = [one for one, _ in states(hall, number)]
    assert kinds.count(kind) == 1
    assert hall.A101.findings(number) == []

    Post(hall, clock).send()
    shown = hall.T101.get(f"/api/cases/{number}/told")["items"]
    assert {one["state"] for one in shown} == {"sent"}
    sent = [mail for mail in mails(tmp_path / "mails") if number in str(mail["Subject"])]
    assert len(sent) == len(shown)
    subject = told_office.plan(hall).texts[kind, "zh"].subject.template.partition(" ")[0]
    (mail,) = [one for one in sent if str(one["Subject"]).startswith(subject)]
    assert (str(mail["To"]) == ADDRESS) == (kind not in TO_STAFF)
    words = "".join(f"{one['Subject']} {one.get_content()}" for one in sent).replace(number, "")
    assert [said for said in personal(hall, number) if said in words] == []


def personal(hall: Hall, case_no: str) -> set[str]:
    """What no message may say: who the applicant is, and who works on it."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    entries = select(JournalEntry.staff_no).where(JournalEntry.stream == case_no)
    content = select(CaseContent).join(Case, Case.case_id == CaseContent.case_id)
    with state.sessions.reading() as session:
        staff = {one for one in session.execute(entries).scalars() if one is not None}
        row = session.execute(content.where(Case.case_no == case_no)).scalars().first()
        return {row.applicant["name"], row.applicant["id_no"], *staff}


def test_what_another_agency_was_to_get_is_not_told(hall: Hall, tmp_path: Path) -> None:
    """Of a transfer to another province that came back the applicant can mend nothing."""
    told_office.set_plan(hall, told_office.in_folder(tmp_path / "mails"))
    number = told_stages.came_back(hall, ("transfer_out_interprovince", 1, "county"))

    assert "payment_returned" not in {kind for kind, _ in states(hall, number)}
    assert hall.A101.findings(number) == []


def test_what_the_other_language_says(hall: Hall, tmp_path: Path, clock: FixedClock) -> None:
    told_office.set_plan(hall, told_office.in_folder(tmp_path / "mails"))
    english = {**told_office.CONTACT, "language": "en"}
    number = told_office.accepted(hall, told_office.COUNTY, contact=english)
    hall.T101.post(f"/api/cases/{number}/withdrawal", {"reason": "改日再来"})
    Post(hall, clock).send()
    said = [str(mail["Subject"]) for mail in mails(tmp_path / "mails") if mail["To"] == ADDRESS]
    assert said == [f"Accepted {number}", f"Withdrawn {number}"]
