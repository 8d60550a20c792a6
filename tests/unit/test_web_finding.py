"""A business is found by its name, its code, its pinyin and the words people use for it."""

import sys
from pathlib import Path

import pytest

from api import shipped
from engine.defining import definitions
from engine.office import Office
from engine.rules import risk
from web import finding


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The shipped processes."""
    folder: Path = tmp_path_factory.mktemp("data")
    place = shipped.process_folder()
    catalogue = definitions.load([place], place / "_shared", folder)
    return Office(catalogue, risk.load(shipped.risk_levels()), folder)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("退休审批", "retirement_approval"),
        ("退休", "retirement_approval"),
        ("approval of RETIREMENT", "retirement_approval"),
        ("retirement_approval", "retirement_approval"),
        ("txsp", "retirement_approval"),
        ("TXSP", "retirement_approval"),
        ("tuixiushenpi", "retirement_approval"),
        ("tui xiu shen pi", "retirement_approval"),
        ("dyff", "payment_account_change"),
        ("换银行卡", "payment_account_change"),
        ("hyhk", "payment_account_change"),
        ("cbzm", "enrollment_certificate"),
        ("改手机号", "person_info_change_general"),
        ("我要改名字", "person_info_change_key"),
        ("个人 关键 变更", "person_info_change_key"),
        ("单位 关键 变更", "employer_info_change_key"),
        ("个人账户查询", "account_query"),
        ("资格认证", "eligibility_certification"),
        ("dytz", "benefit_adjustment"),
        ("个人账户变更", "account_adjustment"),
    ],
)
def test_the_nearest_business_comes_first(office: Office, text: str, first: str) -> None:
    found = finding.find(office, text)
    assert found, text
    assert found[0].code == first


@pytest.mark.parametrize("text", ["", "   ", "　"])
def test_nothing_typed_finds_everything(office: Office, text: str) -> None:
    assert len(finding.find(office, text)) == len(office.catalogue.all())


@pytest.mark.parametrize("text", ["盖房子", "zzzz", "退休 zzzz", "'; drop table", "%", "\x00"])
def test_what_nobody_offers_is_not_found(office: Office, text: str) -> None:
    assert finding.find(office, text) == []


def test_a_name_comes_before_another_word(office: Office) -> None:
    codes = [one.code for one in finding.find(office, "个人账户")]
    assert codes[0] == "account_adjustment"


def test_groups_hold_every_business_once(office: Office) -> None:
    grouped = finding.groups(office)
    codes = [one.code for group in grouped for one in group.definitions]
    assert sorted(codes) == [one.code for one in office.catalogue.all()]
    assert all(group.definitions for group in grouped)
    assert [group.code for group in grouped] == [
        "registration",
        "contribution",
        "account",
        "transfer",
        "benefit",
    ]


def test_without_another_process_names_still_find(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding._spelled.cache_clear()
    with monkeypatch.context() as hindered:
        hindered.setattr(sys, "executable", "/nowhere/python")
        assert finding.find(office, "退休审批")[0].code == "retirement_approval"
        assert finding.find(office, "txsp") == []
    assert finding.find(office, "txsp")[0].code == "retirement_approval"
