"""The wheel carries everything: installed alone, away from the checkout, it migrates, loads and runs a case.

Its environment borrows only what it depends on from this one. A file that is found because the checkout
happens to lie there is missed here, and so is a package that the wheel forgot.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
ROOMS = ("api", "authz", "database", "engine", "jobs", "oversight", "processes", "register", "web")

RUN_ONE_CASE = """
import json, re, sys
import api, processes
from pathlib import Path
from starlette.testclient import TestClient
from api import app, settings

application = app.create_app(settings.read())
with TestClient(application, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000)) as http:
    signed_in = http.post("/api/session", json={"staff_no": "T101", "password": "tongban-demo"})
    bearer = {"Authorization": "Bearer " + signed_in.json()["token"], "Idempotency-Key": "wheel"}
    body = http.get("/api/demo").json()["examples"]["person_info_change_general"][0]
    expected = body.pop("expect")
    case = http.post("/api/cases", json=body, headers=bearer).json()
    receipt = http.get(f"/api/cases/{case['case_no']}/receipt.pdf", headers=bearer)
    desk = http.get("/sign-in")
    (style,) = set(re.findall(r'"(/static/desk[^"]*css)"', desk.text))
    json.dump({
        "desk": [desk.status_code, "登录" in desk.text, http.get(style).status_code],
        "expected": expected["risk_level"], "level": case["risk_level"], "status": case["status"],
        "receipt": receipt.content[:5].decode(), "from": [api.__file__, processes.__path__[0]],
    }, sys.stdout)
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it, which sees our dependencies but not the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    _copy_checkout(source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    # Without an index: neither the build nor the installation may look anything up.
    _run([*build, "--no-index", "--wheel-dir", str(folder), str(source)], folder)
    (wheel,) = folder.glob("tongban-*.whl")
    made = folder / "environment"
    venv.create(made, symlinks=True)
    _lend_dependencies(made, folder)
    install = [sys.executable, "-m", "pip", "--python", str(made / "bin" / "python"), "install"]
    _run([*install, "--quiet", "--no-deps", "--no-index", "--no-compile", str(wheel)], folder)
    # What was not in the wheel must not be found after all.
    shutil.rmtree(source)
    return made


@pytest.fixture
def run(environment: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs a program of the environment in a folder of its own, on a database of its own."""

    def run(program: str, *arguments: str) -> str:
        return _run([str(environment / "bin" / program), *arguments], tmp_path)

    return run


@pytest.mark.slow
def test_the_wheel_runs_a_case_away_from_the_checkout(
    environment: Path, run: Callable[..., str]
) -> None:
    run("tongban", "migrate")
    run("tongban", "demo")
    said = json.loads(run("python", "-c", RUN_ONE_CASE))

    assert all(str(environment) in place for place in said["from"]), said["from"]
    assert (said["status"], said["level"], said["expected"]) == ("completed", 3, 3)
    assert said["receipt"] == "%PDF-"
    assert said["desk"] == [200, True, 200]
    assert run("tongban", "verify")


@pytest.mark.slow
def test_the_wheel_carries_every_file(environment: Path) -> None:
    (packages,) = environment.glob("lib/python*/site-packages")

    missing = [
        path.relative_to(CHECKOUT).as_posix()
        for room in ROOMS
        for path in (CHECKOUT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
        if not (packages / path.relative_to(CHECKOUT)).is_file()
    ]

    assert missing == []
    assert (environment / "share" / "tongban" / "risk_levels.yaml").is_file()
    assert not (packages / "tests").exists()


def _copy_checkout(to: Path) -> None:
    """A copy to build from, so that a build leaves nothing in the checkout, nor finds anything there."""
    to.mkdir()
    for room in ROOMS:
        shutil.copytree(CHECKOUT / room, to / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "risk_levels.yaml"):
        shutil.copyfile(CHECKOUT / name, to / name)


def _lend_dependencies(environment: Path, folder: Path) -> None:
    """Link the packages of this environment, all but tongban itself and what leads to the checkout."""
    lent = folder / "dependencies"
    lent.mkdir()
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        ours = "tongban" in path.name.lower() or path.suffix == ".pth"
        if not ours and path.name not in ROOMS:
            (lent / path.name).symlink_to(path)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(f"{lent}\n")


def _run(command: list[str], folder: Path) -> str:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TONGBAN_")}
    # A path to the checkout in the environment would defeat the purpose.
    ours.pop("PYTHONPATH", None)
    ended = subprocess.run(  # noqa: S603 - programs of the environment made above
        command, cwd=folder, env=ours, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
    return ended.stdout
