"""The reference says everything there is, and nothing that isn't: rules, settings, words, links."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from api import settings
from authz.rules import RULES

CHECKOUT = Path(__file__).parents[2]
ROOMS = ("api", "authz", "database", "engine", "jobs", "oversight", "processes", "register", "web")
REFERENCE = CHECKOUT / "docs" / "reference"
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").rglob("*.md")])
DECISIONS = sorted((CHECKOUT / "docs" / "decisions").glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "References"]
RULE = re.compile(r"[a-z_*]+(\.[a-z_*]+)?")
# Which argument of a call names a rule, where it isn't called ``rule``.
NAMING = {
    "refuse": 0,
    "document": 1,
    "Finding": 3,
    "differs": 3,
    # What is wrong with a row of a list, with a cell, with a whole file.
    "Problem": 2,
    "problem": 0,
    "_Unreadable": 0,
    "Refused": 0,
    "unreadable": 0,
}


def test_every_rule_is_documented() -> None:
    named = set(RULES)
    for room in ROOMS:
        for path in (CHECKOUT / room).rglob("*.py"):
            named |= set(_rules(ast.parse(path.read_text())))

    documented = set(re.findall(r"^\| `([^`]+)` \|", _reference("rules.md"), re.MULTILINE))

    assert {rule for rule in named if not _matching(rule, documented)} == set(), "not documented"
    found = set().union(*(_matching(rule, documented) for rule in named))
    assert documented - found == set(), "documented, but nowhere in the code"


def test_every_setting_is_documented() -> None:
    documented = re.findall(r"^\| `TONGBAN_(\w+)` \|", _reference("settings.md"), re.MULTILINE)

    assert sorted(documented) == sorted(settings.KNOWN)
    assert f"`{settings.DEFAULT_DATABASE}`" in _reference("settings.md")


def test_a_word_has_one_entry() -> None:
    words = re.findall(r"^\| ([a-z-]+(?: [a-z]+)?) \|", _reference("glossary.md"), re.MULTILINE)

    assert {"case", "sign-off", "posting", "grant", "stand-in"} <= set(words)
    assert len(words) == len(set(words))


@pytest.mark.parametrize("package", ["api", "authz", "engine", "web"])
def test_rooms_are_listed_as_they_say(package: str) -> None:
    said = (CHECKOUT / "docs" / "explanation" / "rooms.md").read_text()
    rooms = sorted(path.parent for path in (CHECKOUT / package).glob("*/__init__.py"))
    assert rooms

    unlisted = []
    for room in rooms:
        first = (ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or "").partition(
            "\n"
        )[0]
        if f"| `{package}/{room.name}/` | {first} |" not in said:
            unlisted.append(room.name)
    assert unlisted == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_five_headings(decision: Path) -> None:
    assert re.findall(r"^## (.+)$", decision.read_text(), re.MULTILINE) == HEADINGS


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    listed = (CHECKOUT / "docs" / "README.md").read_text()

    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(DECISIONS) + 1))
    assert [path.name for path in DECISIONS if path.name not in listed] == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_a_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def _reference(name: str) -> str:
    return (REFERENCE / name).read_text()


def _rules(tree: ast.Module) -> Iterator[str]:
    """The ids a module gives: ``rule = "…"``, ``rule="…"``, or in the place where a call names one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            if [ast.unparse(target) for target in node.targets] == ["rule"]:
                yield from _texts(node.value)
        elif isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "rule":
                    yield from _texts(keyword.value)
            place = NAMING.get(ast.unparse(node.func).rpartition(".")[2])
            if place is not None and place < len(node.args):
                yield from filter(RULE.fullmatch, _texts(node.args[place]))


def _texts(node: ast.expr) -> Iterator[str]:
    """The text that stands there; ``*`` for what is only filled in when it runs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
        yield "".join(map(str, parts))
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))


def _matching(rule: str, documented: set[str]) -> set[str]:
    return {known for known in documented if fnmatchcase(known, rule)}
