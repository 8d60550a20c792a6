"""Who may do what: every post against every step of every route, and the four decisions."""

from typing import Any

import pytest

from tests import qualified
from tests.people import PASSWORD, Hall

# Somebody of every post who could meet a county's case; the city's two see it too.
STAFF = {
    "G101": "guide",
    "T102": "teller",
    "B101": "handler",
    "R102": "reviewer",
    "D101": "deputy_director",
    "Z101": "director",
    "S101": "supervisor",
    "A101": "auditor",
    "P001": "city_approver",
    "H001": "city_head",
    "C001": "internal_control",
    "admin": "administrator",
}
# (process, level, route) → who signs after the teller, in this order.
CHAINS: dict[tuple[str, int, str | None], list[tuple[str, str]]] = {
    ("payment_account_change", 2, None): [("review", "R102")],
    ("retirement_approval", 1, "county"): [
        ("review", "R102"),
        ("endorse", "D101"),
        ("conclude", "Z101"),
    ],
    ("account_adjustment", 1, "city_approval"): [
        ("review", "R102"),
        ("endorse", "D101"),
        ("conclude", "Z101"),
        ("city_approve", "P001"),
    ],
    ("benefit_adjustment", 1, "city_meeting"): [
        ("review", "R102"),
        ("endorse", "D101"),
        ("conclude", "Z101"),
        ("city_conclude", "H001"),
    ],
}
MEETING = {
    "minutes_no": "处务会议〔2026〕12号",
    "date": "2026-11-02",
    "attendees": ["华振国"],
    "decision": "同意",
}


def attempt(hall: Hall, staff_no: str, case: dict[str, Any], decision: str = "approve") -> Any:
    """Try to sign the waiting task over what the case shows."""
    person = getattr(hall, staff_no)
    body = {
        "decision": decision,
        "opinion": "已核对",
        "password": PASSWORD,
        "seen": case["seen"],
    }
    headers = {**person.headers, "Idempotency-Key": f"{staff_no}-{case['seen']}-{decision}"}
    task = case["waiting"][0]["task_id"]
    return hall.client.post(f"/api/tasks/{task}/sign", json=body, headers=headers)


@pytest.mark.parametrize("kind", CHAINS, ids=lambda kind: f"{kind[0]}-{kind[2]}")
def test_each_step_is_signed_by_its_post_alone(
    hall: Hall, kind: tuple[str, int, str | None]
) -> None:
    process, level, route = kind
    case = hall.T101.accept(hall.example(process, level, route))

    for step, signer in CHAINS[kind]:
        assert [w["step"] for w in case["waiting"]] == [step]
        for staff_no, post in STAFF.items():
            if staff_no == signer:
                continue
            refused = attempt(hall, staff_no, case)
            assert refused.status_code in (403, 404), (step, post, refused.text)
            assert refused.json()["rule"], (step, post)
        again = hall.T101.case(case["case_no"])
        assert (again["seen"], again["status"]) == (case["seen"], "in_progress")
        resolution = MEETING if step == "city_conclude" else None
        case = getattr(hall, signer).sign(case["case_no"], resolution=resolution)

    assert case["status"] == "completed"
    assert hall.A101.findings(case["case_no"]) == []


def test_a_refusal_names_its_rule_and_who_could_act(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("payment_account_change", 2))

    own = attempt(hall, "T101", case).json()
    other = attempt(hall, "D101", case).json()

    assert own["rule"] in ("duties.already_signed", "post.missing")
    assert other["rule"] == "post.missing"
    named = {staff["staff_no"] for entry in other["who_can"] for staff in entry["staff"]}
    assert named == {"R101", "R102"}
    denied = [e for e in hall.A101.history(case["case_no"])["journal"] if e["action"] == "denied"]
    assert [entry["actor"] for entry in denied] == ["T101", "D101"]
    assert all(entry["rule"] for entry in denied)
    told = denied[1]["detail"]
    wider = told["facts"].pop("offered_wider_from")
    assert wider.startswith("2026-11-02T02:03")
    assert told["facts"].pop("offered_wider_to") == ["reviewer", "deputy_director"]
    assert told["facts"] == {"posts": ["reviewer"], "held": ["deputy_director"]}
    assert told["who_can"] == ["R101", "R102"]


def test_a_refusal_tells_the_row_in_the_way_and_since_when(hall: Hall) -> None:
    """Each verb that is offered as unavailable says the same as the attempt is answered."""
    case = hall.T101.accept(hall.example("retirement_approval", 1, "county"))
    number = case["case_no"]
    hall.S101.post(
        "/api/stand-ins",
        {"absent": "R101", "deputy": "T101", "post": "reviewer", "from": "2026-11-02",
         "to": "2026-11-02", "reason": "年休假"},
        status=201,
    )  # fmt: skip

    own = attempt(hall, "T101", case).json()

    assert own["rule"] == "duties.already_signed"
    assert (own["signed"], own["sign_off"], own["since"][:10]) == ("accept", 1, "2026-11-02")
    verbs = {one["verb"]: one for one in hall.T101.get(f"/api/cases/{number}/verbs")["verbs"]}
    assert verbs["sign"]["task_id"] == case["waiting"][0]["task_id"]
    assert not verbs["sign"]["available"]
    refused = verbs["sign"]["refusal"]
    assert (refused["rule"], refused["detail"]) == (own["rule"], own["detail"])
    assert refused["who_can"] == own["who_can"]
    assert refused["facts"]["since"] == own["since"]
    assert verbs["withdraw"] == {
        "verb": "withdraw", "task_id": None, "available": True, "refusal": None,
    }  # fmt: skip
    may = {one["verb"]: one for one in hall.R102.get(f"/api/cases/{number}/verbs")["verbs"]}
    assert may["sign"]["available"]
    assert may["sign"]["refusal"] is None
    assert hall.A201.get(f"/api/cases/{number}/verbs", status=404)["rule"] == "case.not_found"


def test_a_leave_and_an_ended_post_are_named(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("payment_account_change", 2))
    leave = hall.S101.post(
        "/api/leaves",
        {"staff_no": "R102", "kind": "annual", "from": "2026-11-02", "to": "2026-11-03",
         "permitted_by": "主任批准"},
        status=201,
    )  # fmt: skip
    away = attempt(hall, "R102", case).json()
    assert (away["rule"], away["leave_id"]) == ("absence.leave", leave["leave_id"])
    assert (away["since"], away["until"]) == ("2026-11-02", "2026-11-03")
    listed = hall.S101.get("/api/accounts")["items"]
    (held,) = [
        one["appointment_id"]
        for member in listed
        if member["staff_no"] == "R101"
        for one in member["appointments"]
    ]
    hall.S101.post(
        "/api/appointments",
        {"staff_no": "R101", "post": "teller", "from": "2026-11-02", "basis": "调岗〔2026〕2号"},
        status=201,
    )
    hall.S101.post(f"/api/appointments/{held}/dismissal")
    gone = attempt(hall, "R101", case).json()
    assert (gone["rule"], gone.get("appointment_id")) == ("post.missing", held), gone
    assert gone["since"].startswith("2026-11-02T")
    assert gone["posts"] == ["reviewer"]


@pytest.mark.parametrize("decision", ["return", "refuse"])
def test_each_signer_may_return_and_refuse(hall: Hall, decision: str) -> None:
    ends = {"return": "returned", "refuse": "refused"}
    signers = ["R101", "D101", "Z101"]
    for place, signer in enumerate(signers):
        body = hall.example("retirement_approval", 1, "county", nth=place)
        case = hall.T101.accept(body)
        for before in signers[:place]:
            getattr(hall, before).sign(case["case_no"])

        case = getattr(hall, signer).sign(case["case_no"], decision, reasons=["other"])

        assert case["status"] == ends[decision]
        assert case["decided"]["by"] == signer
        assert hall.A101.findings(case["case_no"]) == []


def test_only_the_director_of_a_county_case_escalates(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("account_adjustment", 1, "county"))
    for signer in ("R101", "D101"):
        assert attempt(hall, signer, case, "escalate").status_code == 403
        case = getattr(hall, signer).sign(case["case_no"])
    assert hall.Z101.sign(case["case_no"], "escalate")["route"] == "city_approval"
    assert attempt(hall, "P001", hall.P001.case(case["case_no"]), "escalate").status_code == 403


def test_level_1_takes_the_password_once_more(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]

    assert hall.R101.sign(number, password=None, status=403)["rule"] == "signing.password"
    assert hall.R101.sign(number, password="wrong", status=403)["rule"] == "signing.password_wrong"
    assert hall.R101.case(number)["status"] == "in_progress"
    assert hall.R101.sign(number)["waiting"][0]["step"] == "endorse"


def test_who_accepted_what_the_back_office_handled_returns_to_him(hall: Hall) -> None:
    grants = hall.S101.get("/api/grants")["items"]
    tellers = next(g for g in grants if g["post"] == "teller" and g["class"] == "limited")
    hall.S101.post(f"/api/grants/{tellers['grant_id']}/revocation")
    body = hall.example("retirement_approval", 1, "county")
    number = hall.T101.accept(body)["case_no"]

    case = hall.B101.sign(number, "return")

    assert [(w["step"], w["post"]) for w in case["waiting"]] == [("correct", "teller")]
    case = hall.T101.post(f"/api/cases/{number}/correction", {"form": body["form"]})
    assert [w["step"] for w in case["waiting"]] == ["handle"]
    hall.B101.sign(number)
    for signer in ("R101", "D101", "Z101"):
        case = getattr(hall, signer).sign(number)
    assert case["status"] == "completed"
    assert hall.A101.findings(number) == []


def test_a_guide_and_an_administrator_see_no_case(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    for outsider in (hall.G101, hall.admin, hall.T201, hall.A201):
        assert outsider.get(f"/api/cases/{number}", 404)["rule"] == "case.not_found"
    for reader in (hall.A101, hall.A001, hall.A000):
        assert reader.case(number)["status"] == "completed"
        reader.accept(hall.example("enrollment_certificate", 3), status=403)


def test_a_city_section_serves_its_own_categories(hall: Hall) -> None:
    refused = hall.T001.accept(hall.example("enrollment_certificate", 3), status=403)
    assert refused["rule"] == "section.foreign"


def test_a_leader_who_handled_a_case_at_a_window_cannot_sign_it(hall: Hall) -> None:
    """值班领导: for others' cases he is the director as ever; of his own the acceptance warns at once."""
    qualified.train(hall, "Z101")
    duty = {
        "staff_no": "Z101",
        "post": "teller",
        "from": "2026-11-02",
        "basis": "值班表〔2026〕11月",
    }
    hall.S101.post("/api/appointments", duty, status=201)
    body = hall.example("account_adjustment", 1, "county")
    own = hall.Z101.accept(body)
    others = hall.T101.accept(body)["case_no"]
    assert (own["signable"]["possible"], own["signable"]["step"]) == (False, "conclude")
    for signer in (hall.R101, hall.D101):
        signer.sign(own["case_no"])
        signer.sign(others)

    refused = hall.Z101.sign(own["case_no"], status=403)

    assert refused["rule"] == "duties.already_signed"
    assert "Z101" not in [one["staff_no"] for who in refused["who_can"] for one in who["staff"]]
    assert hall.Z101.sign(others)["status"] == "completed"


def test_a_refusal_names_posts_by_their_names(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]

    refused = hall.T102.sign(number, status=403)

    assert (refused["rule"], refused["posts"], refused["held"]) == (
        "post.missing", ["reviewer"], ["teller"],
    )  # fmt: skip
    assert "is done by Reviewer; the posts you hold: Teller." in refused["detail"]
