"""What the jobs do by themselves: remove what has expired, find what was spoiled, verify what was added."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from api import idempotency
from api.idempotency import IdempotencyKey
from authz.offices.accounts import Account
from authz.signing_in import session_limits, sessions
from authz.signing_in.lockouts import SignInFailure
from authz.signing_in.sessions import SignIn
from database.clock import FixedClock
from database.declarative import Base
from engine import drafts
from engine.drafts import StoredDraft
from engine.prepared_signatures import PreparedSignature
from engine.scans import files
from engine.scans.files import StoredFile
from engine.scans.scan_folder import ScanFolder
from engine.scans.scan_store import Old
from engine.workbooks import lists
from engine.workbooks.lists import StoredList
from register.subjects import Employer
from tests import sealed_journal, software_token
from tests.databases import Database
from tests.jobs_office import JobsOffice
from tests.people import Hall, Person
from tests.software_token import Token
from tests.stories.test_seals import alter

PNG = b"\x89PNG\r\n\x1a\n"
MACHINE_AHEAD = timedelta(days=400)


@pytest.fixture
def jobs(hall: Hall, clock: FixedClock) -> JobsOffice:
    return JobsOffice(hall, clock)


def count(jobs: JobsOffice, model: type[Base]) -> int:
    with jobs.opened.sessions.reading() as session:
        return session.execute(select(func.count()).select_from(model)).scalar_one()


def upload(hall: Hall, content: bytes) -> str:
    answer = hall.client.post(
        "/api/files",
        files={"file": ("scan.png", PNG + content, "image/png")},
        headers={**hall.T101.headers, "Idempotency-Key": f"upload-{content.hex()}"},
    )
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["file"]
    return found


def place(jobs: JobsOffice, digest: str) -> Path:
    return jobs.opened.office.data_dir / "files" / digest[:2] / digest[2:4] / digest


def test_what_has_expired_is_removed_and_nothing_else(
    hall: Hall, jobs: JobsOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.expiry.BATCH", 2)
    example = hall.example("enrollment_certificate", 3)
    hall.T101.accept(example)
    for _ in range(3):
        hall.T101.post(
            "/api/drafts", {"process": example["process"], "content": {"form": {}}}, status=201
        )
    jobs.runner.tick()
    assert (count(jobs, SignIn), count(jobs, StoredDraft), count(jobs, IdempotencyKey)) == (1, 3, 4)

    jobs.clock.moment += session_limits.current().longest + sessions.KEPT + timedelta(minutes=1)
    hall.client.post("/api/session", json={"staff_no": "R101", "password": "tongban-demo"})
    jobs.runner.tick()
    assert (count(jobs, SignIn), count(jobs, StoredDraft)) == (1, 3)

    jobs.clock.moment += drafts.KEPT
    jobs.runner.tick()
    told = {"sign_ins": 1, "drafts": 3, "idempotency_keys": 4}
    others = dict.fromkeys(
        (
            "sign_in_failures",
            "lists",
            "prepared_signatures",
            "prepared_clock_orders",
            "outside_returns",
        ),
        0,
    )
    assert jobs.result("expired") == told | others
    assert [count(jobs, m) for m in (SignIn, StoredDraft, IdempotencyKey)] == [0, 0, 0]
    assert idempotency.KEPT == drafts.KEPT


def test_what_only_another_of_its_kind_removed_goes_by_itself(hall: Hall, jobs: JobsOffice) -> None:
    """Staff numbers that nobody tries again, a signature that is never given, a list that no case takes."""
    wrong = {"staff_no": "nobody", "password": "guessed"}
    assert hall.client.post("/api/session", json=wrong).status_code == 401
    software_token.enrol(hall, "R101", Token("intl-1"))
    case = hall.T101.accept(hall.example("payment_account_change", 2))
    software_token.prepare(hall.R101, case["case_no"])
    with jobs.opened.sessions.command() as session:
        teller = select(Account.account_id).where(Account.staff_no == "T101")
        held = {
            "list_id": "0" * 64,
            "process": "contribution_suspend",
            "agency_code": "990101",
            "employer_id": session.execute(select(Employer.employer_id).limit(1)).scalar_one(),
            "stored_by": session.execute(teller).scalar_one(),
            "stored_at": jobs.clock.moment,
        }
        empty: dict[str, Any] = {"rows": [], "lines": [], "problems": [], "totals": {}}
        session.add(StoredList(**held, **empty, row_count=0, wrong_count=0))
    kinds = (SignInFailure, PreparedSignature, StoredList)
    jobs.runner.tick()
    assert [count(jobs, kind) for kind in kinds] == [1, 1, 1]

    jobs.clock.moment += timedelta(hours=1, minutes=1)
    jobs.runner.tick()
    assert [count(jobs, kind) for kind in kinds] == [0, 0, 1]
    jobs.clock.moment += lists.KEPT
    jobs.runner.tick()
    assert [count(jobs, kind) for kind in kinds] == [0, 0, 0]


def test_every_scan_is_looked_at_and_a_spoiled_one_is_named(
    hall: Hall, jobs: JobsOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few a turn, over several ticks, from where the last one left off."""
    monkeypatch.setattr("jobs.scans.PAGE", 2)
    monkeypatch.setattr("jobs.job.LONGEST_SECONDS", -1)
    digests = sorted(upload(hall, bytes([n])) for n in range(5))
    jobs.at_night("scans")
    assert jobs.result("scans") == {"checked": 5, "spoiled": 0, "digests": [], "cases": []}
    assert jobs.state("scans").runs == 6

    place(jobs, digests[1]).unlink()
    altered = place(jobs, digests[3])
    altered.write_bytes(altered.read_bytes()[:-1] + b"!")
    jobs.at_night("scans")
    told = {"checked": 5, "spoiled": 2, "digests": [digests[1], digests[3]], "cases": []}
    assert jobs.result("scans") == told
    listed = Person(hall.client, "admin").get("/api/jobs")["items"]
    assert told in [one["result"] for one in listed]


def age(path: Path, jobs: JobsOffice, days: int) -> None:
    then = (jobs.clock.moment - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))


def test_scans_that_no_row_names_are_removed_when_they_are_old(
    hall: Hall, jobs: JobsOffice
) -> None:
    kept = place(jobs, upload(hall, b"kept"))
    scans = jobs.opened.office.scans
    stray, young = (
        place(jobs, files.put(scans, _stream(content)).digest) for content in (b"stray", b"young")
    )
    piece = stray.with_name("tmpabcd")
    piece.write_bytes(b"half a scan")
    for path, days in ((kept, 9), (stray, 2), (piece, 2), (young, 0)):
        age(path, jobs, days)

    jobs.runner.tick()

    assert [path.exists() for path in (kept, young, stray, piece)] == [True, True, False, False]
    assert jobs.result("orphans") == {"removed": 2}


def test_an_upload_while_a_stray_is_removed_keeps_its_scan(
    hall: Hall, jobs: JobsOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Just between the look at the rows and the removal somebody uploads the very same scan."""
    scans = jobs.opened.office.scans
    stray = place(jobs, files.put(scans, _stream(b"again")).digest)
    age(stray, jobs, 2)
    removing = ScanFolder.remove

    def meanwhile(self: ScanFolder, shelf: str, old: Old, now: Any) -> bool:
        upload(hall, b"again")
        # The machine's clock is not the office's here: as of now is what it marks.
        age(stray, jobs, 0)
        return removing(self, shelf, old, now)

    monkeypatch.setattr(ScanFolder, "remove", meanwhile)
    jobs.runner.tick()

    assert jobs.result("orphans") == {"removed": 0}
    with jobs.opened.sessions.reading() as session:
        assert session.execute(select(StoredFile.digest)).scalar_one() == stray.name
    files.check_sealed(stray.name, stray.read_bytes())


def test_what_a_killed_sweep_took_aside_comes_back(hall: Hall, jobs: JobsOffice) -> None:
    scan = place(jobs, upload(hall, b"aside"))
    scan.rename(scan.with_name(f"tmp{scan.name}.aside"))
    jobs.runner.tick()
    files.check_sealed(scan.name, scan.read_bytes())


def test_an_upload_marks_a_scan_that_is_there_as_young(jobs: JobsOffice) -> None:
    """So that nobody takes it for abandoned before its row is written."""
    scans = jobs.opened.office.scans
    stray = place(jobs, files.put(scans, _stream(b"marked")).digest)
    os.utime(stray, (0, 0))
    files.put(scans, _stream(b"marked"))
    assert stray.stat().st_mtime > 0


def test_each_night_verifies_what_was_added_since_the_last_that_held(
    hall: Hall, jobs: JobsOffice, database: Database
) -> None:
    hall.T101.accept(hall.example("enrollment_certificate", 3))
    jobs.at_night("verification")
    first = jobs.result("verification")
    assert (first["since_seal"], first["findings"]) == (None, 0)
    assert first["held_until"] == first["until_seal"] >= 1

    # The night has ended her sign-in.
    teller = Person(hall.client, "T101")
    case_no = teller.accept(hall.example("enrollment_certificate", 3))["case_no"]
    # Of all sign-offs those of the first case only seem untouched: nothing was added to it since.
    alter(database, "UPDATE sign_offs SET post = 'reviewer'")
    sealed_journal.seal(jobs.opened.sessions)
    for _ in range(2):
        jobs.at_night("verification")
        told = jobs.result("verification")
        # Until it is mended every night begins where it held.
        assert told["since_seal"] == told["held_until"] == first["until_seal"]
        assert told["findings"] >= 1
        assert {one["case_no"] for one in told["first"]} == {case_no}


def _stream(content: bytes) -> Any:
    class Once:
        def __init__(self) -> None:
            self.left = PNG + content

        def read(self, most: int) -> bytes:
            said, self.left = self.left[:most], self.left[most:]
            return said

    return Once()
