"""The import rules of pyproject.toml hold, and each of them notices a breach."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROOMS = ("api", "authz", "database", "engine", "jobs", "oversight", "processes", "register", "web")

BREACHES = [
    ("Imports point down the list of rooms", "register/entries.py", "import engine.cases"),
    (
        "Processes don't know each other",
        "processes/retirement_approval/form.py",
        "import processes.account_adjustment.form",
    ),
    (
        "A process sees the engine's contract only",
        "processes/retirement_approval/form.py",
        "import engine.rules.risk",
    ),
    (
        "What a process sees of the register computes, and reaches no database",
        "register/pension.py",
        "import sqlalchemy",
    ),
    ("engine.bpmn is the only door to SpiffWorkflow", "engine/cases.py", "import SpiffWorkflow"),
    ("authz is the only door to Casbin", "engine/cases.py", "import casbin"),
    ("HTTP stays in api and web", "engine/cases.py", "import starlette"),
    (
        "Only the posting of a case writes the register",
        "engine/cases.py",
        "import register.writing",
    ),
    (
        "Only the demo opens balances without a case",
        "api/casework/cases.py",
        "import register.opening",
    ),
]


def lint(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(  # noqa: S603 - ourselves, on files of ours
        [sys.executable, "-c", command, "--no-cache"],
        cwd=checkout,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_rules_hold() -> None:
    linted = lint(CHECKOUT)

    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(("rule", "file", "breach"), BREACHES)
def test_a_breach_is_noticed(tmp_path: Path, rule: str, file: str, breach: str) -> None:
    shutil.copyfile(CHECKOUT / "pyproject.toml", tmp_path / "pyproject.toml")
    for room in ROOMS:
        only_code = shutil.ignore_patterns("__pycache__", "*.yaml", "*.bpmn", "*.typ")
        shutil.copytree(CHECKOUT / room, tmp_path / room, ignore=only_code)
    broken = tmp_path / file
    broken.write_text(f"{broken.read_text()}\n{breach}\n")

    linted = lint(tmp_path)

    assert linted.returncode == 1, linted.stdout + linted.stderr
    broken_rules = [line for line in linted.stdout.splitlines() if "BROKEN" in line]
    assert any(line.startswith(rule) for line in broken_rules), linted.stdout
