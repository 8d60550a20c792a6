"""The two places for scans keep the same promises: a folder, and a bucket behind a real server."""

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from database import keys
from database.refusals import InvariantBroken
from engine.scans import files
from engine.scans.scan_bucket import ScanBucket
from engine.scans.scan_folder import ScanFolder
from engine.scans.scan_store import YOUNG, Old, ScanGone, ScanStore, StoreAway
from tests import bucket_server
from tests.bucket_server import BucketServer

PDF = b"%PDF-1.7\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketServer]:
    with bucket_server.serving(tmp_path_factory.mktemp("bucket")) as running:
        yield running


@pytest.fixture(autouse=True)
def keyring() -> None:
    keys.install(keys.Keyring(b"k" * 32))


@dataclass
class Kept:
    """A store and what lies in it: names with their bytes, and a way to write over one of them."""

    store: ScanStore
    lying: Callable[[], dict[str, bytes]]
    spoil: Callable[[str, bytes | None], None]


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "folder":
        return _folder(tmp_path)
    return _bucket(request.getfixturevalue("server"), tmp_path.name)


def _folder(folder: Path) -> Kept:
    def lying() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    def spoil(name: str, content: bytes | None) -> None:
        Path(name).unlink() if content is None else Path(name).write_bytes(content)

    return Kept(ScanFolder(folder), lying, spoil)


def _bucket(server: BucketServer, prefix: str) -> Kept:
    def spoil(name: str, content: bytes | None) -> None:
        server.delete(name) if content is None else server.put(name, content)

    return Kept(ScanBucket(server.bucket(prefix)), lambda: server.objects(prefix), spoil)


def put(store: ScanStore, content: bytes) -> str:
    return files.put(store, io.BytesIO(content)).digest


def later(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def test_a_scan_is_kept_sealed_once_and_read_back(kept: Kept) -> None:
    assert not kept.store.any_stored()
    digests = [
        put(kept.store, PDF + b"1"),
        put(kept.store, PDF + b"2"),
        put(kept.store, PDF + b"1"),
    ]

    assert digests[0] == digests[2]
    lying = kept.lying()
    assert len(lying) == 2
    assert not any(PDF in content for content in lying.values())
    for digest, end in zip(digests, b"12", strict=False):
        assert keys.current().open("file", kept.store.read(digest)) == PDF + bytes([end])
    assert kept.store.any_stored()
    assert kept.store.failing() is None


@pytest.mark.parametrize("spoiled", [None, b"", b"x" * 100])
def test_a_lost_or_spoiled_scan_is_noticed_and_healed(kept: Kept, spoiled: bytes | None) -> None:
    digest = put(kept.store, PDF)
    (name,) = kept.lying()
    kept.spoil(name, spoiled)

    with pytest.raises(InvariantBroken):
        files.check_sealed(digest, files.sealed(kept.store, digest))
    assert put(kept.store, PDF) == digest
    files.check_sealed(digest, files.sealed(kept.store, digest))


def test_a_scan_that_is_not_there_is_gone(kept: Kept) -> None:
    with pytest.raises(ScanGone, match="is gone from"):
        kept.store.read("0" * 64)
    assert not kept.store.renew("0" * 64)
    with pytest.raises(InvariantBroken, match="no digest"):
        files.sealed(kept.store, "../../etc/passwd")


def test_what_is_old_is_found_shelf_by_shelf_and_removed(kept: Kept) -> None:
    digests = sorted(put(kept.store, PDF + bytes([n])) for n in range(4))
    shelves = list(kept.store.shelves(after=""))
    assert shelves == sorted(shelves)
    assert list(kept.store.shelves(after=shelves[0])) == shelves[1:]
    now, tomorrow = later(0), later(2)

    assert [one for shelf in shelves for one in kept.store.old(shelf, now)] == []
    found = [(shelf, one) for shelf in shelves for one in kept.store.old(shelf, tomorrow)]
    assert sorted(one.digest or "" for _, one in found) == digests
    assert all(kept.store.remove(shelf, one, tomorrow) for shelf, one in found)
    assert kept.lying() == {}
    for digest in digests:
        with pytest.raises(ScanGone):
            kept.store.read(digest)


def test_who_uploads_what_is_being_removed_keeps_it(kept: Kept) -> None:
    """Between the look at what is old and its removal the same scan comes again."""
    digest = put(kept.store, PDF)
    (name,) = kept.lying()
    _age(kept, name)
    (shelf,) = kept.store.shelves(after="")
    now = later(2) if isinstance(kept.store, ScanBucket) else later(0)
    (old,) = kept.store.old(shelf, now)

    if isinstance(kept.store, ScanBucket):
        # As for one that is old: the server can't be told to make it so.
        kept.store.write(digest, keys.current().seal("file", PDF))
    else:
        put(kept.store, PDF)
    kept.store.remove(shelf, old, now)

    files.check_sealed(digest, files.sealed(kept.store, digest))


def _age(kept: Kept, name: str) -> None:
    if isinstance(kept.store, ScanFolder):
        then = datetime.now(UTC) - 2 * YOUNG
        os.utime(name, (then.timestamp(), then.timestamp()))


def test_an_old_copy_in_a_bucket_is_not_counted_on(
    server: BucketServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may be removing it: another is written, and counts."""
    store = ScanBucket(server.bucket(tmp_path.name))
    digest = put(store, PDF)
    monkeypatch.setattr("engine.scans.scan_bucket.YOUNG", timedelta(0))

    assert put(store, PDF) == digest

    assert len(server.objects(tmp_path.name)) == 2
    files.check_sealed(digest, files.sealed(store, digest))


def test_what_is_sealed_anew_replaces_everything_sealed_before(kept: Kept) -> None:
    digests = [put(kept.store, PDF + b"1"), put(kept.store, PDF + b"2")]
    before = set(kept.lying().values())
    for digest in digests:
        content = keys.current().open("file", kept.store.read(digest))
        kept.store.replace(digest, keys.current().seal("file", content))

    assert before.isdisjoint(kept.lying().values())
    found = dict(kept.store.beginnings(8))
    assert found == {digest: kept.store.read(digest)[:8] for digest in digests}


def test_scans_of_a_folder_are_taken_in_and_taken_back(kept: Kept, tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    digests = [put(ScanFolder(staged), PDF + bytes([n])) for n in range(3)]
    for undone in (True, False):
        undo = kept.store.take_in(staged / "files")
        for digest in digests:
            files.check_sealed(digest, files.sealed(kept.store, digest))
        if undone:
            undo()
            assert not kept.store.any_stored()
            for n in range(3):
                put(ScanFolder(staged), PDF + bytes([n]))


def test_a_store_that_is_away_or_refuses_is_said_in_our_words(tmp_path: Path) -> None:
    with bucket_server.serving(tmp_path) as server:
        store = ScanBucket(server.bucket("here"))
        digest = put(store, PDF)
        nowhere = ScanBucket(replace(server.bucket("here"), name="another-bucket"))
        with pytest.raises(StoreAway) as refused:
            put(nowhere, PDF)
        assert "127.0.0.1" not in refused.value.detail
        assert "TONGBAN_SCANS" in (nowhere.failing() or "")
        server.stop()
        tries: list[Callable[[], object]] = [
            lambda: store.read(digest),
            lambda: put(store, PDF),
            store.any_stored,
            lambda: list(store.shelves(after="")),
            lambda: store.old(digest[:2], later(2)),
            lambda: store.remove(digest[:2], Old("x", digest), later(2)),
        ]
        for asked in tries:
            with pytest.raises(StoreAway):
                asked()
        assert store.failing() is not None
