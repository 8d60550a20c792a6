"""Levels and routes: what the file may say, what facts raise, and that nothing is ever lowered."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.refusals import InvariantBroken
from engine.defining.located import DefinitionRefused
from engine.rules import risk, risk_file
from engine.rules.risk import Classification

FILE = Path(__file__).parents[2] / "risk_levels.yaml"
TEXT = FILE.read_text(encoding="utf-8")
TABLE = risk.load(FILE)
BASIS = {"title": "t", "source": "s", "verified": False}
REASON = {"zh": "因", "en": "why"}
OF_TYPE: dict[type, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(0, 10**9),
    str: st.sampled_from(["", *TABLE.routes]),
}


def written(**processes: Any) -> str:
    data: dict[str, Any] = {
        "basis": BASIS,
        "routes": {route: list(posts) for route, posts in TABLE.routes.items()},
        "processes": processes,
    }
    return json.dumps(data, indent=1, ensure_ascii=False)


def entry(level: int, timing: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"level": level, "timing": timing, "basis": BASIS, "raise": list(rules), **more}


def refusal(text: str) -> DefinitionRefused:
    with pytest.raises(DefinitionRefused) as refused:
        risk.parse(text, "table.yaml")
    assert refused.value.line is not None
    assert f"table.yaml:{refused.value.line}" in refused.value.detail
    return refused.value


def level_and_route(code: str, agency: str = "county", **facts: Any) -> tuple[int, str]:
    """Level and route under the shipped table."""
    classified = risk.classify(TABLE, code, facts, agency_kind=agency)
    return classified.level, classified.route


KEY: dict[str, Any] = {
    "birth_date_moves": False,
    "first_work_date_moves": False,
    "near_retirement": False,
}


def test_the_shipped_table_places_ordinary_business() -> None:
    assert level_and_route("enrollment_certificate") == (3, "")
    assert level_and_route("person_info_change_general") == (3, "")
    assert level_and_route("person_info_change_key", **KEY) == (2, "")
    assert level_and_route("payment_account_change") == (2, "")
    assert level_and_route("retirement_approval") == (1, "county")
    assert level_and_route("account_adjustment", amount_cents=1) == (1, "county")
    assert level_and_route("benefit_adjustment", amount_cents=1) == (1, "county")


@pytest.mark.parametrize("fact", KEY)
def test_each_key_fact_raises_to_level_one(fact: str) -> None:
    assert level_and_route("person_info_change_key", **{**KEY, fact: True}) == (1, "county")
    assert level_and_route("person_info_change_key", "city", **{**KEY, fact: True}) == (1, "city")


def test_amounts_raise_the_route_only_above_their_threshold() -> None:
    assert level_and_route("account_adjustment", amount_cents=1_000_000) == (1, "county")
    assert level_and_route("account_adjustment", amount_cents=1_000_001) == (1, "city_approval")
    assert level_and_route("benefit_adjustment", amount_cents=50_000) == (1, "county")
    assert level_and_route("benefit_adjustment", amount_cents=50_001) == (1, "city_meeting")


def test_a_city_office_takes_the_route_city_and_keeps_the_demand_for_a_meeting() -> None:
    small = risk.classify(TABLE, "benefit_adjustment", {"amount_cents": 1}, agency_kind="city")
    large = risk.classify(
        TABLE, "benefit_adjustment", {"amount_cents": 50_001}, agency_kind="province"
    )
    assert (small.route, small.meeting_required) == ("city", False)
    assert (large.route, large.meeting_required) == ("city", True)
    assert level_and_route("enrollment_certificate", "city") == (3, "")


def test_what_is_not_listed_is_level_one_and_limited() -> None:
    unlisted = risk.classify(TABLE, "something_new", {}, agency_kind="county")
    assert (unlisted.level, unlisted.route, unlisted.timing) == (1, "county", "limited")
    assert unlisted.reasons[0]["rule"] == "risk.unlisted"


def test_reasons_name_their_rules_in_both_languages() -> None:
    facts = {**KEY, "birth_date_moves": True}
    reasons = risk.classify(TABLE, "person_info_change_key", facts, agency_kind="county").reasons
    assert [reason["rule"] for reason in reasons] == [
        "risk.person_info_change_key",
        "risk.person_info_change_key.birth_date_moves",
    ]
    assert all(reason["zh"] and reason["en"] for reason in reasons)


def test_steps_of_every_level_and_route() -> None:
    county = ("handle", "review", "endorse", "conclude")
    assert risk.steps(TABLE, 3, "") == ("handle",)
    assert risk.steps(TABLE, 2, "") == ("handle", "review")
    assert risk.steps(TABLE, 1, "county") == county
    assert risk.steps(TABLE, 1, "city_approval") == (*county, "city_approve")
    assert risk.steps(TABLE, 1, "city_meeting") == (*county, "city_conclude")
    assert risk.steps(TABLE, 1, "city") == ("handle", "review", "city_approve", "city_conclude")
    assert risk.steps(TABLE, 1, "registration") == ("handle", "review", "city_conclude")
    assert risk.posts(TABLE, 1, "registration") == ("supervisor", "internal_control", "city_head")
    for level, route in ((1, ""), (2, "county"), (3, "city"), (2, "registration"), (4, "")):
        with pytest.raises(InvariantBroken):
            risk.steps(TABLE, level, route)


@given(
    st.sampled_from([(3, ""), (2, ""), (1, "county"), (1, "city_approval"), (1, "city_meeting")]),
    st.sampled_from(sorted(TABLE.entries)),
    # Every fact that some rule of the table reads, as its bound is: a flag, a number or a word.
    st.fixed_dictionaries(
        {
            rule.fact: OF_TYPE[type(rule.bound)]
            for entry in TABLE.entries.values()
            for rule in entry.raise_rules
        }
    ),
)
def test_a_correction_never_lowers(
    before: tuple[int, str], code: str, facts: dict[str, Any]
) -> None:
    new = risk.classify(TABLE, code, facts, agency_kind="county")
    kept = risk.never_lower(TABLE, before, new)
    assert kept.level <= min(before[0], new.level)
    assert risk.rank(TABLE, kept.route) >= risk.rank(TABLE, before[1])
    assert risk.rank(TABLE, kept.route) >= risk.rank(TABLE, new.route)
    assert kept.timing == ("limited" if kept.level == 1 else "instant")
    assert risk.steps(TABLE, kept.level, kept.route)


def test_a_kept_level_says_why() -> None:
    new = Classification(3, "", "instant", [], meeting_required=False)
    kept = risk.never_lower(TABLE, (1, "city_meeting"), new)
    assert (kept.level, kept.route, kept.timing) == (1, "city_meeting", "limited")
    assert kept.reasons[-1]["rule"] == "risk.never_lower"


def test_a_fact_that_is_missing_or_of_another_type_is_a_defect() -> None:
    for facts in ({}, {"amount_cents": "1"}, {"amount_cents": True}):
        with pytest.raises(InvariantBroken):
            risk.classify(TABLE, "account_adjustment", facts, agency_kind="county")


@pytest.mark.parametrize("code", risk_file.LOCKED)
@pytest.mark.parametrize(("level", "timing"), [(2, "instant"), (3, "instant")])
def test_the_nine_stay_at_level_one(code: str, level: int, timing: str) -> None:
    refused = refusal(written(**{code: entry(level, timing)}))
    assert refused.element == f"processes.{code}.level"
    assert code in TABLE.entries


@pytest.mark.parametrize(("level", "timing"), [(1, "instant"), (2, "limited"), (3, "limited")])
def test_level_and_timing_go_together(level: int, timing: str) -> None:
    assert refusal(written(some=entry(level, timing))).element == "processes.some.timing"


@pytest.mark.parametrize(
    "rule",
    [
        {"fact": "a", "is": True},
        {"fact": "a", "is": True, "level": 1, "route": "county"},
        {"fact": "a", "above": 1, "route": "county"},
        {"fact": "a", "above": 1, "below": 9, "route": "city_approval"},
        {"fact": "a", "route": "city_approval"},
        {"fact": "a", "above": True, "route": "city_approval"},
        {"fact": "a", "above": 1, "route": "registration"},
        {"fact": "a", "above": 1, "level": 2, "route": "city_approval"},
        {"fact": "a", "above": 1, "level": 3},
        {"fact": "a", "above": 1, "route": "city_approval", "unknown": 1},
    ],
)
def test_a_rule_that_raises_nothing_or_says_too_much_is_refused(rule: dict[str, Any]) -> None:
    text = written(some=entry(1, "limited", {**rule, "reason": REASON}))
    assert refusal(text).element.startswith("processes.some.raise.0")


@pytest.mark.parametrize(
    ("route", "posts"),
    [
        ("county", ["handler", "reviewer", "director"]),
        ("county", ["handler", "reviewer", "director", "deputy_director"]),
        ("county", ["handler", "reviewer", "deputy_director", "director", "city_head"]),
        ("city_approval", ["handler", "reviewer", "city_approver"]),
        ("city_approval", ["handler", "reviewer", "deputy_director", "director"]),
        ("city_meeting", ["handler", "reviewer", "deputy_director", "director", "city_approver"]),
        ("city", ["handler", "city_approver", "city_head"]),
        ("city", ["handler", "reviewer"]),
        ("city", ["handler", "reviewer", "teller", "city_head"]),
        ("city", ["handler", "reviewer", "reviewer", "city_head"]),
        ("province", ["handler", "reviewer", "city_head"]),
    ],
)
def test_a_route_without_maker_reviewer_or_decider_is_refused(route: str, posts: list[str]) -> None:
    data = json.loads(written())
    data["routes"][route] = posts
    assert refusal(json.dumps(data)).element.startswith(f"routes.{route}")


def test_a_missing_route_is_refused() -> None:
    data = json.loads(written())
    del data["routes"]["city"]
    assert refusal(json.dumps(data)).element == "routes"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TEXT.replace("level: 2", "level: 4", 1), TEXT[: TEXT.index("level: 2")].count("\n") + 1),
        (TEXT + "\nbasis: {}\n", TEXT.count("\n") + 2),
        ("routes: [\n", 2),
        ("a: &x {}\nb: *x\n", 1),
        ("a: !!python/object:os.system {}\n", 1),
        ("a: {1: 2}\n", 1),
        ("", 1),
        ("[" * 3000, 1),
        ("- " * 40 + "x", 1),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(DefinitionRefused) as refused:
        risk.parse(text, "table.yaml")
    assert refused.value.line == line


def test_the_digest_is_that_of_the_text() -> None:
    assert risk.parse(TEXT, "elsewhere").digest == TABLE.digest
    assert risk.parse(TEXT + "\n# a remark\n", "elsewhere").digest != TABLE.digest
