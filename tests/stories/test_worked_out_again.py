"""Verification works the posting out again from the form: a server that computes otherwise is found.

Whoever holds the server can have facts and posting computed as he likes, and have them signed with the
right keys: every digest and signature holds, and only the process itself says what should stand there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from api import cli
from api.settings import Settings
from engine import contents, signing
from engine.contents import Computed
from engine.defining import definitions
from oversight.findings import Finding
from tests.people import Hall

FOLLOWS = contents.follows


@contextmanager
def manipulated(**other: Any) -> Iterator[None]:
    """A server that computes facts or posting otherwise, at acceptance and at every signature."""

    def forged(*given: Any) -> Computed:
        computed = FOLLOWS(*given)
        classified = computed.classification
        return replace(
            computed,
            facts={**computed.facts, **other.get("facts", {})},
            classification=replace(classified, **other.get("classified", {})),
            posting=other.get("posting", lambda posting: posting)(computed.posting),
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents, "follows", forged)
        yield


def completed(hall: Hall, body: Any, *signers: str) -> str:
    case_no: str = hall.T101.accept(body)["case_no"]
    return signed(hall, case_no, *signers)


def signed(hall: Hall, case_no: str, *signers: str) -> str:
    for staff_no in signers:
        getattr(hall, staff_no).sign(case_no)
    assert hall.A101.case(case_no)["status"] == "completed"
    return case_no


def found(hall: Hall, case_no: str) -> set[tuple[str, str, str]]:
    answer = hall.A101.post(f"/api/cases/{case_no}/verification", {})
    assert answer["notes"] == []
    return {(one["row"], one["field"], one["rule"]) for one in answer["findings"]}


def test_a_posting_that_the_form_does_not_ask_for_is_found(hall: Hall) -> None:
    def tenfold(posting: dict[str, Any]) -> dict[str, Any]:
        lines = [{**line, "amount_cents": line["amount_cents"] * 10} for line in posting["lines"]]
        return {**posting, "lines": lines}

    with manipulated(posting=tenfold):
        forged = completed(
            hall, hall.example("account_adjustment", 1, "county"), "R101", "D101", "Z101"
        )

    assert found(hall, forged) == {
        ("case_contents#1", "posting.lines.1.amount_cents", "computed.posting"),
        ("case_contents#1", "posting.lines.2.amount_cents", "computed.posting"),
    }


def test_a_change_that_nobody_asked_for_is_found(hall: Hall) -> None:
    body = hall.example("person_info_change_general", 3)

    def twice(posting: dict[str, Any]) -> dict[str, Any]:
        one = posting["changes"][0]
        return {
            **posting,
            "changes": [
                *posting["changes"],
                {**one, "after": {"postcode": "725009"}, "before": {}},
            ],
        }

    with manipulated(posting=twice):
        forged = completed(hall, body)

    (only,) = found(hall, forged)
    assert only == ("case_contents#1", "posting.changes.2", "computed.posting")


def test_lowered_facts_are_found_and_the_level_they_hid(hall: Hall) -> None:
    body = hall.example("account_adjustment", 1, "city_approval")
    lowered = {"facts": {"amount_cents": 1}, "classified": {"route": "county"}}

    with manipulated(**lowered):
        forged = completed(hall, body, "R101", "D101", "Z101")

    assert found(hall, forged) == {
        ("case_contents#1", "facts.amount_cents", "computed.fact"),
        ("cases", "risk_level", "computed.level"),
    }


def test_a_gate_that_was_passed_by_is_found(hall: Hall) -> None:
    """The form takes off more than the account holds; the server works on another amount."""
    body = hall.example("account_adjustment", 1, "county", nth=1)

    def passing(*given: Any) -> Computed:
        definition, table, kind, records, form, *messages = given
        other = form.model_copy(update={"amount_cents": 5600})
        return FOLLOWS(definition, table, kind, records, other, *messages)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents, "follows", passing)
        form = {**body["form"], "amount_cents": 900_000_000}
        forged = completed(hall, {**body, "form": form}, "R101", "D101", "Z101")

    assert found(hall, forged) == {("case_contents#1", "posting", "computed.refused")}


def test_what_came_later_is_not_held_against_what_was_computed_before(hall: Hall) -> None:
    """Cases of one person, one in the other's way and after it: each is worked out on what it saw."""
    adjusted = hall.example("benefit_adjustment", 1, "county")
    pensioner = adjusted["applicant"]
    moved = {
        "process": "person_info_change_general",
        "applicant": pensioner,
        "form": {"mobile": "13912345670"},
        "materials": [{"code": "id_card"}],
    }
    first = hall.T101.accept(adjusted)["case_no"]
    between = completed(hall, moved)
    signed(hall, first, "R101", "D101", "Z101")
    second = completed(hall, adjusted, "R101", "D101", "Z101")
    last = completed(hall, {**moved, "form": {"mobile": "13912345671"}})

    for case_no in (first, between, second, last):
        assert found(hall, case_no) == set()


def test_a_register_that_had_changed_before_the_last_signature_is_found(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right when it was handed in, overtaken when it posted, and the server looked away."""
    adjusted = hall.example("benefit_adjustment", 1, "county")
    overtaken = hall.T101.accept(adjusted)["case_no"]
    completed(hall, adjusted, "R101", "D101", "Z101")

    monkeypatch.setattr(signing, "_register_changed", lambda _work: False)
    signed(hall, overtaken, "R101", "D101", "Z101")

    assert {rule for _, _, rule in found(hall, overtaken)} == {"computed.posting"}


def test_an_open_case_that_would_now_differ_is_no_finding(hall: Hall) -> None:
    adjusted = hall.example("benefit_adjustment", 1, "county")
    overtaken = hall.T101.accept(adjusted)["case_no"]
    completed(hall, adjusted, "R101", "D101", "Z101")

    assert found(hall, overtaken) == set()


def test_a_version_that_is_gone_is_said_and_is_no_finding(
    hall: Hall,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case_no = completed(hall, hall.example("person_info_change_general", 3))
    catalogue = hall.client.app.state.office.catalogue  # type: ignore[attr-defined]
    digest = catalogue.current("person_info_change_general").digest

    def gone(_catalogue: Any, asked: str) -> Any:
        raise definitions.DefinitionGone(asked)

    monkeypatch.setattr(definitions.Catalogue, "at", gone)
    monkeypatch.setenv("TONGBAN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("TONGBAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("TONGBAN_KEY_FILE", str(settings.key_file))
    monkeypatch.setenv("TONGBAN_MIGRATION_URL", settings.migration_url or settings.database_url)

    answer = hall.A101.post(f"/api/cases/{case_no}/verification", {})
    assert answer["findings"] == []
    expected = Finding(case_no, "cases", "definition", "definition.gone", digest)
    assert answer["notes"] == [expected.shown()]
    page = hall.client.get(f"/cases/{case_no}/verification", headers=hall.A101.headers)
    assert "没有重新计算" in page.text or "未重新计算" in page.text

    assert cli.main(["verify"]) == 0
    told = capsys.readouterr()
    assert "everything holds" in told.out
    assert f"note: {case_no}: cases definition: definition.gone" in told.err
