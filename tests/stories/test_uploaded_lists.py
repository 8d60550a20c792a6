"""A list as a workbook: from the template, checked row by row, then taken in by one case."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from tests import hostile_workbooks, listed_employees
from tests.listed_employees import Employees, workbook
from tests.people import Hall, Person, new_key

SUSPEND, DECLARE = "contribution_suspend", "contribution_base_declare"
COUNT, FAULTY = 300, 37


def upload(
    person: Person, process: str, uscc: str, content: bytes, status: int = 201, **said: str
) -> Any:
    """Send a workbook to be checked; what comes of it."""
    answer = person.client.post(
        "/api/lists",
        files={"file": ("list.xlsx", content)},
        data={"process": process, "uscc": uscc, **said},
        headers={**person.headers, "Idempotency-Key": new_key()},
    )
    assert answer.status_code == status, answer.text
    return answer.json()


def fetched(person: Person, path: str) -> Any:
    answer = person.client.get(path, headers=person.headers)
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.content))


def hired(hall: Hall, count: int) -> Employees:
    with hall.client.app.state.sessions.command() as session:  # type: ignore[attr-defined]
        return listed_employees.hired(session, count)


def body(process: str, who: Employees, form: Any, hall: Hall) -> Any:
    guide = hall.client.get(f"/api/processes/{process}").json()
    materials = [{"code": m["code"]} for m in guide["materials"] if m["required"]]
    return {"process": process, "applicant": who.applicant, "form": form, "materials": materials}


def faulty(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows with 37 of them wrong, each kind of wrong in turn."""
    wrong = [list(row) for row in rows]
    for n in range(FAULTY):
        row = wrong[n * (len(rows) // FAULTY)]
        kind = n % 6
        if kind == 0:
            row[0] = row[0][:17] + ("0" if row[0][17] != "0" else "1")
        elif kind == 1:
            row[1] = "别人"
        elif kind == 2:
            row[2] = "不想干了"
        elif kind == 3:
            row[1] = None
        elif kind == 4:
            row[0] = int(row[0][:15])
        else:
            row[2] = "=SUM(1)"
    return wrong


def test_a_list_is_made_from_the_template_and_taken_in_by_a_case(hall: Hall) -> None:
    example = hall.example(SUSPEND, 3)
    applicant = example["applicant"]
    answer = hall.client.get(f"/api/processes/{SUSPEND}/list-template")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["公民身份号码*", "姓名*", "减少原因*"]
    assert [cell.value for cell in sheet[2]] == ["Id number", "Name", "Reason"]
    choices = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert any("调出本单位" in str(choice) for choice in choices)
    for number, row in enumerate(example["form"]["rows"], 3):
        sheet.cell(number, 1).value = row["id_no"]
        sheet.cell(number, 2).value = row["name"]
        sheet.cell(number, 3).value = "调出本单位"
    filled = io.BytesIO()
    book.save(filled)

    checked = upload(hall.T101, SUSPEND, applicant["id_no"], filled.getvalue())
    assert (checked["rows"], checked["wrong"], checked["errors_file"]) == (2, 0, None)
    assert checked["totals"]["changes"] == 2

    case = hall.T101.accept({**example, "form": {"list_id": checked["list_id"]}})
    assert case["status"] == "completed"
    assert case["form"]["list_id"] == checked["list_id"]
    assert case["form_rows"] == {"rows": 2}
    assert case["posting_total"]["changes"] == 2
    assert hall.A101.findings(case["case_no"]) == []
    assert hall.client.get("/api/processes/account_query/list-template").status_code == 404


def checks_faulty_and_posts_whole(hall: Hall, count: int) -> None:
    who = hired(hall, count)
    rows = [[id_no, name, "调出本单位"] for id_no, name in who.people]
    checked = upload(hall.T101, SUSPEND, who.uscc, workbook(SUSPEND, faulty(rows)))
    assert (checked["rows"], checked["wrong"]) == (count, FAULTY)
    assert checked["totals"]["changes"] == count - FAULTY
    assert {error["rule"] for error in checked["errors"]} >= {
        "id_no.check_digit",
        "roster.name_differs",
        "cell.choice",
        "form.missing",
        "cell.number_as_text",
        "cell.formula",
    }
    assert checked["errors"][0]["row"] == 2
    assert all(error["message"]["zh"] for error in checked["errors"])
    errors = fetched(hall.T101, checked["errors_file"]).worksheets[0]
    assert errors.max_row == FAULTY + 1
    assert all(cell.data_type != "f" for line in errors.iter_rows(min_row=2) for cell in line)

    refused = hall.T101.accept(
        body(SUSPEND, who, {"list_id": checked["list_id"]}, hall), status=422
    )
    assert refused["rule"] == "roster.has_errors"

    right = upload(hall.T101, SUSPEND, who.uscc, workbook(SUSPEND, rows))
    assert (right["rows"], right["wrong"]) == (count, 0)
    case = hall.T101.accept(body(SUSPEND, who, {"list_id": right["list_id"]}, hall))
    number = case["case_no"]
    assert case["status"] == "completed"
    assert case["posting_total"] == {"lines": 0, "changes": count, "debit_cents": 0}
    assert len(case["posting"]) == 20
    assert case["posting"][0]["whose"]["name"] == "职*****"
    assert len(case["form"]["rows"]) == 20
    seen, cursor = 0, ""
    while cursor is not None:
        query = f"?cursor={cursor}" if cursor else ""
        page = hall.R101.get(f"/api/cases/{number}/posting{query}")
        seen, cursor = seen + len(page["items"]), page["next_cursor"]
    assert seen == count
    first = hall.R101.get(f"/api/cases/{number}/rows")["items"][0]
    assert first["id_no"].count("*") == 11
    assert hall.A101.findings(number) == []


def test_rows_that_are_wrong_are_told_and_the_right_list_posts_whole(hall: Hall) -> None:
    checks_faulty_and_posts_whole(hall, COUNT)


@pytest.mark.slow
def test_a_list_of_5000_with_37_faulty_rows(hall: Hall) -> None:
    checks_faulty_and_posts_whole(hall, 5_000)


def test_bases_from_a_workbook_are_reviewed_and_totals_shown(hall: Hall) -> None:
    who = hired(hall, 120)
    rows = [[id_no, name, 4000 + 100 * at] for at, (id_no, name) in enumerate(who.people)]
    said = '{"source": "tax", "tax_batch_no": "T-9"}'
    checked = upload(hall.T101, DECLARE, who.uscc, workbook(DECLARE, rows), form=said)
    totals = {step["en"]: step["value"] for step in checked["totals"]["derivation"]}
    assert totals["Employees declared"] == "120"
    assert totals["Declared wages in all"] == "1194000.00"

    form = {"source": "tax", "tax_batch_no": "T-9", "list_id": checked["list_id"]}
    number = hall.T101.accept(body(DECLARE, who, form, hall))["case_no"]
    assert hall.R101.sign(number)["status"] == "completed"
    assert hall.A101.findings(number) == []


def test_a_returned_list_is_corrected_with_another(hall: Hall) -> None:
    who = hired(hall, 4)
    form = {"source": "tax", "tax_batch_no": "T-9"}
    said = '{"source": "tax", "tax_batch_no": "T-9"}'
    lists = [
        upload(
            hall.T101,
            DECLARE,
            who.uscc,
            workbook(DECLARE, [[*one, 6000] for one in who.people[:count]]),
            form=said,
        )["list_id"]
        for count in (4, 3)
    ]
    number = hall.T101.accept(body(DECLARE, who, {**form, "list_id": lists[0]}, hall))["case_no"]
    hall.R101.sign(number, "return", reasons=["materials_unclear"])
    # The same list again is the case's own, however long ago it was uploaded.
    with hall.client.app.state.sessions.command() as session:  # type: ignore[attr-defined]
        session.execute(text("DELETE FROM employee_lists WHERE list_id = :it"), {"it": lists[0]})
    path = f"/api/cases/{number}/correction"
    same = hall.T101.post(path, {"form": {**form, "list_id": lists[0]}, "materials": []})
    assert same["form_rows"] == {"rows": 4}
    hall.R101.sign(number, "return", reasons=["materials_unclear"])
    other = hall.T101.post(path, {"form": {**form, "list_id": lists[1]}, "materials": []})
    assert other["form_rows"] == {"rows": 3}
    assert hall.R101.sign(number)["status"] == "completed"
    assert hall.A101.findings(number) == []


def test_a_list_belongs_to_its_agency_employer_and_business(hall: Hall) -> None:
    example = hall.example(SUSPEND, 3)
    uscc = example["applicant"]["id_no"]
    row = example["form"]["rows"][0]
    content = workbook(SUSPEND, [[row["id_no"], row["name"], "其他"]])
    list_id = upload(hall.T101, SUSPEND, uscc, content)["list_id"]
    path = f"/api/lists/{list_id}"
    assert hall.T102.get(path)["rows"] == 1
    hall.T201.get(path, status=404)
    hall.A101.get(path, status=403)
    who = hired(hall, 1)
    for said in (
        body(SUSPEND, who, {"list_id": list_id}, hall),
        {**hall.example("contribution_resume", 3), "form": {"list_id": list_id}},
    ):
        assert hall.T101.accept(said, status=422)["errors"][0]["rule"] == "roster.unknown"
    both = {"list_id": list_id, "rows": [{**row, "reason": "transferred"}]}
    refused = hall.T101.accept({**example, "form": both}, status=422)
    assert refused["rule"] == "roster.list_and_rows"
    # What is stored of it is sealed.
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        stored = str(session.execute(text("SELECT * FROM employee_lists")).all())
    assert row["id_no"] not in stored
    assert row["name"] not in stored


def test_who_may_not_accept_it_and_what_can_not_be_read(hall: Hall) -> None:
    uscc = hall.example(SUSPEND, 3)["applicant"]["id_no"]
    good = hostile_workbooks.good()
    assert upload(hall.A101, SUSPEND, uscc, good, 403)["rule"] == "post.missing"
    assert upload(hall.T101, "nothing", uscc, good, 404)["rule"] == "process.unknown"
    assert upload(hall.T101, "account_query", uscc, good, 404)["rule"] == "roster.no_list"
    assert upload(hall.T101, SUSPEND, uscc, b"nonsense", 422)["rule"] == "sheet.type"
    other = "91350100M000100Y43"
    assert upload(hall.T101, SUSPEND, other, good, 422)["rule"] == "applicant.not_registered"
    said = upload(hall.T101, DECLARE, uscc, workbook(DECLARE, [["x", "y", 1]]), 422)
    assert said["errors"][0]["field"] == "form.source"
    assert upload(hall.T101, SUSPEND, uscc, good, 422, form="[1]")["errors"][0]["field"] == "form"
    month = upload(hall.T101, SUSPEND, uscc, good, 422, form='{"month": 202001}')
    assert month["rule"] == "contribution_suspend.month"
