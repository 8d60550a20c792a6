"""Dated parameters: what the files may say, what a computation reads, and what it notes."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from database.refusals import InvariantBroken
from register import parameter_files, parameters
from register.parameter_files import ParametersRefused
from register.parameters import ParameterMissing, Parameters

GOOD = """
- name: rate
  title: {zh: 比例, en: rate}
  unit: share
  values:
    - {effective_from: 2020-01-01, effective_to: 2020-12-31, value: "0.08", source: 甲, verified: true}
    - {effective_from: 2022-01-01, value: "0.10", source: 乙, verified: false}
- name: months
  title: {zh: 月数, en: months}
  unit: months
  values:
    - {effective_from: 2020-01-01, value: {60: 139}, source: 丙, verified: true}
"""


def loaded(folder: Path, text: str = GOOD) -> Parameters:
    (folder / "one.yaml").write_text(text, encoding="utf-8")
    return Parameters(parameter_files.load(folder))


def test_value_in_force_and_what_was_used(tmp_path: Path) -> None:
    view = loaded(tmp_path)
    assert view.value("rate", date(2020, 1, 1)) == Decimal("0.08")
    assert view.decimal("rate", date(2020, 12, 31)) == Decimal("0.08")
    assert view.decimal("rate", date(2030, 1, 1)) == Decimal("0.10")
    assert view.integer_entry("months", "60", date(2021, 1, 1)) == 139
    assert [use["name"] for use in view.used] == ["months[60]", "rate", "rate"]
    assert view.used[2] == {
        "name": "rate",
        "effective_from": "2022-01-01",
        "value": "0.10",
        "verified": False,
        "source": "乙",
    }


@pytest.mark.parametrize("on", [date(2019, 12, 31), date(2021, 1, 1)])
def test_a_day_without_a_value_names_parameter_and_day(tmp_path: Path, on: date) -> None:
    with pytest.raises(ParameterMissing, match=f"rate has no value on {on.isoformat()}") as refused:
        loaded(tmp_path).value("rate", on)
    assert refused.value.rule == "parameter.missing"
    assert refused.value.facts == {"parameter": "rate", "on": on.isoformat()}


def test_a_missing_entry_names_table_and_key(tmp_path: Path) -> None:
    view = loaded(tmp_path)
    assert not view.has_entry("months", "61", date(2021, 1, 1))
    with pytest.raises(ParameterMissing, match="months has no entry 61"):
        view.decimal_entry("months", "61", date(2021, 1, 1))


def test_misreadings_are_defects(tmp_path: Path) -> None:
    view, on = loaded(tmp_path), date(2020, 6, 1)
    for read, name in (
        (view.value, "unknown"),
        (view.value, "months"),
        (view.integer, "rate"),
        (view.text, "rate"),
    ):
        with pytest.raises(InvariantBroken):
            read(name, on)
    with pytest.raises(InvariantBroken):
        view.integer_entry("rate", "60", on)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("effective_from: 2022-01-01", "effective_from: 2020-06-01", "two values are in force"),
        ("effective_from: 2022-01-01", "effective_from: 2019-01-01", "not in order"),
        ("effective_from: 2022-01-01", "effective_from: 2020-01-01", "not in order"),
        ("effective_to: 2020-12-31", "effective_to: 2019-12-31", "ends before it begins"),
        ("source: 乙", 'source: " "', "says no source"),
        (", source: 乙", "", "a value has"),
        ('"0.10"', "0.10", "decimals quoted"),
        ('"0.10"', "true", "decimals quoted"),
        ("verified: false", "verified: maybe", "verified is true or false"),
        ("2022-01-01", '"2022-01-01"', "YYYY-MM-DD"),
        ("name: months", "name: rate", "defined twice"),
        ("name: months", "name: Monate", "snake_case"),
        ("unit: share", "units: share", "has exactly"),
        ("en: rate", "de: rate", "title needs"),
    ],
)
def test_bad_files_are_refused_with_file_and_name(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in GOOD
    with pytest.raises(ParametersRefused, match=message) as refused:
        loaded(tmp_path, GOOD.replace(old, new, 1))
    assert "one.yaml" in str(refused.value)


@pytest.mark.parametrize(
    "text", ["a: 1", "- [", "- name: x\n  title: {zh: a, en: b}\n  unit: y\n  values: []"]
)
def test_files_of_another_shape_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ParametersRefused, match=r"one\.yaml"):
        loaded(tmp_path, text)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParametersRefused, match="no parameter files"):
        parameter_files.load(tmp_path)


def test_the_shipped_parameters_load_and_flag_what_is_uncertain() -> None:
    known = parameters.shipped()
    for name in ("calculation_base_cents", "transition_rate", "average_wage_cents"):
        assert not any(value.verified for value in known[name].values), name
    assert all(value.verified for value in known["bookkeeping_rate"].values)
    assert known["bookkeeping_rate"].values[-1].effective_to == date(2025, 12, 31)


def test_the_values_over_some_days_one_after_the_other(tmp_path: Path) -> None:
    text = GOOD.replace("effective_from: 2022-01-01", "effective_from: 2021-01-01")
    view = loaded(tmp_path, text)

    found = view.spans("rate", date(2020, 12, 30), date(2021, 1, 5))

    assert found == [
        (date(2020, 12, 30), date(2020, 12, 31), Decimal("0.08")),
        (date(2021, 1, 1), date(2021, 1, 5), Decimal("0.10")),
    ]
    assert [use["value"] for use in view.used] == ["0.08", "0.10"]


def test_a_gap_among_some_days_names_its_first(tmp_path: Path) -> None:
    with pytest.raises(ParameterMissing, match="rate has no value on 2021-01-01"):
        loaded(tmp_path).spans("rate", date(2020, 12, 30), date(2022, 1, 5))


def test_the_newest_value_from_before_a_day(tmp_path: Path) -> None:
    view = loaded(tmp_path)
    assert view.last_before("rate", date(2021, 6, 1)) == Decimal("0.08")
    assert view.last_before("rate", date(2022, 1, 1)) == Decimal("0.08")
    assert view.last_before("rate", date(2022, 1, 2)) == Decimal("0.10")
    with pytest.raises(ParameterMissing, match="rate has no value on 2020-01-01"):
        view.last_before("rate", date(2020, 1, 1))
    with pytest.raises(InvariantBroken):
        view.last_before("months", date(2021, 1, 1))
