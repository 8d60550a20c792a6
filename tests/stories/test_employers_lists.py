"""An employer's list: one case about many people, posted whole or not at all."""

from typing import Any

import pytest

from tests.people import Hall

SUSPEND, RESUME, DECLARE = (
    "contribution_suspend",
    "contribution_resume",
    "contribution_base_declare",
)


def relation(hall: Hall, id_no: str) -> Any:
    """The one relation of a person of this number, and the record it stands in."""
    found = hall.T101.post("/api/register/search", {"id_no": id_no})
    record = hall.T101.get(f"/api/register/persons/{found['person_id']}")
    return record["relations"][0]


def with_rows(body: Any, rows: list[Any], **said: Any) -> Any:
    return {**body, "form": {**body["form"], "rows": rows, **said}}


def test_employees_are_suspended_at_once_and_resumed_again(hall: Hall) -> None:
    body = hall.example(SUSPEND, 3)
    case = hall.T101.accept(body)

    assert case["status"] == "completed"
    assert case["posting_total"] == {"lines": 0, "changes": 2, "debit_cents": 0}
    assert case["form_rows"] == {"rows": 2}
    shown = case["form"]["rows"][0]
    assert (shown["id_no"], shown["name"]) == ("610***********7722", "顾*")
    for row in body["form"]["rows"]:
        held = relation(hall, row["id_no"])
        assert held["status"] == "INTERRUPTED"
        assert held["case_no"] == case["case_no"]
    assert hall.A101.findings(case["case_no"]) == []

    again = hall.T101.accept(body, status=422)
    assert again["rule"] == "contribution_suspend.not_active"
    assert [error["field"] for error in again["errors"]] == [
        "form.rows.0.id_no",
        "form.rows.1.id_no",
    ]

    back = [{**row, "reason": "rehired"} for row in body["form"]["rows"]]
    resumed = hall.T101.accept(with_rows(hall.example(RESUME, 3), back))
    assert relation(hall, back[0]["id_no"])["status"] == "ACTIVE"
    # Both cases are worked out again on the register as it stood at each.
    assert hall.A101.findings(case["case_no"]) == []
    assert hall.A101.findings(resumed["case_no"]) == []


def test_one_wrong_row_and_nothing_is_written(hall: Hall) -> None:
    body = hall.example(SUSPEND, 3)
    good, other = body["form"]["rows"]

    wrong = with_rows(body, [good, {**other, "name": "沈艳"}])
    refused = hall.T101.accept(wrong, status=422)
    assert (refused["rule"], refused["errors"][0]["field"]) == (
        "roster.name_differs",
        "form.rows.1.name",
    )
    assert relation(hall, good["id_no"])["status"] == "ACTIVE"

    # Another employer's employee looks like nobody at all.
    stranger = next(one for one in hall.demo["persons"] if one["name"] == "李秀英")
    for id_no, name in ((stranger["id_no"], stranger["name"]), ("610099200001019992", "无此人")):
        row = {"id_no": id_no, "name": name, "reason": "other"}
        said = hall.T101.accept(with_rows(body, [row]), status=422)
        assert said["rule"] in {"roster.not_employed", "id_no.check_digit"}


def test_bases_are_declared_with_a_reviewer_and_checked_again_when_signed(hall: Hall) -> None:
    body = hall.example(DECLARE, 2)
    number = hall.T101.accept(body)["case_no"]
    # Meanwhile one of them is suspended: what was signed would no longer be what is written.
    gone = {**body["form"]["rows"][0], "reason": "transferred"}
    gone.pop("wage_cents")
    suspended = hall.T101.accept(with_rows(hall.example(SUSPEND, 3), [gone]))
    assert suspended["status"] == "completed"

    returned = hall.R101.sign(number)
    assert returned["status"] == "returned"
    assert returned["decided"]["reasons"] == ["register_changed"]

    form = {**body["form"], "rows": body["form"]["rows"][1:]}
    corrected = hall.T101.post(
        f"/api/cases/{number}/correction", {"form": form, "materials": body["materials"]}
    )
    assert corrected["form_rows"] == {"rows": 1}
    done = hall.R101.sign(number)
    assert done["status"] == "completed"
    assert [step["value"] for step in done["derivation"]][:3] == ["1", "3000.00", "1"]
    assert hall.A101.findings(number) == []
    assert hall.A101.findings(suspended["case_no"]) == []


def test_nobody_accepts_a_list_that_names_himself(hall: Hall) -> None:
    body = hall.example(SUSPEND, 3)
    own = {"id_no": "610099199003141025", "name": "王芳", "reason": "other"}
    refused = hall.T101.accept(with_rows(body, [*body["form"]["rows"], own]), status=403)
    assert refused["rule"] == "duties.own_case"


def test_nobody_corrects_a_list_so_that_it_names_himself(hall: Hall) -> None:
    body = hall.example(DECLARE, 2)
    number = hall.T101.accept(body)["case_no"]
    hall.R101.sign(number, "return", reasons=["materials_unclear"])
    own = {**body["form"]["rows"][0], "id_no": "610099199003141025", "name": "王芳"}
    corrected = with_rows(body, [*body["form"]["rows"], own])["form"]

    sent = {"form": corrected, "materials": body["materials"]}
    refused = hall.T101.post(f"/api/cases/{number}/correction", sent, status=403)

    assert refused["rule"] == "duties.own_case"


@pytest.mark.parametrize("form", [{}, {"rows": []}, {"rows": [], "list_id": "f" * 64}])
def test_a_list_names_somebody(hall: Hall, form: Any) -> None:
    body = {**hall.example(SUSPEND, 3), "form": form}
    refused = hall.T101.accept(body, status=422)
    assert refused["errors"][0]["rule"] in {"form.value_error", "roster.unknown"}


def test_employees_new_to_the_register_come_on_it_with_the_case(hall: Hall) -> None:
    body = hall.example("employee_enrollment", 2)
    case = hall.T101.accept(body)
    number = case["case_no"]
    assert {entry["whose"]["name"] for entry in case["posting"]} == {"毛*", "邱*"}
    first, second = body["form"]["rows"]
    hall.T101.post("/api/register/search", {"id_no": first["id_no"]}, status=404)

    done = hall.R101.sign(number)

    assert done["status"] == "completed"
    assert done["posting_total"]["changes"] == 8
    for row in (first, second):
        held = relation(hall, row["id_no"])
        assert (held["status"], held["case_no"]) == ("ACTIVE", number)
    assert hall.A101.findings(number) == []
    assert hall.T101.accept(body, status=422)["rule"] == "employee_enrollment.insured"

    # From then on the employer may list them like anybody else, and leaves everything as it was signed.
    gone = {"id_no": first["id_no"], "name": first["name"], "reason": "contract_ended"}
    suspended = hall.T101.accept(with_rows(hall.example(SUSPEND, 3), [gone]))
    assert hall.A101.findings(number) == []
    assert hall.A101.findings(suspended["case_no"]) == []


def test_two_lists_that_enrol_the_same_person_and_only_one_does(hall: Hall) -> None:
    body = hall.example("employee_enrollment", 2)
    one, other = hall.T101.accept(body)["case_no"], hall.T101.accept(body)["case_no"]
    assert hall.R101.sign(one)["status"] == "completed"
    assert hall.R101.sign(other)["status"] == "returned"
    assert hall.A101.findings(one) == []
