"""Questions to superiors (请示): the case waits at its step, its clock runs, the answer stays in its file."""

from tests import papers
from tests.people import Hall

COUNTY = ("account_adjustment", 1, "county")
ASKED = {"post": "deputy_director", "question": "调整依据为外地稽核结论，可否认定？"}
SAID = {"answer": "可以认定，附原件复印件"}


def test_a_case_waits_for_the_answer_and_keeps_it(hall: Hall) -> None:
    number = hall.T101.accept(hall.example(*COUNTY))["case_no"]
    path = f"/api/cases/{number}"
    due_on = hall.R101.case(number)["due_on"]
    bystander = hall.T102.post(f"{path}/consultation", ASKED, status=403)
    assert bystander["rule"] == "consultation.no_part"
    # Upwards only, and where somebody could answer.
    for post in ("reviewer", "city_head"):
        asked = {**ASKED, "post": post}
        wrong = hall.R101.post(
            f"{path}/consultation", asked, status=422 if post == "reviewer" else 201
        )
        assert post != "reviewer" or wrong["rule"] == "consultation.post"
    assert hall.R101.post(f"{path}/consultation", ASKED, status=409)["rule"] == "consultation.open"
    hall.H001.post(f"{path}/consultation-answer", SAID)

    shown = hall.R101.post(f"{path}/consultation", ASKED, status=201)

    assert (shown["status"], shown["due_on"], shown["consultations"][-1]["answer"]) == (
        "in_progress",
        due_on,
        None,
    )
    (task,) = [t for t in hall.R101.get("/api/tasks")["items"] if t["case_no"] == number]
    assert task["asking"] == "deputy_director"
    (mine,) = hall.T101.get("/api/owned-cases")["items"]
    assert mine["state"] == "asking"
    for decision in ("approve", "refuse"):
        assert hall.R101.sign(number, decision, status=409)["rule"] == "consultation.open"
    # Nobody but a holder of the post answers.
    for staff_no in ("R101", "Z101", "A101"):
        answer = getattr(hall, staff_no).post(f"{path}/consultation-answer", SAID, status=403)
        assert answer["rule"] == "post.missing"
    (waits,) = hall.D101.get("/api/consultations")["items"]
    assert (waits["case_no"], waits["asked_by"]) == (number, "R101")
    hall.D101.post(f"{path}/consultation-answer", SAID)
    assert hall.D101.get("/api/consultations")["items"] == []
    none = hall.D101.post(f"{path}/consultation-answer", SAID, status=409)
    assert none["rule"] == "consultation.none"
    # The applicant's own clock ran on; the case goes on where it stood, and whoever answered may sign.
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(number)
    case = hall.A101.case(number)
    assert (case["status"], case["due_on"]) == ("completed", due_on)
    assert [one["answered_by"]["staff_no"] for one in case["consultations"]] == ["H001", "D101"]
    assert hall.A101.findings(number) == []
    pieces = hall.V101.get(f"/api/archive/cases/{number}")["pieces"]
    assert [one["code"] for one in pieces if one["kind"] == "consultation"] == [
        "city_head",
        "deputy_director",
    ]
    printed = papers.printed(hall.R101, f"{path}/approval-form")
    for said in ("请示与批复", *ASKED.values(), SAID["answer"], "全程代理人"):
        assert said in printed or said == "deputy_director"
    finished = hall.R101.post(f"{path}/consultation", ASKED, status=409)
    assert finished["rule"] == "case.finished"


def test_a_returned_case_is_asked_about_and_nobody_answers_himself(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    path = f"/api/cases/{number}"
    hall.R101.sign(number, "return", reasons=["not_as_original"])
    said = {
        "absent": "R102", "deputy": "T101", "post": "reviewer",
        "from": "2026-11-02", "to": "2026-11-06", "reason": "年休假",
    }  # fmt: skip
    hall.S101.post("/api/stand-ins", said, status=201)
    asked = {"post": "director", "question": "户名与登记不一致，能否办理？"}
    hall.T101.post(f"{path}/consultation", asked, status=201)
    body: dict[str, list[str]] = {"materials": []}
    assert hall.T101.post(f"{path}/correction", body, status=409)["rule"] == "consultation.open"
    hall.Z101.post(f"{path}/consultation-answer", SAID)
    assert hall.T101.post(f"{path}/correction", body)["status"] == "in_progress"
