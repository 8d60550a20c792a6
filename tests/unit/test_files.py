"""The store of scans: what it takes, where it lies, who finds it, and what a full disk leaves behind."""

import hashlib
import io
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from authz.offices import agencies
from authz.offices.accounts import Account
from database import keys
from database.connection import Sessions
from database.refusals import InvariantBroken
from engine.scans import files
from engine.scans.files import FileNotFound, FileRefused, FileUnknown, StoredFile
from engine.scans.scan_folder import ScanFolder
from engine.scans.scan_store import StoreFull
from tests import edge
from tests.databases import Database

COUNTY = "610101"
PDF = b"%PDF-1.7\nscan"
# As a sender might name a scan: none of it is ever a path.
NAMES = [
    "身份证.pdf",
    "../../etc/passwd",
    "..\\..\\windows\\system32",
    "/etc/passwd",
    "a\x00b.pdf",
    "CON",
    "nul.pdf",
    "",
    " ",
    ".",
    "..",
    "\u202egpj.exe",
    "é" * 40,
    "<script>",
    "a\nb",
    "'; DROP TABLE files; --",
]


@pytest.fixture
def office(empty_database: Database) -> Iterator[Sessions]:
    opened = edge.small_office(empty_database.owner_url)
    with opened.command() as session:
        agencies.add(session, code=COUNTY, name="测试县", kind="city", parent_code=edge.AGENCY)
    yield opened
    opened.engine.dispose()


def kept(
    office: Sessions, data_dir: Path, content: bytes, name: str = "a.pdf", agency: str = edge.AGENCY
) -> str:
    scan = files.put(ScanFolder(data_dir), io.BytesIO(content))
    with office.command() as session:
        account_id = session.execute(select(Account.account_id)).scalar_one()
        return files.keep(session, account_id, agency, scan, name)


def on_the_disk(data_dir: Path) -> list[Path]:
    return [path for path in data_dir.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("begins", "media_type"),
    [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"II*\x00", "image/tiff"),
        (b"MM\x00*", "image/tiff"),
    ],
)
def test_what_a_scan_is_told_by_how_it_begins(
    office: Sessions, tmp_path: Path, begins: bytes, media_type: str
) -> None:
    content = begins + b"rest"
    digest = kept(office, tmp_path, content, "whatever.exe")

    assert digest == hashlib.sha256(content).hexdigest()
    with office.reading() as session:
        assert files.read(session, [edge.AGENCY], digest, ScanFolder(tmp_path)) == (
            content,
            media_type,
        )
        files.check(session, [digest, digest], edge.AGENCY)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file.empty"),
        (b"MZ\x90", "file.type"),
        (b"<svg/>", "file.type"),
        (b"PK\x03\x04", "file.type"),
        (b" %PDF-", "file.type"),
        (b"%PDF", "file.type"),
        (PDF + bytes(files.MAX_BYTES), "file.large"),
    ],
)
def test_nothing_else_is_taken(tmp_path: Path, content: bytes, rule: str) -> None:
    with pytest.raises(FileRefused) as refused:
        files.put(ScanFolder(tmp_path), io.BytesIO(content))

    assert refused.value.rule == rule
    assert on_the_disk(tmp_path) == []


class Endless(io.RawIOBase):
    """A stream that never ends, and gives little at a time."""

    given = 0

    def read(self, size: int = -1) -> bytes:
        """Some of what was asked for."""
        some = PDF if not self.given else bytes(min(size, 50_000))
        self.given += len(some)
        return some


def test_a_stream_is_counted_and_not_read_to_its_end(tmp_path: Path) -> None:
    endless = Endless()
    with pytest.raises(FileRefused) as refused:
        files.put(ScanFolder(tmp_path), endless)  # type: ignore[arg-type]

    assert refused.value.rule == "file.large"
    assert endless.given <= files.MAX_BYTES + 100_000


def test_the_largest_scan_is_taken_whole(office: Sessions, tmp_path: Path) -> None:
    content = PDF + bytes(files.MAX_BYTES - len(PDF))
    digest = kept(office, tmp_path, content)

    with office.reading() as session:
        assert files.read(session, [edge.AGENCY], digest, ScanFolder(tmp_path))[0] == content


def test_a_scan_lies_sealed_under_its_digest(office: Sessions, tmp_path: Path) -> None:
    digest = kept(office, tmp_path, PDF, "张三的身份证.pdf")

    place = tmp_path / "files" / digest[:2] / digest[2:4] / digest
    assert on_the_disk(tmp_path) == [place]
    assert PDF not in place.read_bytes()
    assert place.stat().st_mode & 0o077 == 0
    with office.reading() as session:
        stored = session.execute(text("SELECT name FROM files")).scalar_one()
        assert "张三".encode() not in bytes(stored)
        row = session.execute(select(StoredFile)).scalar_one()
    assert (row.name, row.size_bytes) == ("张三的身份证.pdf", len(PDF))


def test_a_name_is_a_remark_and_never_a_path(office: Sessions, tmp_path: Path) -> None:
    digests = {}
    for number, name in enumerate(NAMES):
        digests[kept(office, tmp_path, PDF + bytes([number]), name)] = name

    with office.reading() as session:
        rows = session.execute(select(StoredFile.digest, StoredFile.name)).all()
    assert {row.digest: row.name for row in rows} == digests
    assert {path.name for path in on_the_disk(tmp_path)} == set(digests)
    assert {path.parents[2] for path in on_the_disk(tmp_path)} == {tmp_path / "files"}


def test_a_long_or_broken_name_does_not_stop_a_scan(office: Sessions, tmp_path: Path) -> None:
    kept(office, tmp_path, PDF, "长" * 1000)
    kept(office, tmp_path, PDF + b"2", "a\ud800b")

    with office.reading() as session:
        names = set(session.execute(select(StoredFile.name)).scalars())
    assert names == {"长" * 255, "a?b"}


def test_a_scan_is_known_to_the_agency_that_stored_it(office: Sessions, tmp_path: Path) -> None:
    digest = kept(office, tmp_path, PDF)
    unknown = "0" * 64

    with office.reading() as session:
        with pytest.raises(FileUnknown) as refused:
            files.check(session, [digest, unknown, "../../etc/passwd", "\x00"], edge.AGENCY)
        assert refused.value.facts == {"files": [unknown, "../../etc/passwd", "\x00"]}
        assert len(refused.value.errors) == 3
        with pytest.raises(FileUnknown) as foreign:
            files.check(session, [digest], COUNTY)
        assert foreign.value.facts == {"files": [digest]}
        for named in (unknown, "../../etc/passwd", "\x00"):
            with pytest.raises(FileNotFound):
                files.read(session, [edge.AGENCY], named, ScanFolder(tmp_path))
        with pytest.raises(FileNotFound):
            files.read(session, [COUNTY], digest, ScanFolder(tmp_path))
        assert files.read(session, [COUNTY, edge.AGENCY], digest, ScanFolder(tmp_path))[0] == PDF


def test_the_same_scan_lies_there_once_for_two_agencies(office: Sessions, tmp_path: Path) -> None:
    digests = {kept(office, tmp_path, PDF, agency=agency) for agency in (edge.AGENCY, COUNTY)}
    again = kept(office, tmp_path, PDF, "another name.pdf")

    assert digests == {again}
    assert len(on_the_disk(tmp_path)) == 1
    with office.reading() as session:
        assert session.execute(select(func.count()).select_from(StoredFile)).scalar_one() == 2


def test_the_same_scan_from_many_windows_at_once(office: Sessions, tmp_path: Path) -> None:
    start = threading.Barrier(6)
    answers: list[str] = []

    def send() -> None:
        start.wait()
        answers.append(kept(office, tmp_path, PDF))

    senders = [threading.Thread(target=send) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert answers == [hashlib.sha256(PDF).hexdigest()] * 6
    assert len(on_the_disk(tmp_path)) == 1


def test_a_scan_that_was_altered_cut_or_lost_is_noticed(office: Sessions, tmp_path: Path) -> None:
    digest = kept(office, tmp_path, PDF)
    (place,) = on_the_disk(tmp_path)
    sealed = place.read_bytes()

    altered = bytearray(sealed)
    altered[20] ^= 1
    for spoiled in (sealed[:-1], b"", bytes(altered)):
        place.write_bytes(spoiled)
        with (
            office.reading() as session,
            pytest.raises(InvariantBroken, match=r"does not open|is cut"),
        ):
            files.read(session, [edge.AGENCY], digest, ScanFolder(tmp_path))
    place.write_bytes(keys.current().seal("file", b"%PDF-another"))
    with office.reading() as session, pytest.raises(InvariantBroken, match="not what its digest"):
        files.read(session, [edge.AGENCY], digest, ScanFolder(tmp_path))
    place.unlink()
    with office.reading() as session, pytest.raises(InvariantBroken, match="gone from the disk"):
        files.read(session, [edge.AGENCY], digest, ScanFolder(tmp_path))


@pytest.mark.parametrize("spoiled", [b"", b"x" * 100, None])
def test_a_spoiled_scan_is_healed_when_it_comes_again(
    office: Sessions, tmp_path: Path, spoiled: bytes | None
) -> None:
    digest = kept(office, tmp_path, PDF)
    (place,) = on_the_disk(tmp_path)
    place.write_bytes(spoiled or keys.current().seal("file", b"%PDF-another"))

    assert kept(office, tmp_path, PDF) == digest
    with office.reading() as session:
        assert files.read(session, [edge.AGENCY], digest, ScanFolder(tmp_path))[0] == PDF


def test_no_room_leaves_nothing_half_written(office: Sessions, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    content = PDF + bytes(2_000_000)
    # A limit on the size of files fails the write as a full disk does, half-way.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(StoreFull) as refused:
            files.put(ScanFolder(tmp_path), io.BytesIO(content))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert refused.value.rule == "disk.full"
    assert on_the_disk(tmp_path) == []
    assert kept(office, tmp_path, content) == hashlib.sha256(content).hexdigest()


def test_a_failure_that_is_not_a_full_disk_is_not_called_one(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file where a folder should be")
    with pytest.raises(OSError, match="files"):
        files.put(ScanFolder(tmp_path), io.BytesIO(PDF))
