"""What waits for another agency or a department: its data is part of the case, and of what people sign."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from authz.offices.accounts import Account
from authz.personnel import appointments
from oversight import check_evidence
from tests.evidence_file import given, members
from tests.people import Hall

LETTER = {"data": {"letter_no": "转入联〔2026〕5号", "sent_on": "2026-11-03"}}
SEGMENTS = [{"from_month": 200801, "to_month": 200812, "base_cents": 400_000}]
TABLE: dict[str, Any] = {
    "data": {
        "table_no": "信〔2026〕88号",
        "issued_on": "2026-11-20",
        "segments": SEGMENTS,
        "principal_cents": 384_000,
        "interest_cents": 12_000,
    },
    "materials": [{"code": "info_table"}],
}
MONEY: dict[str, Any] = {
    "data": {"received_on": "2026-11-25", "amount_cents": 972_000, "bank_reference": "YH1125"},
}
BOOKED = [
    ("personal_account:principal", "credit", 384_000),
    ("personal_account:interest", "credit", 12_000),
]


def begun(hall: Hall, process: str = "transfer_in_interprovince") -> Any:
    return hall.T101.accept(hall.example(process, 1, "county"))


def delivered(hall: Hall, case: Any, name: str, body: Any, status: int = 200) -> Any:
    path = f"/api/cases/{case['case_no']}/messages/{name}"
    return hall.T101.post(path, body, status=status)


def signed(hall: Hall, case: Any, *signers: str) -> Any:
    for signer in signers:
        case = getattr(hall, signer).sign(case["case_no"])
    return case


@pytest.mark.parametrize("order", [("info_table", "money"), ("money", "info_table")])
def test_a_relation_comes_in_once_letter_table_and_money_are_there(
    hall: Hall, order: tuple[str, str]
) -> None:
    case = begun(hall)
    assert (case["status"], case["waiting"], case["posting"]) == ("in_progress", [], [])
    assert [one["name"] for one in case["awaited"]] == ["contact_letter"]
    assert case["awaited"][0]["carries_data"]
    refused = delivered(hall, case, "money", MONEY, status=409)
    assert (refused["rule"], refused["awaited"]) == ("message.not_awaited", ["contact_letter"])

    case = delivered(hall, case, "contact_letter", LETTER)
    assert {one["name"] for one in case["awaited"]} == {"info_table", "money"}
    bodies = {"info_table": TABLE, "money": MONEY}
    seen = [case["seen"]]
    for name in order:
        case = delivered(hall, case, name, bodies[name])
        seen.append(case["seen"])

    assert len(set(seen)) == 3, "whoever signs, signs what came too"
    assert case["cycle"] == 4
    assert case["messages"]["money"] == MONEY["data"]
    assert [w["step"] for w in case["waiting"]] == ["review"], (
        "who delivered the last one handled it"
    )
    assert "info_table" in [material["code"] for material in case["materials"]]
    case = signed(hall, case, "R101", "D101", "Z101")
    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []
    person = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    entries = [
        (entry["account"], entry["side"], entry["amount_cents"])
        for entry in person["entries"]
        if entry["case_no"] == case["case_no"]
    ]
    assert entries == BOOKED
    origins = [m["origin"] for m in person["months"]["items"] if m["case_no"] == case["case_no"]]
    assert origins == ["TRANSFERRED_IN"] * 12


def test_what_came_must_agree_to_the_cent_and_stays_open_until_it_does(hall: Hall) -> None:
    case = begun(hall)
    delivered(hall, case, "contact_letter", LETTER)
    delivered(hall, case, "info_table", TABLE)
    short = {"data": {**MONEY["data"], "amount_cents": 971_999}}

    refused = delivered(hall, case, "money", short, status=422)

    assert refused["rule"] == "transfer_in.money_differs"
    case = hall.T101.case(case["case_no"])
    assert (case["cycle"], [one["name"] for one in case["awaited"]]) == (3, ["money"])


def test_wrong_data_is_refused_field_by_field(hall: Hall) -> None:
    case = begun(hall)
    wrong = {
        "data": {"letter_no": "", "sent_on": "yesterday", "more": 1},
        "materials": [{"code": "id_card"}],
    }

    refused = delivered(hall, case, "contact_letter", wrong, status=422)

    fields = {error["field"] for error in refused["errors"]}
    assert fields == {"data.letter_no", "data.sent_on", "data.more", "materials.0.code"}
    nothing: list[dict[str, Any] | None] = [None, {"data": None}, {"data": {}}]
    for body in nothing:
        missing = delivered(hall, case, "contact_letter", body, status=422)
        assert {e["field"] for e in missing["errors"]} == {"data.letter_no", "data.sent_on"}
    delivered(hall, case, "contact_letter", {"date": {}}, status=422)
    hall.A101.post(f"/api/cases/{case['case_no']}/messages/contact_letter", LETTER, status=403)
    hall.T201.post(f"/api/cases/{case['case_no']}/messages/contact_letter", LETTER, status=404)
    assert hall.T101.case(case["case_no"])["cycle"] == 1


def test_the_same_message_twice_is_one(hall: Hall) -> None:
    case = begun(hall)
    path = f"/api/cases/{case['case_no']}/messages/contact_letter"
    first = hall.T101.post(path, LETTER, key="letter-once")
    again = hall.T101.post(path, LETTER, key="letter-once")

    assert first == again
    assert again["cycle"] == 2
    other = {"data": {**LETTER["data"], "letter_no": "另一"}}
    hall.T101.post(path, other, key="letter-once", status=409)


def test_who_delivered_data_signs_no_later_step(hall: Hall) -> None:
    """R102 works at the counter too: having delivered the table he can't review the case."""
    with hall.client.app.state.sessions.command() as session:  # type: ignore[attr-defined]
        named = select(Account.account_id).where(Account.staff_no == "R102")
        appointments.appoint(
            session, session.execute(named).scalar_one(), "teller", agency="990101"
        )
    case = begun(hall)
    delivered(hall, case, "contact_letter", LETTER)
    hall.R102.post(f"/api/cases/{case['case_no']}/messages/info_table", TABLE)
    case = delivered(hall, case, "money", MONEY)
    assert [w["step"] for w in case["waiting"]] == ["review"]

    refused = hall.R102.sign(case["case_no"], status=403)

    assert refused["rule"] == "duties.already_signed"
    entries = hall.A101.history(case["case_no"])["journal"]
    told = [(e["actor"], e["detail"]["name"]) for e in entries if e["action"] == "message"]
    assert told == [("T101", "contact_letter"), ("R102", "info_table"), ("T101", "money")]
    assert signed(hall, case, "R101", "D101", "Z101")["status"] == "completed"


def test_a_returned_case_may_correct_what_had_come(hall: Hall) -> None:
    case = begun(hall)
    for name, body in (("contact_letter", LETTER), ("info_table", TABLE), ("money", MONEY)):
        case = delivered(hall, case, name, body)
    returned = hall.R101.sign(case["case_no"], "return")
    assert returned["status"] == "returned"
    path = f"/api/cases/{case['case_no']}/correction"
    never: dict[str, Any] = {"messages": {"bill": {}}}
    assert hall.T101.post(path, never, status=422)["errors"][0]["rule"] == "message.not_come"
    half = {"messages": {"money": {"amount_cents": 1}}}
    fields = {error["field"] for error in hall.T101.post(path, half, status=422)["errors"]}
    assert "messages.money.received_on" in fields
    interest = {**TABLE["data"], "interest_cents": 13_000}
    more = {**MONEY["data"], "amount_cents": 973_000}

    case = hall.T101.post(path, {"messages": {"info_table": interest, "money": more}})

    assert case["messages"]["money"]["amount_cents"] == 973_000
    assert [w["step"] for w in case["waiting"]] == ["review"]
    case = signed(hall, case, "R101", "D101", "Z101")
    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []


def test_materials_are_brought_before_our_letter_goes_out(hall: Hall) -> None:
    body = {**hall.example("transfer_in_interprovince", 1, "county"), "materials": []}
    case = hall.T101.accept(body)
    assert (case["status"], case["awaited"]) == ("awaiting_materials", [])

    given = [{"code": "id_card"}, {"code": "transfer_application"}]
    case = hall.T101.post(f"/api/cases/{case['case_no']}/correction", {"materials": given})

    assert (case["status"], case["waiting"]) == ("in_progress", [])
    assert [one["name"] for one in case["awaited"]] == ["contact_letter"]
    assert hall.A101.findings(case["case_no"]) == []


def test_money_of_the_army_brings_months_paid_and_deemed(hall: Hall) -> None:
    case = begun(hall, "military_transfer_in")
    body = {"data": {**MONEY["data"], "amount_cents": 720_000}}

    case = signed(hall, delivered(hall, case, "money", body), "R101", "D101", "Z101")

    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []
    person = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    origins = [m["origin"] for m in person["months"]["items"] if m["case_no"] == case["case_no"]]
    assert sorted(origins) == ["DEEMED"] * 12 + ["TRANSFERRED_IN"] * 12


def test_an_allowance_follows_the_boards_conclusion(hall: Hall) -> None:
    case = begun(hall, "disability_allowance")
    assert {one["name"] for one in case["awaited"]} == {
        "medical_conclusion",
        "negative_conclusion",
    }
    said = {
        "conclusion_no": "鉴〔2026〕301号",
        "concluded_on": "2026-11-18",
        "board": "示范市劳动能力鉴定委员会",
        "board_level": "prefecture",
    }

    case = delivered(hall, case, "medical_conclusion", {"data": said})

    delivered(hall, case, "negative_conclusion", {"data": {}}, status=409)
    case = signed(hall, case, "R101", "D101", "Z101")
    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []


def test_a_negative_conclusion_ends_the_case(hall: Hall) -> None:
    case = begun(hall, "disability_allowance")
    said = {"conclusion_no": "鉴302", "concluded_on": "2026-11-18", "degree": "大部分丧失劳动能力"}

    case = delivered(hall, case, "negative_conclusion", {"data": said})

    assert (case["status"], case["awaited"], case["waiting"]) == ("refused", [], [])
    assert case["messages"]["negative_conclusion"]["degree"] != said["degree"], "it is masked"
    assert hall.A101.findings(case["case_no"]) == []
    delivered(hall, case, "negative_conclusion", {"data": said}, status=409)


def test_evidence_holds_what_came_and_withholds_what_is_personal(hall: Hall) -> None:
    case = begun(hall, "disability_allowance")
    said = {"conclusion_no": "鉴303", "concluded_on": "2026-11-18", "degree": "大部分丧失劳动能力"}
    delivered(hall, case, "negative_conclusion", {"data": said})

    for whole in (False, True):
        inside = members(given(hall, case["case_no"], whole=whole))
        assert list(check_evidence.findings(inside)) == []
        opened = json.loads(inside["record.json"])["contents"][-1]["opened"]
        assert opened["message.negative_conclusion.conclusion_no"][1] == "鉴303"
        assert ("message.negative_conclusion.degree" in opened) == whole

    changed = json.loads(inside["record.json"])
    changed["contents"][-1]["opened"]["message.negative_conclusion.degree"][1] = "完全丧失"
    forged = {**inside, "record.json": json.dumps(changed).encode()}
    assert any("negative_conclusion.degree" in told for told in check_evidence.findings(forged))
