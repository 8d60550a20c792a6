"""An employer with as many employees as a test asks for, and workbooks that list them."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from openpyxl import Workbook
from sqlalchemy.orm import Session
from stdnum.cn import ric

from engine import office_record
from register import opening
from register.opening import PersonOpening, RelationOpening
from register.records import ContributionMonth

COUNTY = "990101"
NAME = "青山县大名册制造有限公司"
USCC = "91610099MA6U0MD24B"
HEADS = {
    "contribution_suspend": ("公民身份号码", "姓名", "减少原因"),
    "contribution_resume": ("公民身份号码", "姓名", "续保原因"),
    "contribution_base_declare": ("公民身份号码", "姓名", "申报月工资"),
}


@dataclass(frozen=True, slots=True)
class Employees:
    """An employer, and its employees' numbers and names."""

    uscc: str
    name: str
    people: Sequence[tuple[str, str]]

    @property
    def applicant(self) -> dict[str, str]:
        """The employer as applications name it."""
        return {"kind": "employer", "id_no": self.uscc, "name": self.name}


def hired(session: Session, count: int, *, paid: int = 0) -> Employees:
    """An employer whose ``count`` employees are insured since 2015, each with ``paid`` paid months."""
    employer_id = opening.open_employer(session, uscc=USCC, name=NAME, agency=COUNTY)
    office_record.note_opening(session, COUNTY, employer_id)
    months = [
        ContributionMonth(201501 + at // 12 * 100 + at % 12, 500_000, "PAID") for at in range(paid)
    ]
    people = [(id_number(at), f"职工{at + 1:04d}") for at in range(count)]
    for id_no, name in people:
        person = PersonOpening(
            id_no=id_no,
            name=name,
            post_kind="M",
            first_work_on=date(2015, 1, 1),
            relations=[RelationOpening(COUNTY, 201501, employer_id=employer_id)],
            months=months,
        )
        opened = opening.open_person(session, person, agency=COUNTY)
        office_record.note_opening(session, COUNTY, opened)
    return Employees(USCC, NAME, people)


def id_number(at: int) -> str:
    """The ``at``-th id number of an invented man."""
    day = date(1980, 1, 1) + timedelta(days=at // 400)
    body = f"990101{day:%Y%m%d}{at % 400 * 2 + 1:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


def workbook(process: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """A list as an employer fills it in: numbers as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(list(HEADS[process]))
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
