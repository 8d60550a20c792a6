"""The committed document of the interface is the present one; what it takes away, the changelog says."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import openapi_changes, publish_openapi

CASE = "/api/cases/{case_no}"
SIGN = "/api/tasks/{task_id}/sign"


@pytest.fixture(scope="module")
def committed() -> Any:
    return json.loads(publish_openapi.PUBLISHED.read_text("utf-8"))


@pytest.mark.slow
def test_what_is_taken_away_stands_in_the_changelog(committed: Any) -> None:
    changes = openapi_changes.incompatible(committed, publish_openapi.present())

    changelog = publish_openapi.CHANGELOG.read_text("utf-8")
    assert openapi_changes.unannounced(changes, changelog) == []


def test_the_committed_document_is_the_present_one() -> None:
    written = publish_openapi.PUBLISHED.read_text("utf-8")

    # Compared outside the assertion: the difference of two such texts is no help.
    same = written == publish_openapi.written(publish_openapi.present())
    assert same, "docs/reference/openapi.json is not what the application publishes: make openapi"


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def body(document: Any) -> Any:
    content = document["paths"][SIGN]["post"]["requestBody"]["content"]
    return schema(document, content["application/json"]["schema"]["$ref"].rpartition("/")[2])


def answer(document: Any) -> Any:
    content = document["paths"][CASE]["get"]["responses"]["200"]["content"]
    return schema(document, content["application/json"]["schema"]["$ref"].rpartition("/")[2])


def ask_for_more(document: Any) -> None:
    body(document)["properties"]["seal_no"] = {"type": "string"}
    body(document)["required"].append("seal_no")


def ask_for_a_parameter(document: Any) -> None:
    wanted = {"in": "query", "name": "why", "required": True, "schema": {"type": "string"}}
    document["paths"][CASE]["get"].setdefault("parameters", []).append(wanted)


def say_null(document: Any) -> None:
    answer(document)["properties"]["case_no"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}


TAKEN_AWAY: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "a path": (lambda d: d["paths"].pop(CASE), CASE, "the path is gone"),
    "a method": (lambda d: d["paths"][CASE].pop("get"), CASE, "GET is gone"),
    "an answer": (
        lambda d: d["paths"][CASE]["get"]["responses"].pop("200"),
        CASE,
        "GET: the answer 200 is gone",
    ),
    "an answer's member": (
        lambda d: answer(d)["properties"].pop("seen"),
        CASE,
        "GET: answer 200.seen is gone",
    ),
    "a member always there": (
        lambda d: answer(d)["required"].remove("seen"),
        CASE,
        "GET: answer 200.seen is no longer always there",
    ),
    "never null": (say_null, CASE, "GET: answer 200.case_no may now be null"),
    "a value": (
        lambda d: body(d)["properties"]["decision"]["enum"].remove("refuse"),
        SIGN,
        "POST: body.decision: the value 'refuse' is gone",
    ),
    "a new input asked for": (ask_for_more, SIGN, "POST: body.seal_no is asked for"),
    "a parameter asked for": (
        ask_for_a_parameter,
        CASE,
        "GET: the query parameter why is asked for",
    ),
    "an input": (
        lambda d: body(d)["properties"].pop("reasons"),
        SIGN,
        "POST: body.reasons is gone",
    ),
    "a type": (
        lambda d: body(d)["properties"]["seen"].update(type="integer"),
        SIGN,
        "POST: body.seen is no longer string",
    ),
    "a length": (
        lambda d: body(d)["properties"]["opinion"].update(maxLength=1),
        SIGN,
        "POST: body.opinion: maxLength is 1",
    ),
}


@pytest.mark.parametrize(("take", "path", "what"), TAKEN_AWAY.values(), ids=TAKEN_AWAY)
def test_what_callers_lose_is_found(
    committed: Any, take: Callable[[Any], Any], path: str, what: str
) -> None:
    later = copy.deepcopy(committed)
    take(later)

    changes = openapi_changes.incompatible(committed, later)

    assert openapi_changes.Change(path, what) in changes
    assert openapi_changes.unannounced(changes, "# Changelog\n\n## 1.0\n" + path) == changes
    said = "## Unreleased\n" + "\n".join(f"- `{change.path}` changed" for change in changes)
    assert openapi_changes.unannounced(changes, said + "\n## 1.0\n") == []


def add_an_answer_member(document: Any) -> None:
    answer(document)["properties"]["colour"] = {"type": "string"}
    answer(document)["required"].append("colour")


ADDED: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda _: None,
    "a path": lambda d: d["paths"].update({"/api/new": d["paths"][CASE]}),
    "an answer's member": add_an_answer_member,
    "an input nobody must give": lambda d: body(d)["properties"].update(note={"type": "string"}),
    "a value taken": lambda d: body(d)["properties"]["decision"]["enum"].append("postpone"),
    "a longer text": lambda d: body(d)["properties"]["opinion"].update(maxLength=10**6),
}


@pytest.mark.parametrize("add", ADDED.values(), ids=ADDED)
def test_what_callers_gain_is_no_loss(committed: Any, add: Callable[[Any], None]) -> None:
    later = copy.deepcopy(committed)
    add(later)

    assert openapi_changes.incompatible(committed, later) == []


def test_a_path_is_named_whole() -> None:
    change = openapi_changes.Change("/api/cases", "the path is gone")
    for near in ("/api/cases/{case_no}", "/v2/api/cases", "/api/cases-of-today"):
        assert openapi_changes.unannounced([change], f"## Unreleased\n`GET {near}`") == [change]
    assert openapi_changes.unannounced([change], "## Unreleased\nGET /api/cases.") == []


@pytest.mark.slow
def test_it_is_not_renewed_over_a_silent_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published, changelog = tmp_path / "openapi.json", tmp_path / "CHANGELOG.md"
    monkeypatch.setattr(publish_openapi, "PUBLISHED", published)
    monkeypatch.setattr(publish_openapi, "CHANGELOG", changelog)
    changelog.write_text("## Unreleased\n")
    assert publish_openapi.main() == 0
    present = published.read_text("utf-8")
    before = json.loads(present)
    before["paths"]["/api/old"] = before["paths"][CASE]
    published.write_text(json.dumps(before))

    assert publish_openapi.main() == 1
    assert "/api/old: the path is gone" in capsys.readouterr().err
    assert "/api/old" in published.read_text("utf-8")

    changelog.write_text("## Unreleased\n\n- `/api/old` is gone: ask `/api/cases`.\n")
    assert publish_openapi.main() == 0
    assert published.read_text("utf-8") == present
