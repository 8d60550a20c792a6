"""Masks: enough to recognise, too little to use; and amounts stay readable."""

from datetime import date

from register import masked, posting_json
from register.entries import Change, Line, Posting


def test_masks() -> None:
    assert masked.id_no("610999199003071234") == "610***********1234"
    assert masked.name("张三丰") == "张**"
    assert masked.name("张") == "张"
    assert masked.mobile("13812345678") == "138****5678"
    assert masked.bank_account("6230581234567890123") == "***************0123"
    assert masked.address("青山县人民路1号") == "青山县***"
    assert masked.id_no("123") == "***"


def test_a_form_hides_what_its_process_calls_personal() -> None:
    form = {
        "mobile": "13812345678",
        "nickname": "小张",
        "education": "college",
        "address": None,
        "birth": "1990-03-07",
    }
    shown = masked.masked_form(form, {"mobile", "nickname", "address", "birth"})
    assert shown == {
        "mobile": "138****5678",
        "nickname": "小*",
        "education": "college",
        "address": None,
        "birth": "1990-03-07",
    }


def test_a_posting_shows_amounts_and_hides_persons() -> None:
    posting = Posting(
        lines=[
            Line("adjustments", "debit", 100),
            Line("personal_account:principal", "credit", 100, "P1"),
        ],
        changes=[
            Change(
                "payment_account",
                "person",
                "P1",
                date(2026, 12, 1),
                after={
                    "bank_name": "青山农商行",
                    "bank_account": "6230581234567890",
                    "holder": "张三",
                },
                before={"bank_name": None, "bank_account": None, "holder": None},
            ),
            Change(
                "employer_key", "employer", "E1", date(2026, 12, 1), after={"name": "青山水泥厂"}
            ),
        ],
    )
    shown = masked.masked_posting(posting_json.to_json(posting))
    assert shown["lines"][1]["amount_cents"] == 100
    assert shown["lines"][1]["account_name"]["zh"] == "个人账户本金"
    assert shown["changes"][0]["after"] == {
        "bank_name": "青山农商行",
        "bank_account": "************7890",
        "holder": "张*",
    }
    assert shown["changes"][0]["before"]["bank_account"] is None
    assert shown["changes"][0]["altered"] == ["bank_name", "bank_account", "holder"]
    assert shown["changes"][1]["after"] == {"name": "青山水泥厂"}


def test_two_values_that_mask_alike_are_told_apart_and_one_that_stays_is_not() -> None:
    was = {"mobile": "13812345678", "address": "青山县人民路1号", "postcode": "710000"}
    now = {"mobile": "13899995678", "address": "青山县人民路1号", "postcode": "710001"}
    change = Change("person_contact", "person", "P1", date(2026, 12, 1), now, was)
    (shown,) = masked.masked_posting(posting_json.to_json(Posting(changes=[change])))["changes"]
    assert shown["after"]["mobile"] == shown["before"]["mobile"] == "138****5678"
    assert shown["altered"] == ["mobile", "postcode"]
