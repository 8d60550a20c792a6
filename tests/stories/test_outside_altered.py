"""What came from outside, altered in the database or signed by whoever brought it: found, and refused."""

import pytest
from sqlalchemy import select

from database import connection
from database.connection import OfficeSession
from engine.posting import PostingRefused
from engine.record import Case, CaseContent
from oversight import verification
from tests import book
from tests.databases import Database
from tests.people import Hall
from tests.stories import test_guard_by_itself
from tests.stories import test_waiting_for_the_outside as told


def test_data_edited_in_the_database_is_found(hall: Hall, database: Database) -> None:
    """Whoever holds keys and database rewrites the sum that came: its commitment says otherwise."""
    case = told.begun(hall, "military_transfer_in")
    body = {"data": {**told.MONEY["data"], "amount_cents": 720_000}}
    case = told.signed(hall, told.delivered(hall, case, "money", body), "R101", "D101", "Z101")
    state = hall.client.app.state  # type: ignore[attr-defined]
    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with OfficeSession(engine) as session:
        session.info["clock"] = state.sessions.clock
        whole = select(CaseContent).join(Case, Case.case_id == CaseContent.case_id)
        found = session.execute(
            whole.where(Case.case_no == case["case_no"], CaseContent.cycle == 2)
        )
        content = found.scalar_one()
        said = content.messages["money"]
        for edit in (
            {**said, "delivered_by": said["delivered_by"] + 1},
            {**said, "data": {**said["data"], "amount_cents": 1}},
        ):
            content.messages = {"money": edit}
            session.flush()
            listed = verification.verify_case(session, state.office, case["case_no"])
            assert {"content.altered"} <= {finding.rule for finding in listed}
        session.rollback()
    engine.dispose()


def test_the_guard_itself_bars_who_delivered_data(hall: Hall) -> None:
    case = told.begun(hall)
    told.delivered(hall, case, "contact_letter", told.LETTER)
    hall.B101.post(f"/api/cases/{case['case_no']}/messages/info_table", told.TABLE)
    case = told.signed(
        hall, told.delivered(hall, case, "money", told.MONEY), "R101", "D101", "Z101"
    )
    it = test_guard_by_itself.given(hall, case["case_no"])
    it.guard()
    it.rows[1].signer_person = (it.content.messages or {})["info_table"]["delivered_by"]

    with pytest.raises(PostingRefused, match="who delivered data"):
        it.guard()
