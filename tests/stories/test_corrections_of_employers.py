"""What stands between an employer and the fund is corrected too: claims, their payment, deferrals."""

from typing import Any

from tests import corrections
from tests.people import Hall
from tests.stories import test_arrears as arrears

PAID_ON, OWED = "2026-11-02", 563_976


def corrected(hall: Hall, body: Any, number: str) -> str:
    """The case that corrects this one, signed by everybody whom it takes."""
    case = corrections.signed(hall, hall.T101.accept(corrections.body(body, number)))
    assert case["status"] == "completed"
    return str(case["case_no"])


def in_the_way(hall: Hall, body: Any, number: str) -> Any:
    """The later cases that have to be corrected first."""
    refused = hall.T101.accept(corrections.body(body, number), 422)
    assert refused["rule"] == "correction.later"
    return refused["rows"]


def test_a_claim_goes_back_step_by_step(hall: Hall) -> None:
    body, assessment = arrears.assessed(hall)
    before = arrears.person(hall, body)
    paying = arrears.payment(hall, body, PAID_ON, OWED)
    paid = corrections.signed(hall, hall.T101.accept(paying))["case_no"]
    assert in_the_way(hall, body, assessment) == [paid]

    unpaid = corrected(hall, paying, paid)
    said = arrears.person(hall, body)
    (claim,) = said["claims"]
    assert (claim["status"], claim["receipt_no"]) == ("ASSESSED", None)
    assert said["months"]["items"] == before["months"]["items"]
    assert said["account"] == before["account"]

    # Its receipt books a payment again; as long as that stands, the first one can't count again.
    again = corrections.signed(hall, hall.T101.accept(paying))["case_no"]
    assert in_the_way(hall, paying, unpaid) == [again]
    taken_back = corrected(hall, paying, again)
    counting = corrected(hall, paying, unpaid)
    (claim,) = arrears.person(hall, body)["claims"]
    assert (claim["status"], claim["receipt_no"]) == ("SETTLED", paying["form"]["receipt_no"])

    last = corrected(hall, paying, counting)
    gone = corrected(hall, body, assessment)
    assert arrears.person(hall, body)["claims"] == []
    for number in (assessment, paid, unpaid, again, taken_back, counting, last, gone):
        assert hall.A101.findings(number) == [], number
    # The same months may be assessed anew.
    assert hall.T101.accept(body)["status"] == "in_progress"


def test_a_deferral_is_taken_back_unless_a_late_fee_was_reckoned_under_it(hall: Hall) -> None:
    later = hall.example("deferral_request", 1, "county")
    later["applicant"] = {**later["applicant"], **_employer(hall)}
    present = {**later, "form": {**later["form"], "from_month": 202611, "to_month": 202612}}
    first, second = (
        corrections.signed(hall, hall.T101.accept(one))["case_no"] for one in (later, present)
    )
    body, assessment = arrears.assessed(hall)
    assert in_the_way(hall, present, second) == [assessment]
    taken_back = corrected(hall, later, first)
    assert _months(hall) == [202611]

    # Granted anew it stands in the way of whoever would let the first one count again.
    anew = corrections.signed(hall, hall.T101.accept(later))["case_no"]
    assert in_the_way(hall, later, taken_back) == [anew]
    corrected(hall, later, anew)
    counting = corrected(hall, later, taken_back)
    corrected(hall, body, assessment)
    corrected(hall, present, second)
    assert _months(hall) == [202701]
    for number in (first, second, taken_back, anew, counting):
        assert hall.A101.findings(number) == [], number


def _employer(hall: Hall) -> dict[str, str]:
    return {"id_no": arrears.BEIHE, "name": arrears.employer(hall)["name"]}


def _months(hall: Hall) -> list[int]:
    return [one["from_month"] for one in arrears.employer(hall)["deferrals"]]
