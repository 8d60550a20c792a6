"""What the board says of its thirty days beside the trend, counted again from the raw rows."""

from typing import Any


def late_entries(rows: Any) -> dict[str, Any]:
    numbers = {case.case_no for case in rows.cases.values() if rows.served(case)}
    mine = [
        one
        for one in rows.papers
        if one.agency_code == rows.scope.agency and one.case_no in numbers
    ]
    lately = [one for one in mine if rows.lately(one.entered_at)]
    codes = sorted({one.code or "other" for one in lately})
    return {
        "day": sum(rows.today(one.entered_at) for one in mine),
        "days": len(lately),
        "by_code": [
            {"code": code, "count": sum((one.code or "other") == code for one in lately)}
            for code in codes
        ],
    }


def told(rows: Any) -> dict[str, Any]:
    mine = [
        one
        for one in rows.notices
        if rows.lately(one.issued_at)
        and rows.cases[one.case_id].agency_code == rows.scope.agency
        and rows.served(rows.cases[one.case_id])
    ]
    return {
        "notices": len(mine),
        "late": sum(bool(one.late) for one in mine),
        "faults": sum(len(one.items) for one in mine),
    }


def heard(rows: Any) -> dict[str, Any]:
    served = {case.case_no for case in rows.cases.values() if rows.served(case)}
    here = rows.scope.agency
    judged = [
        one
        for one in rows.judged
        if one.agency_code == here and one.case_no in served and rows.lately(one.given_at)
    ]
    complaints = [
        one
        for one in rows.complaints
        if one.agency_code == here and one.case_no in served and rows.lately(one.received_at)
    ]
    return {
        "evaluations": {
            grade: (
                sum(one.grade == grade for one in judged),
                sum(one.grade == grade and one.cause == "policy" for one in judged),
            )
            for grade in (5, 4, 3, 2, 1)
        },
        "complaints": len(complaints),
    }
