"""Evidence: one file that verifies without the office, and what is no such file is refused."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api import cli
from api.settings import Settings
from database import suites
from database.clock import FixedClock
from oversight import check_evidence, evidence
from tests import evidence_file
from tests.evidence_file import a_case, alone, given, members, seal, witnessed
from tests.people import Hall


@pytest.fixture(params=suites.NAMES)
def hall_of_suite(
    request: pytest.FixtureRequest, settings: Settings, clock: FixedClock
) -> Iterator[Hall]:
    with evidence_file.hall_of_suite(settings, clock, request.param) as hall:
        yield hall


@pytest.mark.slow
def test_a_case_verifies_without_the_office(hall_of_suite: Hall, tmp_path: Path) -> None:
    hall = hall_of_suite
    case_no = a_case(hall)
    seal(hall)
    file, witness = tmp_path / "evidence.zip", witnessed(hall, tmp_path)

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
        (tmp_path / "check_evidence.py").write_bytes(inside["check_evidence.py"])
        assert alone(tmp_path, file, "--witness", witness) == (0, "everything holds\n")
        code, told = alone(tmp_path, file)
        assert (code, told.splitlines()[0]) == (0, "everything holds")
        assert told.splitlines()[1].startswith("not shown without a witness: ")


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
    named = members(given(hall, case_no))

    assert evidence.packed(named) == evidence.packed(dict(reversed(named.items())))


def test_a_case_that_went_on_after_the_seal(
    hall: Hall, tmp_path: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Evidence of a case that has just ended: what is under the seal is told from what isn't yet."""
    case_no = hall.T101.accept(hall.example("account_adjustment", 1, "county"))["case_no"]
    assert hall.R101, hall.D101
    assert hall.Z101
    seal(hall)
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(case_no)
    file, witness = tmp_path / "evidence.zip", witnessed(hall, tmp_path)
    file.write_bytes(given(hall, case_no))

    def checked(*said: str) -> tuple[int, str]:
        code = cli.main(["check-evidence", str(file), *said])
        return code, capsys.readouterr().out

    code, told = checked()
    assert code == 0
    assert "everything holds\nnot shown without a witness: " in told
    assert "not shown: journal entries 5 to 13 are under no seal" in told
    code, told = checked("--witness", str(witness))
    assert (code, "5 to 13 are under no seal: have the file made anew" in told) == (1, True)
    code, told = checked("--witness", str(witness), "--allow-unsealed")
    assert (code, "not shown: journal entries 5 to 13 are under no seal" in told) == (0, True)
    assert "without a witness" not in told

    # An hour later there is a seal over them: the same file isn't excused any more, a new one needn't be.
    clock.moment += timedelta(hours=1)
    seal(hall)
    witness = witnessed(hall, tmp_path)
    code, told = checked("--witness", str(witness), "--allow-unsealed")
    assert (code, "5 to 13 are under no seal, and older than one" in told) == (1, True)
    hall.people.clear()
    file.write_bytes(given(hall, case_no))
    assert checked("--witness", str(witness)) == (0, "everything holds\n")


def test_what_is_no_evidence_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name, content in (("empty.zip", b""), ("text.zip", b"PK\x03\x04 not really")):
        file = tmp_path / name
        file.write_bytes(content)
        assert cli.main(["check-evidence", str(file)]) == 1
    assert cli.main(["check-evidence", str(tmp_path / "nowhere.zip")]) == 1
    assert "no evidence file" in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_no_evidence_file_holds_is_refused(
    hall: Hall, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_no = hall.T101.accept(hall.example("enrollment_certificate", 3))["case_no"]
    content, file = given(hall, case_no), tmp_path / "evidence.zip"
    file.write_bytes(content)
    with zipfile.ZipFile(file, "a") as twice:
        twice.writestr("record.json", "{}")
    assert cli.main(["check-evidence", str(file)]) == 1
    assert "holds two files of one name" in capsys.readouterr().out

    file.write_bytes(content)
    for name, most in (("MAX_BYTES", 99_000), ("MAX_RECORD_BYTES", 999), ("MAX_MEMBERS", 9)):
        with monkeypatch.context() as smaller:
            smaller.setattr(check_evidence, name, most)
            assert cli.main(["check-evidence", str(file)]) == 1
        assert "larger than any" in capsys.readouterr().out

    inside = members(content)
    said = inside["record.json"]
    for spoiled in (said.replace(b"{", b'{"seal": null,', 1), b"[" * 100_000, b"NaN", b"{}"):
        assert list(check_evidence.findings({**inside, "record.json": spoiled}))
