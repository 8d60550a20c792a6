"""Progress by receipt number, through HTTP: what is told in each status, and to whom it isn't."""

import re
from typing import Any

import pytest

from tests.people import Hall

HTML = {"accept": "text/html", "origin": "http://127.0.0.1:8000"}


def ask(hall: Hall, case_no: str, last_four: str) -> Any:
    """The answer to somebody who isn't signed in and types these."""
    page = hall.client.get("/progress", headers=HTML).text
    found = re.search(r'name="csrf" value="(\w+)"', page)
    assert found
    form = {"csrf": found.group(1), "case_no": case_no, "last_four": last_four}
    return hall.client.post("/progress", data=form, headers=HTML)


def accepted(hall: Hall, process: str, level: int) -> tuple[str, str]:
    """A case, and the end of its applicant's id number."""
    body = hall.example(process, level)
    return hall.T101.accept(body)["case_no"], body["applicant"]["id_no"][-4:]


def test_each_ending_is_told(hall: Hall) -> None:
    number, end = accepted(hall, "payment_account_change", 2)
    hall.R101.sign(number, "return", reasons=["other"])
    assert "需要补正" in ask(hall, number, end).text
    hall.T101.post(f"/api/cases/{number}/correction", {})
    assert "正在办理" in ask(hall, number, end).text
    hall.R101.sign(number)
    assert "已办结" in ask(hall, number, end).text


def test_a_refusal_is_told_without_its_reasons(hall: Hall) -> None:
    number, end = accepted(hall, "payment_account_change", 2)
    hall.R101.sign(number, "refuse", reasons=["other"], opinion="户名不是本人")

    answer = ask(hall, number, end)

    assert answer.status_code == 200
    assert "不予办理" in answer.text
    assert "户名不是本人" not in answer.text


def test_whoever_came_in_his_place_asks_by_his_own_number(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    agent = {"id_no": "610099198910212523", "name": "王代办"}
    number = hall.T101.accept({**body, "applicant": {**body["applicant"], "agent": agent}})[
        "case_no"
    ]

    answer = ask(hall, number, agent["id_no"][-4:])

    assert answer.status_code == 200
    assert "王代办" not in answer.text


@pytest.mark.parametrize("last_four", ["", "1", "12345678", "一二三四", "%00", "    "])
def test_what_is_no_end_of_a_number_is_refused(hall: Hall, last_four: str) -> None:
    number, _ = accepted(hall, "payment_account_change", 2)

    answer = ask(hall, number, last_four)

    assert answer.status_code == 404
    assert "没有与此业务号和证件末四位相符的业务件" in answer.text


def test_the_sixth_guess_is_not_looked_at(hall: Hall) -> None:
    number, end = accepted(hall, "payment_account_change", 2)
    for _ in range(5):
        assert ask(hall, number, "xxxx").status_code == 404

    assert ask(hall, number, end).status_code == 409
    assert ask(hall, "9" * 22, end).status_code == 404
