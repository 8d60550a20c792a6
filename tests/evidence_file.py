"""Evidence of a story's office: given out, opened, and checked by the checker that lies in it."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from starlette.testclient import TestClient

from api import app
from api.settings import Settings
from database import suites
from database.clock import FixedClock
from oversight import check_evidence, seal_file, seals
from tests.people import Hall


@contextmanager
def hall_of_suite(settings: Settings, clock: FixedClock, suite: str) -> Iterator[Hall]:
    """The office of a story under one of the suites."""
    application = app.create_app(replace(settings, suite=suite), clock)
    address = ("127.0.0.1", 50_000)
    try:
        with TestClient(application, base_url="http://127.0.0.1:8000", client=address) as client:
            yield Hall(client)
    finally:
        suites.use("intl-1")


def given(hall: Hall, case_no: str, *, whole: bool = False) -> bytes:
    """A case's evidence, as an auditor is given it."""
    path = f"/api/cases/{case_no}/evidence" + ("/whole" if whole else "")
    answer = hall.client.get(path, headers=hall.A101.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def members(content: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def seal(hall: Hall) -> None:
    """Seal what is new."""
    assert seals.seal_all(hall.client.app.state.sessions)  # type: ignore[attr-defined]


def witnessed(hall: Hall, folder: Path) -> Path:
    """A copy of the office's seals as somebody else keeps it."""
    witness = folder / "seals.jsonl"
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        seal_file.write(session, witness)
    return witness


def alone(folder: Path, *said: str | Path) -> tuple[int, str]:
    """What the checker in this folder says, in a Python that knows nothing of us."""
    ran = subprocess.run(  # noqa: S603 - our own file
        [sys.executable, "-I", "check_evidence.py", *map(str, said)],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stderr == ""
    return ran.returncode, ran.stdout


def hold_good(hall: Hall, case_no: str, folder: Path) -> None:
    """Seal, and have a case's evidence checked with the witness by both checkers."""
    seal(hall)
    file, witness = folder / f"{case_no}.zip", witnessed(hall, folder)
    content = given(hall, case_no)
    file.write_bytes(content)
    inside = members(content)
    assert list(check_evidence.findings(inside, witness.read_bytes())) == []
    (folder / "check_evidence.py").write_bytes(inside["check_evidence.py"])
    assert alone(folder, file, "--witness", witness) == (0, "everything holds\n")


def a_case(hall: Hall) -> str:
    """A level-1 case that was returned once, corrected, and signed by four."""
    case_no: str = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(case_no, "return", reasons=["materials_unclear"])
    hall.T101.post(f"/api/cases/{case_no}/correction", {})
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(case_no)
    return case_no
