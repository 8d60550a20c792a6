"""City meetings (处务会议): an agenda of many cases, minutes, a decision each, and a signature for each."""

from typing import Any

from sqlalchemy import update

from database import connection
from engine.city_meetings.meeting_record import MeetingDecision
from oversight import verification
from tests import book, met_office
from tests.databases import Database
from tests.met_office import MEETINGS, PRESENT, TODAY, minutes, opened, waiting
from tests.people import Hall


def rules(refused: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["field"], error["rule"]) for error in refused["errors"]]


def test_a_meeting_from_its_agenda_to_the_heads_signatures(hall: Hall) -> None:
    """Four cases, four decisions; what did not pass can't be approved, and each is signed by itself."""
    passed, failed, back, later = cases = [waiting(hall) for _ in range(4)]
    wanted = hall.R001.get(f"{MEETINGS}/waiting")["items"]
    assert [line["case_no"] for line in wanted] == cases
    assert {line["recommendation"]["signer"] for line in wanted} == {"Z101"}
    path = opened(hall, passed, failed)
    listed = hall.R001.post(f"{path}/cases", {"cases": [back, later]})
    assert [(item["place"], item["case_no"]) for item in listed["items"]] == list(
        enumerate(cases, 1)
    )
    assert hall.H001.case(passed)["meeting"]["decision"] is None
    refused = hall.H001.sign(passed, status=422)
    assert rules(refused) == [("resolution", "resolution.missing")]
    hall.H001.post(f"{path}/closing", status=409)
    decided = dict(zip(cases, ("approve", "refuse", "return", "postpone"), strict=True))
    said = minutes(hall, decided)
    said["decisions"][0] |= {"words": "同意，自本月起执行", "attendees": PRESENT[:2]}
    hall.R001.post(f"{path}/minutes", said)

    closed = hall.H001.post(f"{path}/closing")

    assert [item["decision"] for item in closed["items"]] == list(decided.values())
    assert (closed["closed_by"], closed["minutes"]["attendees"]) == ("H001", PRESENT)
    for case_no in (failed, back, later):
        refused = hall.H001.sign(case_no, status=422)
        assert rules(refused) == [("resolution.decision", "resolution.decision")]
    assert hall.H001.sign(passed)["status"] == "completed"
    assert hall.H001.sign(failed, "refuse", reasons=["conditions_not_met"])["status"] == "refused"
    assert hall.H001.sign(back, "return", reasons=["facts_unclear"])["status"] == "returned"
    signed = hall.A001.history(passed)["sign_offs"][-1]["resolution"]
    assert signed == {
        "minutes_no": "处务会议〔2026〕31号",
        "date": TODAY,
        "attendees": PRESENT[:2],
        "decision": "同意，自本月起执行",
        "agency": "990100",
    }
    told = [entry["action"] for entry in hall.A001.history(passed)["journal"]]
    assert told.index("meeting_listed") < told.index("meeting_decided") < told.index("posted")
    # What was put off comes before the next meeting, and only that.
    assert [line["case_no"] for line in hall.R001.get(f"{MEETINGS}/waiting")["items"]] == [later]
    met_office.held(hall, {later: "refuse"}, no="处务会议〔2026〕32号")
    assert hall.H001.sign(later, "refuse", reasons=["other"])["status"] == "refused"
    assert hall.A001.findings(passed) == hall.A001.findings(later) == []


def test_what_does_not_belong_on_an_agenda(hall: Hall) -> None:
    here = waiting(hall)
    county = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    said = {"minutes_no": "1号", "date": TODAY, "cases": [county, here, "0" * 21]}
    refused = hall.R001.post(MEETINGS, said, status=422)
    assert rules(refused) == [("cases.2", "meeting.case"), ("cases.0", "meeting.case")]
    path = opened(hall, here)
    refused = hall.R001.post(MEETINGS, said | {"cases": [here]}, status=422)
    assert rules(refused) == [("cases.0", "meeting.case_listed")]
    again = {"minutes_no": "处务会议〔2026〕31号", "date": "2026-01-05"}
    assert hall.R001.post(MEETINGS, again, status=409)["rule"] == "meeting.number_taken"
    assert hall.R101.post(MEETINGS, said, status=422)["rule"] == "meeting.not_here"
    assert hall.D101.post(MEETINGS, {}, status=403)["rule"] == "post.missing"
    hall.R101.get(path, 404)

    entered = minutes(hall, {here: "approve", county: "approve"})
    entered["decisions"][0]["attendees"] = ["外人"]
    refused = hall.R001.post(f"{path}/minutes", entered, status=422)
    assert rules(refused) == [
        ("decisions.0.attendees", "meeting.attendees"),
        ("decisions.1.case_no", "meeting.not_on_agenda"),
    ]
    refused = hall.R001.post(f"{path}/minutes", {**entered, "decisions": []}, status=422)
    assert rules(refused) == [("decisions", "meeting.undecided")]


def test_who_wrote_the_minutes_does_not_close_the_meeting(hall: Hall) -> None:
    here = waiting(hall)
    path = opened(hall, here)
    hall.R001.post(f"{path}/closing", status=403)
    deputy = {
        "absent": "H001", "deputy": "R001", "post": "city_head",
        "from": TODAY, "to": TODAY, "reason": "出差",
    }  # fmt: skip
    hall.S000.post("/api/stand-ins", deputy, status=201)
    hall.R001.post(f"{path}/minutes", minutes(hall, {here: "approve"}))

    assert hall.R001.post(f"{path}/closing", status=403)["rule"] == "meeting.same_person"

    hall.H001.post(f"{path}/closing")
    assert hall.H001.post(f"{path}/closing", status=409)["rule"] == "meeting.closed"
    assert hall.R001.post(f"{path}/minutes", minutes(hall, {here: "refuse"}), status=409)


def test_a_resolution_in_the_sign_off_registers_the_meeting(hall: Hall) -> None:
    first, second, third = (waiting(hall) for _ in range(3))
    said = {
        "minutes_no": "处务会议〔2026〕12号",
        "date": TODAY,
        "attendees": PRESENT,
        "decision": "同意",
    }
    assert hall.H001.sign(first, resolution=said)["status"] == "completed"
    back = said | {"attendees": PRESENT[:2], "decision": "退回"}
    hall.H001.sign(second, "return", reasons=["facts_unclear"], resolution=back)

    (line,) = hall.A001.get(MEETINGS)["items"]
    assert (line["minutes_no"], line["cases"], line["entered_how"]) == (
        said["minutes_no"],
        2,
        "sign_off",
    )
    shown = hall.A001.get(f"{MEETINGS}/{line['meeting_id']}")
    assert [item["attendees"] for item in shown["items"]] == [PRESENT, PRESENT[:2]]

    other_day = hall.H001.sign(third, status=422, resolution=said | {"date": "2026-10-30"})
    assert rules(other_day) == [("resolution.date", "resolution.differs")]
    path = opened(hall, third)
    refused = hall.H001.sign(third, status=422, resolution=said)
    assert rules(refused) == [("resolution.minutes_no", "resolution.on_agenda")]
    hall.R001.post(f"{path}/minutes", minutes(hall, {third: "refuse"}))
    hall.H001.post(f"{path}/closing")
    refused = hall.H001.sign(third, status=422, resolution=said)
    assert rules(refused) == [("resolution.minutes_no", "resolution.differs")]
    fourth = waiting(hall)
    refused = hall.H001.sign(
        fourth, status=422, resolution=said | {"minutes_no": "处务会议〔2026〕31号"}
    )
    assert rules(refused) == [("resolution.minutes_no", "resolution.not_on_agenda")]
    assert hall.A001.findings(first) == []


def test_a_register_that_was_altered_is_found(hall: Hall, database: Database) -> None:
    case_no = waiting(hall)
    met_office.held(hall, {case_no: "approve"})
    hall.H001.sign(case_no)
    opened_office = hall.client.app.state  # type: ignore[attr-defined]
    with opened_office.sessions.reading() as session:
        assert list(verification.verify_office(session, opened_office.office)) == []

    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    with engine.begin() as opened_database:
        opened_database.execute(update(MeetingDecision).values(decision="refuse"))
    engine.dispose()

    with opened_office.sessions.reading() as session:
        found = {f.rule for f in verification.verify_office(session, opened_office.office)}
    assert found == {"office.altered", "meeting.not_passed"}
