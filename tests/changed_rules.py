"""A rule as somebody changes it in a test: handed in, applied for, reviewed and approved by the province."""

from datetime import date
from pathlib import Path
from typing import Any

from api import shipped
from register import parameters
from tests.people import Hall

PROVINCE = ("C000", "H000")


def handed_in(hall: Hall, kind: str, name: str, text: str) -> str:
    """Hand in a text as the province's supervisor; its digest."""
    said = {"kind": kind, "name": name, "text": text}
    return str(hall.S000.post("/api/rules/texts", said, status=201)["digest"])


def applied(hall: Hall, digest: str, effective_on: str = "2026-11-01") -> str:
    """Apply for a change; the number of its case."""
    said = {"digest": digest, "effective_on": effective_on, "basis": "省局便函〔2026〕7号"}
    return str(hall.S000.post("/api/rules/changes", said, status=201)["case_no"])


def approved(hall: Hall, case_no: str) -> dict[str, Any]:
    """Have an application reviewed and approved; its case."""
    for signer in PROVINCE:
        case: dict[str, Any] = getattr(hall, signer).sign(case_no)
    assert case["status"] == "completed", case
    return case


def line(hall: Hall, kind: str, name: str) -> dict[str, Any]:
    """A rule as the register lists it."""
    items = hall.S000.get("/api/rules")["items"]
    return next(one for one in items if (one["kind"], one["name"]) == (kind, name))


def other_divisor() -> str:
    """The parameters by which a pension from 60 on is paid over another number of months."""
    text = (parameters.SHIPPED / "payment_months.yaml").read_text(encoding="utf-8")
    assert "60: 139\n" in text
    return text.replace("60: 139\n", "60: 150\n")


def stricter_table() -> str:
    """The risk table in which a certificate of enrolment is reviewed by a second person."""
    text = Path(shipped.risk_levels()).read_text(encoding="utf-8")
    head, code, tail = text.partition("\n  enrollment_certificate:\n")
    assert code
    return head + code + tail.replace("level: 3", "level: 2", 1)


def year(number: int, holidays: list[date]) -> str:
    """A calendar of a year with these days off, as published."""
    days = "".join(f"  - {day.isoformat()}\n" for day in holidays)
    return (
        f"year: {number}\nverified: true\nsource: 国办发明电〔{number - 1}〕1号\nholidays:\n{days}"
        "make_up_days: []\n"
    )
