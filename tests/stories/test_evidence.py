"""Evidence: one file that verifies without the office, and says what was done to it where it was altered."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api import app, cli
from api.settings import Settings
from database import suites
from database.clock import FixedClock
from oversight import check_evidence, evidence, seal_file, seals
from tests.people import Hall

Record = dict[str, Any]


def given(hall: Hall, case_no: str, *, whole: bool = False) -> bytes:
    path = f"/api/cases/{case_no}/evidence" + ("/whole" if whole else "")
    answer = hall.client.get(path, headers=hall.A101.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def seal(hall: Hall) -> None:
    assert seals.seal_all(hall.client.app.state.sessions)  # type: ignore[attr-defined]


def a_case(hall: Hall) -> str:
    """A level-1 case that was returned once, corrected, and signed by four."""
    case_no: str = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    hall.R101.sign(case_no, "return", reasons=["materials_unclear"])
    hall.T101.post(f"/api/cases/{case_no}/correction", {})
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(case_no)
    return case_no


@pytest.fixture(params=suites.NAMES)
def hall_of_suite(request: pytest.FixtureRequest, settings: Settings, clock: FixedClock) -> Any:
    application = app.create_app(replace(settings, suite=request.param), clock)
    address = ("127.0.0.1", 50_000)
    with TestClient(application, base_url="http://127.0.0.1:8000", client=address) as client:
        yield Hall(client)
    suites.use("intl-1")


def test_a_case_verifies_without_the_office(hall_of_suite: Hall, tmp_path: Path) -> None:
    hall = hall_of_suite
    case_no = a_case(hall)
    seal(hall)
    file, witness = tmp_path / "evidence.zip", tmp_path / "seals.jsonl"
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        seal_file.write(session, witness)

    for whole in (False, True):
        content = given(hall, case_no, whole=whole)
        file.write_bytes(content)
        inside = members(content)
        record = json.loads(inside["record.json"])
        assert list(check_evidence.findings(inside, witness.read_bytes())) == []
        assert cli.main(["check-evidence", str(file), "--witness", str(witness)]) == 0
        assert inside["approval-form.pdf"].startswith(b"%PDF")
        assert bool(record["contents"][0]["posting"]) == whole
        assert len(record["inclusion"]) == len(record["journal"])
        # The checker that lies in the file, in a Python that knows nothing of us.
        (tmp_path / "check_evidence.py").write_bytes(inside["check_evidence.py"])
        alone = subprocess.run(  # noqa: S603 - our own file
            [sys.executable, "-I", "check_evidence.py", str(file)],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (alone.returncode, alone.stdout) == (0, "everything holds\n"), alone.stderr


def test_what_is_withheld_is_not_there(hall: Hall) -> None:
    body = hall.example("payment_account_change", 2)
    case_no = hall.T101.accept(body)["case_no"]
    hall.R101.sign(case_no, opinion="与张三本人核对无误")
    content = given(hall, case_no)

    for said in (body["applicant"]["id_no"], body["applicant"]["name"], "与张三本人核对无误"):
        assert said.encode() not in members(content)["record.json"]
    whole = members(given(hall, case_no, whole=True))["record.json"].decode()
    assert body["applicant"]["id_no"] in whole
    assert "与张三本人核对无误" in whole


def test_all_of_it_is_for_auditors_and_journalled(hall: Hall) -> None:
    case_no = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    path = f"/api/cases/{case_no}/evidence"
    assert hall.client.get(f"{path}/whole", headers=hall.T101.headers).status_code == 403
    assert hall.client.get(f"{path}/whole", headers=hall.A201.headers).status_code == 404
    assert hall.client.get(path, headers=hall.A201.headers).status_code == 404
    assert hall.client.get(path, headers=hall.T101.headers).status_code == 200

    given(hall, case_no, whole=True)

    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        told = "SELECT detail FROM journal WHERE action = 'evidence_given'"
        assert len(session.connection().exec_driver_sql(told).all()) == 1


def test_an_open_case_under_no_seal_yet_verifies_too(hall: Hall) -> None:
    case_no = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    inside = members(given(hall, case_no))

    assert json.loads(inside["record.json"])["seal"] is None
    assert list(check_evidence.findings(inside)) == []
    assert "under no seal" in next(iter(check_evidence.findings(inside, b"")))


def test_the_same_case_gives_the_same_bytes(hall: Hall) -> None:
    case_no = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    collected = members(given(hall, case_no))

    assert evidence.packed(collected) == evidence.packed(dict(reversed(collected.items())))


def _flip(said: str) -> str:
    return ("1" if said[0] == "0" else "0") + said[1:]


def _swap_keys(record: Record) -> None:
    one, other = list(record["keys"])[:2]
    record["keys"][one], record["keys"][other] = record["keys"][other], record["keys"][one]


ALTERED: dict[str, tuple[Callable[[Record], Any], str]] = {
    "an opinion": (lambda r: r["sign_offs"][2]["opinion"].__setitem__(1, "不同意"), "opinion"),
    "a decision": (
        lambda r: r["sign_offs"][1]["record"].update(decision="approve"),
        "sign-off 2: the record",
    ),
    "a signature": (
        lambda r: r["sign_offs"][3].update(signature=_flip(r["sign_offs"][3]["signature"])),
        "sign-off 4: the signature",
    ),
    "a sign-off dropped": (lambda r: r["sign_offs"].pop(), "other sign-offs"),
    "two swapped": (lambda r: r["sign_offs"].insert(2, r["sign_offs"].pop(3)), "does not follow"),
    "a field": (
        lambda r: r["contents"][1]["opened"]["form.amount_cents"].__setitem__(1, 1),
        "form.amount_cents",
    ),
    "a commitment": (
        lambda r: r["contents"][1]["commitments"].update({"form.amount_cents": "0" * 64}),
        "form is not what",
    ),
    "the posting": (lambda r: r["contents"][1]["posting"][1].update(lines=[]), "posting is not"),
    "the materials": (lambda r: r["contents"][1]["materials"].pop(), "materials is not"),
    "a journal entry": (
        lambda r: r["journal"][2]["record"].update(staff_no="T102"),
        "journal entry 3: is not",
    ),
    "the journal's end": (lambda r: r["journal"].pop(), "not complete"),
    "a key": (_swap_keys, "the key is not the one"),
    "whose key": (
        lambda r: next(iter(r["keys"].values())).update(staff_no="T999"),
        "another person's key",
    ),
    "when it was retired": (
        lambda r: next(iter(r["keys"].values())).update(retired_at="2000-01-01T00:00:00Z"),
        "not in use",
    ),
    "the status": (lambda r: r["case"].update(status="in_progress"), "status"),
    "the level": (lambda r: r["case"].update(risk_level=2, route=""), "completed on|risk_level"),
    "the definition": (lambda r: r["case"].update(definition="0" * 64), "definition"),
    "the seal's root": (lambda r: r["seal"].update(root="0" * 64), "the seal is not"),
    "a proof": (lambda r: r["inclusion"][0].update(place=999), "not under the seal"),
    "a part missing": (lambda r: r.pop("keys"), "not complete"),
}


@pytest.mark.parametrize("suite", suites.NAMES)
def test_whatever_is_altered_is_named(settings: Settings, clock: FixedClock, suite: str) -> None:
    application = app.create_app(replace(settings, suite=suite), clock)
    address = ("127.0.0.1", 50_000)
    try:
        with TestClient(application, base_url="http://127.0.0.1:8000", client=address) as client:
            hall = Hall(client)
            case_no = a_case(hall)
            seal(hall)
            inside = members(given(hall, case_no, whole=True))
    finally:
        suites.use("intl-1")
    unnoticed = []
    for name, (alter, says) in ALTERED.items():
        record = json.loads(inside["record.json"])
        alter(record)
        found = list(
            check_evidence.findings({**inside, "record.json": json.dumps(record).encode()})
        )
        if not any(word in finding for finding in found for word in says.split("|")):
            unnoticed.append((name, found))
    assert unnoticed == []
    diagram = next(name for name in inside if name.endswith("process.bpmn"))
    for name in (diagram, "risk_levels.yaml"):
        assert list(check_evidence.findings({**inside, name: inside[name] + b" "}))


def test_what_is_no_evidence_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name, content in (("empty.zip", b""), ("text.zip", b"PK\x03\x04 not really")):
        file = tmp_path / name
        file.write_bytes(content)
        assert cli.main(["check-evidence", str(file)]) == 1
    assert cli.main(["check-evidence", str(tmp_path / "nowhere.zip")]) == 1
    assert "no evidence file" in capsys.readouterr().out
