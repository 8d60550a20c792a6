"""Money out, as finance sees it: a case that makes something payable, its release, and the bank's report."""

from typing import Any

from tests.people import PASSWORD, Hall

RELEASES, RESULTS = "/api/payables/releases", "/api/payables/results"
# By process what of the demo makes something payable, and who signs it after the teller.
CHAIN = ("R101", "D101", "Z101")


def owed(hall: Hall, process: str = "contribution_refund", nth: int = 0) -> list[dict[str, Any]]:
    """The payables of a new case of this process, just determined."""
    case_no = hall.T101.accept(hall.example(process, 1, "county", nth=nth))["case_no"]
    for staff_no in CHAIN:
        assert getattr(hall, staff_no).sign(case_no)
    return [one for one in listed(hall) if one["case_no"] == case_no]


def listed(hall: Hall, by: str = "F101", asked: str = "") -> list[dict[str, Any]]:
    """The first page of payables."""
    return list(getattr(hall, by).get(f"/api/payables{asked}")["items"])


def named(payables: list[dict[str, Any]]) -> dict[str, Any]:
    """The body of a release of these."""
    return {
        "payables": [{"payable_id": one["payable_id"], "seen": one["seen"]} for one in payables],
        "password": PASSWORD,
    }


def release(hall: Hall, payables: list[dict[str, Any]], by: str = "F101") -> dict[str, Any]:
    """Release these; the answer."""
    return dict(getattr(hall, by).post(RELEASES, named(payables), status=201))


def reported(one: dict[str, Any], result: str = "paid", **other: Any) -> dict[str, Any]:
    """A row of the bank's report on a payable."""
    said = {
        "payable_id": one["payable_id"],
        "result": result,
        "amount_cents": one["open_cents"],
        **({"reason": "账号户名不符"} if result == "returned" else {}),
        **other,
    }
    return {name: value for name, value in said.items() if value is not None}


def report(
    hall: Hall, rows: list[dict[str, Any]], reference: str = "HP-1", by: str = "F101"
) -> dict[str, Any]:
    """Take in a report of the bank; the answer."""
    return dict(getattr(hall, by).post(RESULTS, {"reference": reference, "results": rows}))
