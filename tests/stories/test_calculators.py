"""Calculators for everybody: values with derivation, parameters and sources; a wrong field is named."""

from typing import Any

from sqlalchemy import func, select
from starlette.testclient import TestClient

from database.declarative import Base
from tests.calculations import RIGHT

# The first value of each, by the golden vectors of the rules.
FIRST = {
    "retirement_date": ("retires_in", "2025-07"),
    "pension": ("monthly_cents", 327_083),
    "interest": ("closing_cents", 6_718_704),
    "late_fee": ("late_fee_cents", 50_000),
    "survivor_benefit": ("total_cents", 4_861_913),
    "transfer_amount": ("total_cents", 5_576_000),
    "back_payment": ("total_cents", 367_200),
}
# What each leaves to be confirmed by the province; the others rest on nothing unverified.
CERTAIN = {"retirement_date", "transfer_amount"}
WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("retirement_date", {"birth": "1965-02-30"}, "birth"),
    ("retirement_date", {"birth": "1800-01-01"}, "birth"),
    ("retirement_date", {"birth": "1965-5"}, "birth"),
    ("retirement_date", {"birth": 196505}, "birth"),
    ("retirement_date", {"kind": "X"}, "kind"),
    ("retirement_date", {"contributed_months": 901}, "contributed_months"),
    ("pension", {"average_index": "10"}, "average_index"),
    ("pension", {"average_index": 0.85}, "average_index"),
    ("pension", {"account_cents": -1}, "account_cents"),
    ("pension", {"retire_month": 202513}, "retire_month"),
    ("interest", {"last_year": 2023}, "last_year"),
    ("interest", {"first_year": 1960}, "first_year"),
    ("interest", {"retire_month": 202801}, "retire_month"),
    ("late_fee", {"principal_cents": 10**12 + 1}, "principal_cents"),
    ("late_fee", {"deferred_from": "2026-01-01"}, "deferred_to"),
    ("late_fee", {"deferred_from": "2026-02-01", "deferred_to": "2026-01-01"}, "deferred_to"),
    ("survivor_benefit", {"drawn_months": -1}, "drawn_months"),
    ("transfer_amount", {"last_month": 202312}, "last_month"),
    ("transfer_amount", {"first_month": 190001, "last_month": 202412}, "last_month"),
    ("back_payment", {"document": "court"}, "document_on"),
    ("back_payment", {"document": "letter"}, "document"),
    ("back_payment", {"unknown": 1}, "unknown"),
]


def written(client: TestClient) -> int:
    """How many rows stand in the office's database."""
    with client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        tables = Base.metadata.sorted_tables
        return sum(
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in tables
        )


def test_everybody_reckons_and_nothing_is_kept(client: TestClient) -> None:
    listed = {one["code"]: one for one in client.get("/api/calculators").json()}
    assert list(listed) == list(RIGHT)
    before = written(client)

    for code, fields in RIGHT.items():
        answer = client.post(f"/api/calculators/{code}", json=fields)

        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert (said["values"][0]["code"], said["values"][0]["value"]) == FIRST[code]
        assert {value["code"]: value["value"] for value in said["values"]}.items() <= said.items()
        assert set(said["sources"]) >= {said["derivation"][-2]["source"]} - {""}
        assert said["name"] == listed[code]["name"]
        assert {"zh", "en"} == set(said["name"])
        assert all(step["zh"] and step["en"] and step["value"] for step in said["derivation"])
        assert any(step["source"] for step in said["derivation"])
        assert all(use["source"] and use["title"]["zh"] for use in said["parameters"])
        assert said["verified"] == all(use["verified"] for use in said["parameters"])
        assert said["verified"] == (code in CERTAIN), code
        assert set(listed[code]["form_schema"]["required"]) <= set(fields)
    assert written(client) == before


def test_a_wrong_field_is_named(client: TestClient) -> None:
    for code, fields, wrong in WRONG:
        answer = client.post(f"/api/calculators/{code}", json=RIGHT[code] | fields)

        assert (answer.status_code, answer.json()["rule"]) == (422, "form.invalid"), (code, fields)
        assert [error["field"] for error in answer.json()["errors"]] == [wrong], (code, fields)


def test_what_is_missing_is_named_by_field_and_by_parameter(client: TestClient) -> None:
    nothing = client.post("/api/calculators/pension", json={})
    required = {"birth", "kind", "retire_month", "paid_months", "average_index", "account_cents"}
    assert {error["field"] for error in nothing.json()["errors"]} == required

    unsettled = RIGHT["interest"] | {"last_year": 2026, "retire_month": None}
    refused = client.post("/api/calculators/interest", json=unsettled)
    assert (refused.status_code, refused.json()["rule"]) == (422, "parameter.missing")
    assert refused.json()["parameter"] == "bookkeeping_rate"

    future = RIGHT["back_payment"] | {"last_month": 202604}
    assert (
        client.post("/api/calculators/back_payment", json=future).json()["rule"]
        == "back_payment.not_past"
    )


def test_an_unknown_calculator_is_not_there(client: TestClient) -> None:
    for fields in ({}, RIGHT["late_fee"]):
        answer = client.post("/api/calculators/lottery", json=fields)
        assert (answer.status_code, answer.json()["rule"]) == (404, "calculator.not_found")

    form = client.get("/calculators/lottery", headers={"accept": "text/html"})
    assert form.status_code == 404
    assert client.post("/api/calculators/late_fee", json=[]).status_code == 422
