"""Postings as values: what is sound, and that JSON says exactly the same."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from database.refusals import InvariantBroken
from register import posting_json, soundness
from register.entries import Change, DerivationStep, Line, Posting
from register.soundness import PostingUnsound

DAY = date(2026, 11, 23)
FUND = Line("adjustments", "debit", 100)
OURS = Line("personal_account:principal", "credit", 100, "P1", 202611, "audit_finding")
CONTACT = Change("person_contact", "person", "P1", DAY, {"mobile": "1"}, {"mobile": None})
PENSION = {
    "kind": "pension",
    "monthly_cents": 326705,
    "from_month": 202612,
    "status": "APPROVED",
    "components": {"basic": 326705},
}


def whole() -> Posting:
    return Posting(
        lines=(FUND, OURS),
        changes=(CONTACT, Change("entitlement", "person", "P1", DAY, PENSION)),
        derivation=(DerivationStep("合计", "sum", "3267.05", "国发〔2005〕38号"),),
        parameters=({"name": "rate", "value": "0.08", "verified": False},),
        read=({"kind": "person", "id": "P1", "version": 3},),
    )


def test_json_and_back_is_the_same_posting() -> None:
    stored = posting_json.to_json(whole())
    assert posting_json.from_json(json.loads(json.dumps(stored))) == whole()
    assert posting_json.to_json(posting_json.from_json(stored)) == stored


def test_an_empty_posting_is_sound() -> None:
    assert posting_json.to_json(Posting())["lines"] == []


def test_what_json_cannot_hold_exactly_is_refused() -> None:
    with pytest.raises(InvariantBroken, match="float"):
        posting_json.to_json(Posting(parameters=[{"value": 0.1}]))


@pytest.mark.parametrize(
    "lines",
    [
        [FUND],
        [FUND, Line("personal_account:principal", "credit", 99, "P1")],
        [Line("adjustments", "debit", 0), Line("adjustments", "credit", 0)],
        [Line("adjustments", "debit", -5), Line("adjustments", "credit", -5)],
        [Line("adjustments", "debit", amount_cents=True), Line("adjustments", "credit", 1)],
        [Line("adjustments", "debit", 1.0), Line("adjustments", "credit", 1)],  # type: ignore[arg-type]
        [Line("cash", "debit", 1), Line("adjustments", "credit", 1)],
        [Line("adjustments", "left", 1), Line("adjustments", "credit", 1)],  # type: ignore[arg-type]
        [FUND, Line("personal_account:principal", "credit", 100)],
        [FUND, Line("pooled_fund", "credit", 100, "P1")],
    ],
)
def test_unsound_lines_are_refused(lines: Sequence[Line]) -> None:
    with pytest.raises(PostingUnsound):
        soundness.check(Posting(lines=lines))


@pytest.mark.parametrize(
    ("kind", "subject", "after", "before"),
    [
        ("unknown", "person", {"a": 1}, {}),
        ("person_contact", "employer", {"mobile": "1"}, {}),
        ("person_contact", "person", {}, {}),
        ("person_contact", "person", {"fax": "1"}, {}),
        ("person_contact", "person", {"mobile": "1"}, {"address": "x"}),
        ("person_key", "person", {"birth": "1990-3-7"}, {}),
        ("person_key", "person", {"birth": None}, {}),
        ("person_key", "person", {"sex": "X"}, {}),
        ("person_key", "person", {"first_work_on": "yesterday"}, {}),
        ("relation", "person", {"status": "ACTIVE"}, {}),
        ("relation", "person", {"relation_id": "R1", "from_month": 202613}, {}),
        ("entitlement", "person", {**PENSION, "monthly_cents": -1}, {}),
        ("entitlement", "person", {**PENSION, "components": {"basic": "1"}}, {}),
        ("entitlement", "person", {"monthly_cents": 1}, {}),
    ],
)
def test_unsound_changes_are_refused(
    kind: str, subject: Any, after: dict[str, Any], before: dict[str, Any]
) -> None:
    with pytest.raises(PostingUnsound):
        soundness.check(Posting(changes=[Change(kind, subject, "P1", DAY, after, before)]))


def test_sound_changes_of_every_kind_pass() -> None:
    for kind, after in (
        ("person_key", {"first_work_on": None, "birth": "1990-03-07"}),
        ("payment_account", {"bank_name": "行", "bank_account": "1", "holder": "张"}),
        ("relation", {"relation_id": "R1", "status": "INTERRUPTED", "from_month": 202611}),
        ("entitlement", {"entitlement_id": "B1", "monthly_cents": 1}),
        ("entitlement", PENSION),
    ):
        soundness.check(Posting(changes=[Change(kind, "person", "P1", DAY, after)]))
