"""``tongban calc``: one line a value, the whole answer as JSON, a wrong option refused by its name."""

import json

import pytest

from api import cli

LATE = ["calc", "late_fee", "--principal", "10000.00", "--due-on", "2025-12-31"]
PAID = ["--paid-on", "2026-04-10"]


def test_the_command_tells_value_steps_and_doubts(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*LATE, *PAID]) == 0

    said = capsys.readouterr().out
    assert "滞纳金 late fee: 500.00 元 yuan" in said
    assert "10000.00×0.0005×100" in said
    assert "社会保险法第八十六条" in said
    assert "late_fee_begins" in said
    assert "待核实 to be confirmed" in said


def test_the_whole_answer_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    months = ["--first-month", "2026-01", "--last-month", "202603"]
    wage = ["--wage", "5000", "--paid-on", "2026-04-10"]

    assert cli.main(["calc", "back_payment", *months, *wage, "--json"]) == 0

    told = {one["code"]: one["value"] for one in json.loads(capsys.readouterr().out)["values"]}
    assert told["total_cents"] == 367_200
    assert told["document"] == "none"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--paid-on", "2026-13-01"], "--paid-on: a date is written YYYY-MM-DD"),
        ([*PAID, "--principal", "1.001"], "--principal: an amount is written in yuan"),
        ([*PAID, "--principal", "-1"], "--principal: Input should be greater than"),
        ([*PAID, "--deferred-from", "2026-01-01"], "--deferred-to: a deferral has"),
        (["--paid-on", "2027-01-01", "--due-on", "1998-01-01"], "late_fee_daily_rate has no value"),
    ],
)
def test_a_wrong_option_is_named(
    more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*LATE, *more]) == cli.REFUSED

    assert message in capsys.readouterr().err


def test_a_year_without_a_rate_names_the_parameter(capsys: pytest.CaptureFixture[str]) -> None:
    year = ["--first-year", "2026", "--last-year", "2026"]

    assert cli.main(["calc", "interest", "--opening", "100", *year]) == cli.REFUSED

    assert "bookkeeping_rate has no value on 2026-12-31" in capsys.readouterr().err
