"""Whatever fits a calculator's form is answered, or refused by a rule; and the parts make the whole."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from database.refusals import Invalid, Refusal
from engine.calculators import answering
from register import months
from tests.calculations import RIGHT

ON = date(2026, 11, 23)
PARTS = {
    "pension": ("monthly_cents", ["basic_cents", "account_cents", "transition_cents"]),
    "survivor_benefit": ("total_cents", ["funeral_cents", "grant_cents"]),
    "transfer_amount": ("total_cents", ["account_cents", "pooled_cents"]),
    "back_payment": ("total_cents", ["principal_cents", "late_fee_cents"]),
}
REFUSED = {"parameter.missing", "back_payment.not_past"}
# Most of what is drawn lies in years that have parameters; some lies anywhere.
DAYS = st.dates(date(1950, 1, 1), date(2030, 12, 31)) | st.dates(date(1, 1, 1))
MONTHS = st.builds(lambda day: day.year * 100 + day.month, DAYS) | st.integers(-1, 999_999)


def value(said: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Values of one field, most of which its schema allows."""
    options = said.get("anyOf", [said])
    if len(options) > 1:
        return st.none() | value({**said, **options[0], "anyOf": [options[0]]})
    if "enum" in said:
        return st.sampled_from(said["enum"])
    if said.get("format") == "date":
        return DAYS.map(date.isoformat)
    if said.get("unit") == "month":
        return MONTHS
    if "pattern" in said:
        return st.from_regex(said["pattern"], fullmatch=True)
    least, most = said["minimum"], said["maximum"]
    return st.integers(least, min(most, least + 50)) | st.integers(least, most)


@st.composite
def filled(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """A question that has an answer, with up to three of its fields drawn anew."""
    known = answering.named(code).form.model_json_schema()["properties"]
    names = draw(st.sets(st.sampled_from(sorted(known)), max_size=3))
    found = RIGHT[code] | {name: draw(value(known[name])) for name in sorted(names)}
    if "first_month" in names and 190_001 <= found["first_month"] < 219_900:
        found["last_month"] = months.shifted(found["first_month"], draw(st.integers(-1, 40)))
    return found


@pytest.mark.parametrize("code", answering.CALCULATORS)
def test_an_answer_or_a_refusal(code: str) -> None:
    counts: Counter[str] = Counter()

    @hypothesis.settings(max_examples=100, deadline=None)
    @given(fields=filled(code))
    def ask(fields: dict[str, Any]) -> None:
        counts[asked(code, fields)] += 1

    ask()
    assert set(counts) <= {"answered", "a field", "refused"}, counts
    assert counts["answered"] > 0, counts
    assert counts["answered"] < counts.total(), counts


def asked(code: str, fields: dict[str, Any]) -> str:
    """What became of one question."""
    calculator = answering.named(code)
    try:
        form = answering.checked(calculator, fields)
    except Invalid as wrong:
        return "a field" if wrong.errors else "an error of no field"
    try:
        answer = answering.answered(calculator, form, ON)
    except Refusal as refused:
        return "refused" if refused.rule in REFUSED else refused.rule
    told = {each["code"]: each["value"] for each in answer["values"]}
    if code in PARTS:
        whole, parts = PARTS[code]
        assert told[whole] == sum(told[part] for part in parts)
    amounts = [each["value"] for each in answer["values"] if each["unit"] == "cents"]
    assert all(isinstance(cents, int) and cents >= 0 for cents in amounts)
    return "answered"
