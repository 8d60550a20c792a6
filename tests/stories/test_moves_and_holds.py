"""Relations that move and accounts that courts freeze, through HTTP: signed, on the register, verified."""

from typing import Any

from tests import paying_office
from tests.people import Hall

LEVEL_1 = ("R101", "D101", "Z101")
COURT = "示范县人民法院"


def done(hall: Hall, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The completed case of a body, and the person as the register has him afterwards."""
    case = hall.T101.accept(body)
    for signer in LEVEL_1 if case["risk_level"] == 1 else LEVEL_1[:1]:
        case = getattr(hall, signer).sign(case["case_no"])
    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []
    return case, hall.T101.get(f"/api/register/persons/{case['person_id']}")


def ordered(hall: Hall, measure: str, *, applicant: Any = None, **said: Any) -> dict[str, Any]:
    """A court's order about the person of the demo's freeze, or another, as a body."""
    body = hall.example("judicial_assistance", 1, "county")
    form = {
        "measure": measure,
        "court": COURT,
        "document_no": "示法执〔2026〕12号",
        "notice_no": "示法协〔2026〕90号",
        "notice_on": "2026-11-02",
        "officer": "高原",
        "officer_permit": "示法执证0012",
        **said,
    }
    return {**body, "applicant": applicant or body["applicant"], "form": form}


def test_a_relation_moves_within_the_province(hall: Hall) -> None:
    body = hall.example("transfer_intraprovince", 2)
    case, before = done(hall, body)

    path = f"/api/register/persons/{case['person_id']}"
    (relation,) = before["relations"]
    assert (relation["agency"], relation["status"]) == ("990102", "INTERRUPTED")
    assert relation["case_no"] == case["case_no"]
    assert before["account"]["balance_cents"] > 0
    # The receiving agency sees the whole record, and the former one goes on reading it.
    assert hall.T201.get(path) == hall.T101.get(path) == before
    # Business is the receiving agency's from now on: to the former one he is registered nowhere.
    assert hall.T101.accept(body, status=422)["rule"] == "applicant.not_registered"
    printed = {**hall.example("enrollment_certificate", 3), "applicant": body["applicant"]}
    assert hall.T201.accept(printed)["status"] == "completed"


def test_the_receiving_agency_saw_nobody_before(hall: Hall) -> None:
    body = hall.example("transfer_intraprovince", 2)
    waiting = hall.T101.accept(body)
    path = f"/api/register/persons/{waiting['person_id']}"

    assert hall.T201.get(path, status=404)["rule"] == "person.not_found"
    hall.R101.sign(waiting["case_no"])
    assert hall.T201.get(path)["person_id"] == waiting["person_id"]


def test_a_relation_moves_to_the_scheme_of_public_bodies(hall: Hall) -> None:
    _, person = done(hall, hall.example("scheme_transfer", 1, "county"))

    assert person["account"]["balance_cents"] == 0
    assert {one["status"] for one in person["relations"]} == {"ENDED"}
    assert person["months"]["paid"] > 0


def test_months_and_money_of_a_public_body_move_in(hall: Hall) -> None:
    body = hall.example("scheme_transfer", 1, "county", nth=1)
    case, person = done(hall, body)

    moved = [one for one in person["months"]["items"] if one["case_no"] == case["case_no"]]
    assert [one["month"] for one in (moved[0], moved[-1])] == [201601, 201706]
    assert {one["origin"] for one in moved} == {"TRANSFERRED_IN"}
    booked = {e["account"]: e for e in person["entries"] if e["case_no"] == case["case_no"]}
    assert booked["personal_account:principal"]["amount_cents"] == 662_400
    assert booked["personal_account:interest"]["amount_cents"] == 210_000
    again = hall.T101.accept(body, status=422)
    assert again["rule"] == "scheme.overlap"
    assert len(again["rows"]) == 18


def test_a_freeze_stops_every_payment_out_of_the_account(hall: Hall) -> None:
    refund = hall.example("contribution_refund", 1, "county")
    waiting = hall.T101.accept(refund)
    freeze = ordered(hall, "freeze", until="2027-05-31", applicant=refund["applicant"])
    case, person = done(hall, freeze)
    account = person["account"]

    assert person["holds"] == [
        {"document_no": "示法执〔2026〕12号", "court": COURT, "until": "2027-05-31"}
    ]
    assert case["case_no"] in {version["case_no"] for version in person["versions"]}
    # What was accepted before the freeze doesn't post either.
    returned = hall.R101.sign(waiting["case_no"])
    assert (returned["status"], returned["decided"]["reasons"]) == (
        "returned",
        ["register_changed"],
    )
    refused = hall.T101.accept(refund, status=422)
    assert (refused["rule"], refused["rows"]) == ("account.frozen", ["示法执〔2026〕12号"])
    for process in ("account_lump_sum", "transfer_out_interprovince", "scheme_transfer"):
        frozen = {**hall.example(process, 1, "county"), "applicant": refund["applicant"]}
        if "holder" in frozen["form"]:
            frozen["form"] = {**frozen["form"], "holder": refund["applicant"]["name"]}
        assert hall.T101.accept(frozen, status=422)["rule"] == "account.frozen", process
    now = hall.T101.get(f"/api/register/persons/{case['person_id']}")
    assert now["account"] == account


def test_a_freeze_stops_the_release_of_what_was_payable_before(hall: Hall) -> None:
    refund = hall.example("contribution_refund", 1, "county")
    case, _ = done(hall, refund)
    due = [one for one in paying_office.listed(hall) if one["case_no"] == case["case_no"]]
    done(hall, ordered(hall, "freeze", until="2027-05-31", applicant=refund["applicant"]))

    refused = hall.F101.post(paying_office.RELEASES, paying_office.named(due), status=409)

    assert (refused["rule"], refused["rows"]) == ("payable.frozen", ["示法执〔2026〕12号"])
    done(hall, ordered(hall, "lift", applicant=refund["applicant"]))
    paying_office.release(hall, due)


def test_a_lifted_freeze_stops_nothing(hall: Hall) -> None:
    refund = hall.example("contribution_refund", 1, "county")
    whose = refund["applicant"]
    done(hall, ordered(hall, "freeze", until="2027-05-31", applicant=whose))
    _, person = done(hall, ordered(hall, "lift", applicant=whose))

    assert person["holds"] == []
    _, person = done(hall, refund)
    assert person["owed"]["payable"] > 0
    again = hall.T101.accept(ordered(hall, "lift", applicant=whose), status=422)
    assert again["rule"] == "judicial.not_frozen"


def test_what_is_payable_is_deducted_and_no_more(hall: Hall) -> None:
    refund = hall.example("contribution_refund", 1, "county")
    _, person = done(hall, refund)
    payable = person["owed"]["payable"]
    whose = refund["applicant"]

    to = {"court_bank": "示范银行", "court_account": "6100990000000012"}
    more = ordered(hall, "deduct", amount_cents=payable + 1, applicant=whose, **to)
    assert hall.T101.accept(more, status=422)["rule"] == "judicial.payable_short"
    order = ordered(hall, "deduct", amount_cents=payable - 1, applicant=whose, **to)
    case, person = done(hall, order)
    assert person["owed"]["payable"] == 1
    (line,) = [line for line in case["posting"] if line.get("account") == "courts_payable"]
    assert (line["side"], line["amount_cents"]) == ("credit", payable - 1)
    to_court = next(one for one in paying_office.listed(hall) if one["case_no"] == case["case_no"])
    assert (to_court["payee"]["holder"], to_court["amount_cents"]) == (COURT, payable - 1)
    paying_office.release(hall, [to_court])
    assert hall.A101.findings(case["case_no"]) == []


def test_an_enquiry_changes_nothing(hall: Hall) -> None:
    body = hall.example("judicial_assistance", 1, "county", nth=1)
    case, person = done(hall, body)

    assert (case["posting"], person["holds"]) == ([], [])
    said = {step["en"]: step["value"] for step in case["derivation"]}
    cents = person["account"]["balance_cents"]
    assert said["personal account"] == f"{cents // 100}.{cents % 100:02d}"
