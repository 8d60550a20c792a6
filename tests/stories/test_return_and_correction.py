"""A case that goes back: returned, corrected, refused, withdrawn, or short of materials."""

from tests.people import Hall


def test_a_return_voids_every_earlier_sign_off(hall: Hall) -> None:
    body = hall.example("retirement_approval", 1, "county")
    number = hall.T101.accept(body)["case_no"]
    hall.R101.sign(number)

    case = hall.D101.sign(number, "return", reasons=["materials_unclear"])

    assert case["status"] == "returned"
    assert [(w["step"], w["post"]) for w in case["waiting"]] == [("correct", "teller")]
    hall.T102.post(
        f"/api/cases/{number}/correction", {"form": body["form"], "materials": []}, status=403
    )
    hall.R101.sign(number, status=403)

    case = hall.T101.post(
        f"/api/cases/{number}/correction", {"form": body["form"], "materials": body["materials"]}
    )

    assert case["status"] == "in_progress"
    assert [w["step"] for w in case["waiting"]] == ["review"]
    rows = hall.A101.history(number)["sign_offs"]
    assert [(row["step"], row["void"]) for row in rows] == [
        ("handle", True),
        ("review", True),
        ("endorse", True),
        ("handle", False),
    ]
    for name in ("R101", "D101", "Z101"):
        case = getattr(hall, name).sign(number)
    assert case["status"] == "completed"
    assert hall.A101.findings(number) == []


def test_a_void_sign_off_does_not_bind_separation(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    hall.R101.sign(number, "return", reasons=["other"])
    hall.T101.post(f"/api/cases/{number}/correction", {})

    assert hall.R101.sign(number)["status"] == "completed"


def test_a_case_without_its_materials_waits_for_them(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    materials = body["materials"]

    case = hall.T101.accept({**body, "materials": []})
    number = case["case_no"]

    assert case["status"] == "awaiting_materials"
    assert {entry["code"] for entry in case["notice"]["missing"]} == {m["code"] for m in materials}
    assert hall.client.get(case["notice"]["pdf"], headers=hall.T101.headers).content[:4] == b"%PDF"
    assert [(w["step"], w["post"]) for w in case["waiting"]] == [("correct", "teller")]
    assert hall.A101.findings(number) == []

    half = hall.T101.post(f"/api/cases/{number}/correction", {"materials": materials[:1]})
    assert half["status"] == ("awaiting_materials" if len(materials) > 1 else "in_progress")
    case = (
        hall.T101.post(
            f"/api/cases/{number}/correction", {"form": body["form"], "materials": materials[1:]}
        )
        if len(materials) > 1
        else half
    )

    assert [w["step"] for w in case["waiting"]] == ["review"]
    assert hall.R101.sign(number)["status"] == "completed"
    assert hall.A101.findings(number) == []


def test_what_goes_back_has_a_coded_reason_that_says_something(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    unsaid = hall.R101.sign(number, "return", opinion="", reasons=["other"], status=422)
    assert [error["rule"] for error in unsaid["errors"]] == ["reasons.unsaid"]

    case = hall.R101.sign(number, "return", opinion="", reasons=["开户行不一致"])

    assert case["decided"]["reasons"] == ["other", "开户行不一致"]
    assert hall.A101.findings(number) == []


def test_a_refusal_ends_the_case_with_its_reason(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("payment_account_change", 2))["case_no"]
    missing = hall.R101.sign(number, "refuse", opinion="", status=422)
    assert missing["errors"][0]["field"] == "opinion"

    case = hall.R101.sign(
        number, "refuse", opinion="持卡人与参保人不一致，依据社会保险经办条例第三十八条"
    )

    assert (case["status"], case["waiting"]) == ("refused", [])
    # Whoever gave words alone gave the reason "other", with those words.
    assert hall.A101.history(number)["sign_offs"][-1]["reasons"] == ["other"]
    hall.T101.post(f"/api/cases/{number}/correction", {}, status=409)
    hall.T101.post(f"/api/cases/{number}/withdrawal", {"reason": "不办了"}, status=409)
    assert hall.A101.findings(number) == []


def test_the_applicant_withdraws(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    task = hall.R101.case(number)["waiting"][0]["task_id"]

    case = hall.T101.post(f"/api/cases/{number}/withdrawal", {"reason": "申请人改期办理"})

    assert (case["status"], case["waiting"]) == ("withdrawn", [])
    seen = hall.R101.case(number)["seen"]
    body = {"decision": "approve", "opinion": "同意", "password": "tongban-demo", "seen": seen}
    assert hall.R101.post(f"/api/tasks/{task}/sign", body, status=409)["rule"] == "task.not_waiting"
    assert hall.A101.findings(number) == []


def test_a_case_withdrawn_before_its_materials_came_has_no_slip(hall: Hall) -> None:
    body = {**hall.example("payment_account_change", 2), "materials": []}
    number = hall.T101.accept(body)["case_no"]

    case = hall.T101.post(f"/api/cases/{number}/withdrawal", {"reason": "材料不齐"})

    assert "slip" not in case
    hall.T101.get(f"/api/cases/{number}/acceptance.pdf", 404)


def test_a_change_of_the_register_sends_the_case_back_unsigned(hall: Hall) -> None:
    """Two cases change one person's contact; the first to post makes the second's picture stale."""
    first = hall.T101.accept(hall.example("person_info_change_key", 2))
    body = hall.example("person_info_change_key", 2)
    second = hall.T102.accept(body)
    hall.R101.sign(first["case_no"])

    case = hall.R101.sign(second["case_no"])

    assert case["status"] == "returned"
    history = hall.A101.history(second["case_no"])
    assert [row["step"] for row in history["sign_offs"]] == ["handle"]
    assert "register_changed" in [entry["action"] for entry in history["journal"]]
    assert hall.A101.findings(second["case_no"]) == []
