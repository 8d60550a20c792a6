"""Processes are changed by a signed case: what is installed and not registered is not used."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from api import composition, shipped
from api.running import health, serving
from api.settings import Settings
from database.clock import FixedClock
from engine.defining.definitions import UnknownProcess
from engine.record import Case
from engine.rules.rule_record import RuleText, RuleVersion
from oversight import registered_rules, verification
from tests import book, changed_definitions, changed_rules
from tests.changed_definitions import CHANGED, NEW, UNPROVEN, digest_of, proposed
from tests.databases import Database
from tests.people import Hall

SHARED = "_shared"
Start = Callable[[], TestClient]


@pytest.fixture
def body(start_office: Start) -> dict[str, Any]:
    """What is accepted at level 1, before anything was changed."""
    found: dict[str, Any] = Hall(start_office()).example(CHANGED, 1, "county")
    return found


@pytest.fixture
def released(
    start_office: Start,
    body: dict[str, Any],
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Hall:
    """An agency's own office on whose disk a release lies that nobody registered."""
    assert body
    changed_definitions.become_an_agency(database)
    folder = changed_definitions.release(tmp_path)
    monkeypatch.setattr(shipped, "process_folder", lambda: folder)
    return Hall(start_office())


def found_in(hall: Hall) -> list[str]:
    """What verification of the whole office finds, but that its accounts are a demo's no more."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        found = verification.verify_office(session, state.office)
        return [str(one) for one in found if not one.row.startswith("accounts#")]


def approved(hall: Hall, name: str, effective_on: str = "2026-11-01") -> str:
    """Propose what is installed, apply and have it approved; its case."""
    case_no = changed_rules.applied(hall, proposed(hall, name)["digest"], effective_on)
    changed_rules.approved(hall, case_no)
    return case_no


@pytest.mark.slow
def test_a_folder_is_used_from_its_day_on_and_not_before(
    released: Hall, body: dict[str, Any], start_office: Start, clock: FixedClock
) -> None:
    """Handed in, seen with its effect, signed; the second node needs no start, an open case stays."""
    hall, node = released, Hall(start_office())
    before = digest_of(hall, CHANGED)
    old = hall.T101.accept(body)["case_no"]
    assert hall.T101.case(old)["definition"] == before

    digest = proposed(hall, CHANGED)["digest"]
    shown = hall.S000.get(f"/api/rules/texts/{digest}")
    said = shown["definition"]
    (file,) = said["files"]
    assert file["name"] == f"{CHANGED}/posting.py"
    assert [line["kind"] for line in file["difference"]].count("added") == 1
    (process,) = said["processes"]
    assert (process["definition_before"], process["verdict"]) == (before, "proven")
    county = next(way for way in process["ways"] if way["route"] == "county")
    assert county["steps"] == [["handle", "review", "endorse", "conclude"]]
    assert said["open_cases"] == 1
    effect = shown["effect"]
    assert (effect["other"], effect["unknown"]) == (1, 0)
    assert (effect["items"][0]["case_no"], effect["items"][0]["differs"]) == (old, ["posting"])
    change = changed_rules.applied(hall, digest, "2026-11-04")
    changed_rules.approved(hall, change)
    assert digest_of(hall, CHANGED) == before
    assert hall.S000.get("/api/rules")["to_come"][0]["name"] == CHANGED

    clock.moment += timedelta(days=3)
    hall, node = Hall(hall.client), Hall(node.client)
    assert {digest_of(each, CHANGED) for each in (hall, node)} == {process["definition"]}
    registered = node.S000.get(f"/api/processes/{CHANGED}")["registered"]
    assert (registered["case_no"], registered["effective_from"]) == (change, "2026-11-04")
    # Everybody reads since when it is so (办事公开).
    assert "自 2026-11-04 起施行" in node.client.get(f"/guides/{CHANGED}").text
    after = node.T101.accept(body)["case_no"]
    assert node.T101.case(after)["definition"] == process["definition"]
    for signer in (hall.R101, hall.D101, hall.Z101):
        case = signer.sign(old)
    assert (case["status"], case["definition"]) == ("completed", before)
    assert hall.S000.get(f"/api/rules/changes/{change}")["definition"]["files"] == said["files"]
    assert found_in(hall) == []


def test_what_is_not_registered_is_told_and_not_used(
    released: Hall, body: dict[str, Any], database: Database
) -> None:
    hall, state = released, released.client.app.state  # type: ignore[attr-defined]
    names = [one["name"] for one in hall.S000.get("/api/rules")["not_registered"]]
    assert names == [CHANGED, UNPROVEN, NEW]
    noted = [one["detail"] for one in health.noted(state.office)]
    assert [NEW in each for each in noted] == [False, False, True]
    assert f"definition {CHANGED}" in (serving.rules_warning(state.office) or "")
    hall.T101.accept({**body, "process": NEW}, status=404)
    refused = proposed(hall, UNPROVEN, status=422)
    assert refused["rule"] == "rule_change.not_proven"
    assert "decided" in refused["detail"]
    nothing = proposed(hall, "no_such_folder", status=422)
    assert nothing["rule"] == "rule_change.text"
    line = hall.S000.get("/api/rules/texts/" + proposed(hall, NEW)["digest"])
    altered = "0" * 64 + f"  {NEW}/form.py\n"
    said = {"kind": "definition", "name": NEW, "text": altered}
    assert hall.S000.post("/api/rules/texts", said, status=422)["rule"] == "rule_change.text"
    with changed_definitions.owner(database) as session:
        forged = {
            "digest": line["digest"],
            "kind": "definition",
            "name": NEW,
            "effective_from": clock_day(session),
            "basis": "无",
            "registered_at": later(session),
        }
        with pytest.raises(DBAPIError):
            session.execute(insert(RuleVersion), forged)
        session.rollback()

    case_no = approved(hall, NEW)
    taken = hall.T101.accept({**body, "process": NEW})
    assert taken["risk_level"] == 1
    with changed_definitions.owner(database) as session:
        of_it = RuleVersion.case_no == case_no
        book.without_triggers(database)
        session.execute(update(RuleVersion).where(of_it).values(case_no=None))
        found = {one.rule for one in registered_rules.check(session)}
        session.rollback()
    assert {"rule_version.unsigned", "rule_version.missing_entry"} <= found


def clock_day(session: Any) -> Any:
    """The day of the first registration."""
    return session.execute(select(RuleVersion.effective_from).limit(1)).scalar_one()


def later(session: Any) -> Any:
    """A second after the first registration."""
    return session.execute(select(RuleVersion.registered_at).limit(1)).scalar_one() + timedelta(
        seconds=1
    )


@pytest.mark.slow
def test_the_shared_chain_is_changed_for_all_at_once(
    released: Hall, body: dict[str, Any], tmp_path: Path, start_office: Start
) -> None:
    """One case for all processes; each keeps its own files, and what is proposed later is made of both."""
    hall = released
    chain = tmp_path / "processes" / SHARED / "approval.bpmn"
    changed_definitions.alter(chain, 'name="复核"', 'name="复核岗"')
    hall = Hall(start_office())
    names = {one["name"] for one in hall.S000.get("/api/rules")["not_registered"]}
    assert names == {SHARED, CHANGED, UNPROVEN, NEW}
    before = {code: digest_of(hall, code) for code in (CHANGED, "account_query")}
    digest = proposed(hall, SHARED)["digest"]
    said = hall.S000.get(f"/api/rules/texts/{digest}")["definition"]
    assert [file["name"] for file in said["files"]] == [f"{SHARED}/approval.bpmn"]
    assert len(said["processes"]) > 40
    approved_case = changed_rules.applied(hall, digest)
    changed_rules.approved(hall, approved_case)
    after = {code: digest_of(hall, code) for code in before}
    assert not set(before.values()) & set(after.values())
    approved(hall, CHANGED)
    installed = Hall(start_office())
    assert digest_of(installed, CHANGED) not in {before[CHANGED], after[CHANGED]}
    assert installed.T101.accept(body)["status"] == "in_progress"
    assert found_in(installed) == []


def test_a_node_without_the_files_uses_no_other(
    released: Hall,
    body: dict[str, Any],
    settings: Settings,
    start_office: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hall = released
    approved(hall, CHANGED)
    digest = digest_of(hall, CHANGED)
    kept = settings.data_dir / "definitions" / digest
    aside = settings.data_dir / "aside"
    kept.rename(aside)
    with monkeypatch.context() as installed:
        installed.setattr(
            shipped, "process_folder", lambda: Path(__file__).parents[2] / "processes"
        )
        node = Hall(start_office())
    refused = node.T101.accept(body, status=503)
    assert refused["rule"] == "definition.not_here"
    noted = node.client.get("/readyz").json()["noted"]
    assert [one["what"] for one in noted if digest in one["detail"]] == ["definitions"]
    shutil.move(aside, kept)
    assert node.T101.case(node.T101.accept(body)["case_no"])["definition"] == digest


def test_a_demo_office_registers_folders_by_itself(
    settings: Settings, tmp_path: Path, clock: FixedClock
) -> None:
    """One that is tried out is used at once, altered too; taken away, it is deployed no more."""
    place = tmp_path / "further" / NEW
    shutil.copytree(changed_definitions.release(tmp_path) / NEW, place)
    seen = []
    for _ in range(2):
        opened = composition.open_office(replace(settings, processes=place.parent), clock)
        seen.append(opened.office.catalogue.current(NEW).digest)
        opened.sessions.engine.dispose()
        changed_definitions.alter(place / "posting.py", "\nfrom .form", "\n\nfrom .form")
    assert len(set(seen)) == 2
    opened = composition.open_office(settings, clock)
    opened.sessions.engine.dispose()
    with pytest.raises(UnknownProcess):
        opened.office.catalogue.current(NEW)
    assert opened.office.catalogue.at(seen[0]).code == NEW


@pytest.mark.slow
def test_a_case_on_another_version_is_found(
    released: Hall, body: dict[str, Any], database: Database
) -> None:
    """Whoever has an unregistered folder used, or forges what is registered, is found by both."""
    number = released.T101.accept(body)["case_no"]
    state: Any = released.client.app.state  # type: ignore[attr-defined]
    book.without_triggers(database)
    registered = RuleText.name == CHANGED
    other = state.office.catalogue.deployed_at(UNPROVEN).digest
    edits = (
        (
            "definition.not_in_force",
            update(Case).where(Case.case_no == number).values(definition=other),
        ),
        ("rule_text.altered", update(RuleText).where(registered).values(content="-")),
    )
    for rule, edit in edits:
        with changed_definitions.owner(database) as session:
            session.execute(edit)
            found = {one.rule for one in verification.verify_office(session, state.office)}
            session.rollback()
        assert rule in found
