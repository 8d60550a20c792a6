"""A case that puts persons on the register and waits for the outside before anybody signs it."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from tests import awaited_letter, hired_persons
from tests.people import Hall

COUNTY = ("R101", "D101", "Z101")
MESSAGES = '''"""What the letter says."""

from engine import process
from engine.process import Names, text


class Letter(process.Message):
    """Its number."""

    NAMES = Names("来函", "Letter")
    letter_no: str = text("来函编号", "Number of the letter", min_length=1)
'''
EMPLOYER = {
    "kind": "employer",
    "id_no": "91440300708461136T",
    "name": "青山县秦川机械制造有限公司",
}
FORM = {
    "first_no": "610099199804125033",
    "first_name": "高翔",
    "second_no": "610099200102285046",
    "second_name": "高敏",
}


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """The office also runs a business by which an employer enrols two persons once a letter came."""
    folder = hired_persons.write(tmp_path / "further")
    made = folder / hired_persons.CODE
    awaited_letter.draw(made / "process.bpmn")
    (made / "messages.py").write_text(MESSAGES, "utf-8")
    posting = (made / "posting.py").read_text("utf-8")
    told = posting.replace("records: Records)", "records: Records, _messages: Messages)")
    told = told.replace(
        "from engine import process\n",
        "from engine import process\nfrom engine.process import Messages\n",
    )
    (made / "posting.py").write_text(told, "utf-8")
    return dataclasses.replace(settings, processes=folder)


def test_the_letter_comes_and_both_come_on_the_register(hall: Hall) -> None:
    example: Any = hall.example("employer_enrollment", 1, "county")
    body = {
        "process": hired_persons.CODE,
        "applicant": EMPLOYER,
        "form": FORM,
        "materials": example["materials"],
    }
    number = hall.T101.accept(body)["case_no"]

    came = hall.T101.post(
        f"/api/cases/{number}/messages/letter", {"data": {"letter_no": "函〔2026〕1号"}}
    )

    assert came["messages"]["letter"]["letter_no"] == "函〔2026〕1号"
    for signer in COUNTY:
        case = getattr(hall, signer).sign(number)
    assert case["status"] == "completed"
    assert hall.A101.findings(number) == []
    for id_no in (FORM["first_no"], FORM["second_no"]):
        assert hall.T101.post("/api/register/search", {"id_no": id_no})["person_id"]
