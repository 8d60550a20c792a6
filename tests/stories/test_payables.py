"""Money out: what a case determined is released by finance, and the bank says what became of it."""

from typing import Any

from tests import paying_office
from tests.paying_office import RELEASES, RESULTS, listed, named, owed, release, report, reported
from tests.people import PASSWORD, Hall


def record(hall: Hall, person_id: str) -> dict[str, Any]:
    return dict(hall.T101.get(f"/api/register/persons/{person_id}"))


def balances(shown: dict[str, Any]) -> dict[str, int]:
    """What stands on the person's accounts of money out, by their lines."""
    found = {"person:payable": 0, "person:released": 0}
    for entry in shown["entries"]:
        if entry["account"] in found:
            sign = 1 if entry["side"] == "credit" else -1
            found[entry["account"]] += sign * entry["amount_cents"]
    return found


def test_what_a_case_determined_waits_for_finance(hall: Hall) -> None:
    (one,) = owed(hall)

    assert one["status"] == "determined"
    assert one["amount_cents"] == one["open_cents"] > 0
    assert one["payee"]["bank_account"].startswith("*")
    assert one["process"] == "contribution_refund"
    case = hall.T101.case(one["case_no"])
    (payee,) = [entry for entry in case["posting"] if entry["type"] == "payee"]
    assert payee["after"] == one["payee"]
    shown = record(hall, one["person_id"])
    assert [p["payable_id"] for p in shown["payables"]] == [one["payable_id"]]
    assert shown["owed"]["payable"] == one["amount_cents"]
    assert listed(hall, "F201") == []
    assert listed(hall, "F001")[0] == listed(hall, "A101")[0] == one
    hall.T101.get("/api/payables", 403)


def test_released_paid_and_back_to_its_case(hall: Hall) -> None:
    (one,) = owed(hall)
    done = release(hall, [one])
    assert (done["count"], done["total_cents"]) == (1, one["amount_cents"])
    (now,) = done["payables"]
    assert now["status"] == "released"
    shown = record(hall, one["person_id"])
    assert balances(shown) == {"person:payable": 0, "person:released": one["amount_cents"]}
    assert shown["owed"]["payable"] == 0

    taken = report(hall, [reported(one)])
    assert (taken["paid"], taken["refused"], taken["repeated"]) == (1, 0, 0)
    shown = record(hall, one["person_id"])
    assert balances(shown) == {"person:payable": 0, "person:released": 0}
    assert shown["payables"][0]["status"] == "paid"
    assert {entry["case_no"] for entry in shown["entries"]} >= {one["case_no"]}
    assert not any(entry["case_no"].startswith("PAY-") for entry in shown["entries"])
    told = [entry["action"] for entry in hall.A101.history(one["case_no"])["journal"]]
    assert told[-2:] == ["payable_released", "payable_paid"]
    assert hall.A101.findings(one["case_no"]) == []


def test_the_same_report_twice_has_one_effect(hall: Hall) -> None:
    payables = [*owed(hall), *owed(hall, "multi_relation_refund")]
    release(hall, payables)
    rows = [reported(one) for one in payables]
    first, again = report(hall, rows), report(hall, rows)

    assert (first["paid"], again["paid"], again["repeated"]) == (2, 0, 2)
    assert again["batch_id"] is None
    assert len(hall.F101.get(RESULTS)["items"]) == 1
    assert [row["status"] for row in listed(hall)[:2]] == ["paid", "paid"]


def test_rows_that_do_not_fit_are_refused_one_by_one(hall: Hall) -> None:
    one, two = (*owed(hall), *owed(hall, "multi_relation_refund"))
    release(hall, [one])
    taken = report(
        hall,
        [
            reported(one, amount_cents=one["open_cents"] + 1),
            reported({**one, "payable_id": 987}),
            reported(two),
        ],
    )
    assert [row.get("rule") for row in taken["rows"]] == [
        "result.amount",
        "result.unknown",
        "result.not_released",
    ]
    taken = report(hall, [reported(one), reported(one)])
    assert [row.get("rule") for row in taken["rows"]] == [None, "result.twice"]
    (row,) = report(hall, [reported(one, "returned")])["rows"]
    assert row["rule"] == "result.contradicts"
    # Another agency's payable looks like none at all.
    (row,) = report(hall, [reported(one)], by="F201")["rows"]
    assert row["rule"] == "result.unknown"
    hall.T101.post(RESULTS, {"reference": "X", "results": [reported(one)]}, status=403)
    wrong = hall.F101.post(
        RESULTS, {"reference": "X", "results": [reported(one, reason="?")]}, status=422
    )
    assert wrong["errors"]


def test_what_the_bank_returns_stands_again(hall: Hall) -> None:
    (one,) = owed(hall)
    release(hall, [one])
    report(hall, [reported(one, "returned")])
    (back,) = listed(hall, asked="?status=returned")
    assert back["steps"][-1]["reason"] == "账号户名不符"
    assert record(hall, one["person_id"])["owed"]["payable"] == one["amount_cents"]
    assert hall.A101.findings(one["case_no"]) == []

    release(hall, [back])
    report(hall, [reported(one)], "HP-2")
    assert listed(hall)[0]["status"] == "paid"
    assert hall.A101.findings(one["case_no"]) == []


def test_a_release_is_of_finance_with_its_password_over_what_was_seen(hall: Hall) -> None:
    (one,) = owed(hall)
    body = named([one])
    for staff_no in ("T101", "Z101", "A101"):
        assert getattr(hall, staff_no).post(RELEASES, body, status=403)["rule"] == "post.missing"
    without = {"payables": body["payables"]}
    assert hall.F101.post(RELEASES, without, status=403)["rule"] == "signing.password"
    wrong = {**body, "password": "not-his-password"}
    assert hall.F101.post(RELEASES, wrong, status=403)["rule"] == "signing.password_wrong"
    stale = {**body, "payables": [{**body["payables"][0], "seen": "0" * 64}]}
    assert hall.F101.post(RELEASES, stale, status=409)["rule"] == "payable.changed"
    twice = {**body, "payables": body["payables"] * 2}
    assert hall.F101.post(RELEASES, twice, status=422)["rule"] == "payable.twice"
    # The city's finance reads the county's payables and releases its own only.
    assert hall.F001.post(RELEASES, body, status=404)["rule"] == "payable.not_found"
    assert hall.F201.post(RELEASES, body, status=404)["rule"] == "payable.not_found"
    assert listed(hall)[0]["status"] == "determined"

    release(hall, [one])
    assert hall.F101.post(RELEASES, body, status=409)["rule"] == "payable.not_due"
    assert [row["signer"] for row in hall.F101.get(RELEASES)["items"]] == ["F101"]
    # The password stands for ten minutes, as for sign-offs.
    (other,) = owed(hall, "multi_relation_refund")
    hall.F101.post(RELEASES, {"payables": named([other])["payables"]}, status=201)


def test_what_is_on_its_way_is_not_taken_off(hall: Hall) -> None:
    """A transfer to another province names no person; its release moves the fund's own accounts."""
    (one,) = owed(hall, "transfer_out_interprovince")
    assert one["account"] == "transfers_payable"
    assert one["payee"]["kind"] == "agency"
    assert one["person_id"] is None
    release(hall, [one])
    report(hall, [reported(one)])
    assert listed(hall)[0]["status"] == "paid"
    assert hall.A101.findings(one["case_no"]) == []


def test_the_same_key_answers_the_same(hall: Hall) -> None:
    (one,) = owed(hall)
    body = named([one])
    first = hall.F101.post(RELEASES, body, status=201, key="pay-1")
    again = hall.F101.post(RELEASES, body, status=201, key="pay-1")
    assert first == again
    assert PASSWORD not in str(first)
    assert paying_office.listed(hall)[0]["status"] == "released"


def test_what_came_back_is_paid_again_to_another_account(hall: Hall) -> None:
    (one,) = owed(hall)
    release(hall, [one])
    report(hall, [reported(one, "returned")])
    body = hall.example("payment_reissue", 2)
    refund = hall.example("contribution_refund", 1, "county")
    form = {
        **refund["form"],
        "payable_id": one["payable_id"],
        "reason": "account_wrong",
        "bank_account": "6217000090000077",
    }
    names = ("payable_id", "reason", "holder", "bank_name", "bank_account")
    again = {
        **body,
        "applicant": refund["applicant"],
        "form": {name: form[name] for name in names},
    }
    case_no = hall.T101.accept(again)["case_no"]
    assert hall.R101.sign(case_no)["status"] == "completed"
    assert hall.A101.findings(case_no) == []

    new, old, *_ = listed(hall)
    assert (old["status"], old["open_cents"]) == ("settled", 0)
    assert (new["status"], new["open_cents"]) == ("determined", one["amount_cents"])
    assert new["payee"]["bank_account"].endswith("0077")
    assert hall.T101.accept(again, status=422)["rule"] == "reissue.not_returned"
    release(hall, [new])
    report(hall, [reported(new)], "HP-2")
    shown = record(hall, one["person_id"])
    assert balances(shown) == {"person:payable": 0, "person:released": 0}
    for number in (case_no, one["case_no"]):
        assert hall.A101.findings(number) == []


def test_without_an_account_nothing_is_released(hall: Hall) -> None:
    """The demo's open payable from before the first case: an account is recorded first."""
    (one,) = listed(hall)
    assert one["case_no"].startswith("OPENING-")
    assert hall.F101.post(RELEASES, named([one]), status=409)["rule"] == "payable.no_account"
    case_no = hall.T101.accept(hall.example("payment_reissue", 2))["case_no"]
    hall.R101.sign(case_no)
    new, old = listed(hall)
    assert (new["status"], old["status"]) == ("determined", "settled")
    release(hall, [new])
    report(hall, [reported(new)])
    assert hall.A101.findings(case_no) == []
