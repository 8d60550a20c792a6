"""The house rules that a linter doesn't know: sizes, words, and the one place for each dangerous thing."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
ROOMS = ("api", "authz", "database", "engine", "jobs", "oversight", "processes", "register", "web")
GENERATED = "database/migrations/versions/"

LINES_IN_A_FILE = 300
# It must stand alone in an evidence file.
LONGER = {"oversight/check_evidence.py": 560}
LINES_IN_A_FUNCTION = 60
# Words that say nothing: whatever bears one of them becomes the place for everything.
BANNED = {"util", "utils", "helper", "helpers", "manager", "service", "common", "base"}
# The declarative base is what SQLAlchemy calls it.
NAMED_BY_OTHERS = {("database/declarative.py", "Base")}
# The base of contributions (缴费基数) is a word of the law.
NAMED_BY_LAW = {"contribution_base_declare", "flexible_base_choose"}
# Who may make up a moment, an identifier or a secret: tests replace the clock, and what must come out
# the same twice can't be random.
MADE_UP_IN = {f"database/{name}.py" for name in ("clock", "identifiers", "keys", "digest")}
# Tokens, a password nobody has, and the code on a printed document, which must not be guessable.
SECRETS_IN = MADE_UP_IN | {
    "api/outside/entering.py",
    "authz/factors/factor_enrolments.py",
    "authz/signing_in/password_resets.py",
    "authz/signing_in/passwords.py",
    "authz/factors/recovery_codes.py",
    "authz/signing_in/sessions.py",
    "authz/keys/signers.py",
    "database/key_file.py",
    "database/key_wrapping.py",
    "database/own_keys.py",
    "database/sm2.py",
    "engine/paperwork/documents.py",
    "web/tokens.py",
}
# Choices of ``tongban demo --cases``, the same again for the same ``--seed``.
SEEDED_IN = {
    "api/demonstration/demo_bodies.py",
    "api/demonstration/demo_cases.py",
    "api/demonstration/demo_visits.py",
}
CATCH_ALL = {"Exception", "BaseException"}
# A job or a case that fails, however, is noted, and the others go on.
CAUGHT_WHOLE_IN = {"api/cli.py", "api/problems.py", "jobs/timers.py", "jobs/turns.py"}
# COMMIT and ROLLBACK are said where SQLAlchemy asks, and by the session for what is the driver's alone.
COMMITS_IN = {"database/connection.py", "database/dialect.py", "database/sending.py"}
# One reads JSON's numbers, which a form may then refuse; the others refuse them. Money is integer cents.
FLOATS_IN = {"api/strict_json.py", "database/digest.py", "oversight/check_evidence.py"}

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """A module, as text and as a tree, named by its path in the checkout."""

    name: str
    text: str
    tree: ast.Module

    def of(self, *kinds: type[ast.AST]) -> Iterator[Any]:
        """Its nodes of these kinds."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))


# Great libraries of which few processes ask: docs/explanation/performance.md, memory of a worker.
LOADED_LATE = {
    ("api/scan_settings.py", "store"),
    ("api/outside/outgoing.py", "ask"),
    ("api/running/working.py", "migrate"),
    ("authz/pinyin.py", "_answer"),
    ("authz/signing_in/guessed_passwords.py", "_answer"),
    ("engine/paperwork/documents.py", "_typst"),
}


def _modules(*folders: str) -> list[Module]:
    found = []
    for folder in folders:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            text = path.read_text()
            name = path.relative_to(CHECKOUT).as_posix()
            found.append(Module(name, text, ast.parse(text)))
    return found


PRODUCT = _modules(*ROOMS)
EVERYTHING = [*PRODUCT, *_modules("tests", "benchmarks")]
WRITTEN = [module for module in EVERYTHING if not module.name.startswith(GENERATED)]


def test_a_file_holds_one_idea() -> None:
    lines = {module.name: len(module.text.splitlines()) for module in WRITTEN}

    assert {name: n for name, n in lines.items() if n > LONGER.get(name, LINES_IN_A_FILE)} == {}


def test_a_file_says_what_it_holds() -> None:
    assert [module.name for module in EVERYTHING if not ast.get_docstring(module.tree)] == []


def test_a_function_fits_on_a_screen() -> None:
    lines = {
        (module.name, node.name): node.end_lineno - node.lineno + 1
        for module in WRITTEN
        for node in module.of(*FUNCTIONS)
    }

    assert {name: n for name, n in lines.items() if n > LINES_IN_A_FUNCTION} == {}


def test_nothing_is_imported_inside_a_function() -> None:
    inside = [
        (module.name, function.name, node.lineno)
        for module in EVERYTHING
        for function in module.of(*FUNCTIONS)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert {(module, function) for module, function, _ in inside} == LOADED_LATE


def test_no_name_says_nothing() -> None:
    named = [
        (module.name, word)
        for module in PRODUCT
        for word in (
            *Path(module.name).with_suffix("").parts,
            *(node.name for node in module.of(*FUNCTIONS, ast.ClassDef)),
        )
    ]

    said_nothing = {
        (name, word)
        for name, word in named
        if BANNED & set(_words(word)) and word not in NAMED_BY_LAW
    }
    assert said_nothing - NAMED_BY_OTHERS == set()


def test_one_place_commits() -> None:
    ends = {"commit", "rollback"}
    commits = {m.name for m in PRODUCT if ends & {call[-1] for call in _calls(m)}}

    assert commits <= COMMITS_IN


def test_the_time_is_told_in_one_place() -> None:
    told = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
    told |= {("time", "time"), ("time", "time_ns")}

    assert {m.name for m in PRODUCT if told & {call[-2:] for call in _calls(m)}} <= MADE_UP_IN


def test_what_is_random_comes_from_few_places() -> None:
    allowed: dict[str, set[str]] = {"uuid": set(), "random": SEEDED_IN, "secrets": SECRETS_IN}

    for name, places in allowed.items():
        assert {module.name for module in PRODUCT if name in _imported(module)} <= places, name


def test_money_is_never_a_float() -> None:
    names = {m.name for m in PRODUCT for node in m.of(ast.Name) if node.id == "float"}
    numbers = {
        m.name
        for m in PRODUCT
        for node in m.of(ast.Constant)
        if isinstance(node.value, float) and m.name.startswith(("register/", "processes/"))
    }

    assert (names - FLOATS_IN, numbers) == (set(), set())


def test_defects_are_raised_not_asserted() -> None:
    assert [(m.name, node.lineno) for m in PRODUCT for node in m.of(ast.Assert)] == []


def test_nothing_is_swallowed() -> None:
    caught = {
        (module.name, "everything" if node.type is None else ast.unparse(node.type))
        for module in PRODUCT
        for node in module.of(ast.ExceptHandler)
        if module.name not in CAUGHT_WHOLE_IN
    }

    assert {(n, what) for n, what in caught if what in {"everything", *CATCH_ALL}} == set()


def _calls(module: Module) -> Iterator[tuple[str, ...]]:
    """Everything that is called, as the names it is written with."""
    for node in module.of(ast.Call):
        yield tuple(ast.unparse(node.func).split("."))


def _imported(module: Module) -> set[str]:
    """The packages a module imports."""
    names = {alias.name for node in module.of(ast.Import) for alias in node.names}
    names |= {node.module for node in module.of(ast.ImportFrom) if node.module}
    return {name.partition(".")[0] for name in names}


def _words(name: str) -> Iterator[str]:
    """The words of snake_case and CamelCase names, in small letters."""
    word = ""
    for letter in name:
        if letter == "_" or letter.isupper():
            yield word.lower()
            word = ""
        word += letter.strip("_")
    yield word.lower()
