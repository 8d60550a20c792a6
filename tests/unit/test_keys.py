"""Versions of the key: what each seals opens, what was altered doesn't, and how the key file keeps them."""

import hmac
import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from database import key_file, key_wrapping, keys
from database.clock import FixedClock
from database.key_file import Version
from database.key_wrapping import KeyFileRefused, UnderSecret
from database.keys import Keyring
from database.refusals import InvariantBroken
from tests import wrapping_program

FIRST, SECOND, THIRD = (bytes([n]) * 32 for n in (1, 2, 3))
CLEAR = key_wrapping.NONE


@given(st.binary(max_size=64), st.text(max_size=20))
def test_what_a_version_sealed_opens_under_all_that_came_later(plain: bytes, purpose: str) -> None:
    rings = [
        Keyring(FIRST),
        Keyring(FIRST, {2: SECOND}),
        Keyring(FIRST, {2: SECOND, 3: THIRD}),
    ]
    for number, ring in enumerate(rings, 1):
        sealed = ring.seal(purpose, plain)
        assert ring.is_current(sealed)
        for later in rings[number - 1 :]:
            assert later.open(purpose, sealed) == plain
            assert later.is_current(sealed) == (later is ring)
        for earlier in rings[: number - 1]:
            with pytest.raises(InvariantBroken, match=f"version {number}"):
                earlier.open(purpose, sealed)


@given(st.data())
def test_what_was_altered_does_not_open(data: st.DataObject) -> None:
    """Whichever bit: in the mark, in the version's number, in what is sealed."""
    ring = Keyring(FIRST, {2: SECOND})
    sealed = bytearray(ring.seal("place", b"330101199001011234"))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8

    with pytest.raises(InvariantBroken):
        ring.open("place", bytes(sealed))


@given(st.lists(st.tuples(st.sampled_from(["place", "index:place"]), st.binary(max_size=200))))
def test_a_mac_is_of_its_purpose_and_these_bytes_alone(said: list[tuple[str, bytes]]) -> None:
    """Whatever the keyring was asked before."""
    ring = Keyring(FIRST)
    for purpose, data in said:
        key = HKDF(hashes.SHA256(), 32, b"tongban-v1", f"mac:{purpose}".encode()).derive(FIRST)
        assert ring.mac(purpose, data) == hmac.digest(key, data, "sha256")


def test_a_first_nonce_that_looks_like_a_mark_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Keyring(FIRST)
    nonce = keys.mark(2) + bytes(6)
    monkeypatch.setattr(os, "urandom", lambda _size: nonce)
    sealed = ring.seal("place", b"value")

    assert Keyring(FIRST, {2: SECOND}).open("place", sealed) == b"value"


def test_fingerprints_are_those_of_the_first_version() -> None:
    """They stand in the journal, which is never written anew."""
    before, after = Keyring(FIRST), Keyring(FIRST, {2: SECOND})

    assert before.first_index("id_no", "1") == after.first_index("id_no", "1")
    assert before.mac("x", b"1") == after.mac("x", b"1")
    assert before.derive("x") == after.derive("x")


def test_indexes_are_of_the_newest_version_and_asked_for_under_all_that_have_some() -> None:
    gone: set[int] = set()
    ring = Keyring(FIRST, {2: SECOND, 3: THIRD}, unindexed=lambda: frozenset(gone))
    first = Keyring(FIRST).blind_index("id_no", "1")

    asked = ring.blind_indexes("id_no", "1")
    assert [keys.index_version(one) for one in asked] == [1, 2, 3]
    assert (asked[0], asked[-1]) == (first, ring.blind_index("id_no", "1"))
    assert {len(one) for one in asked} == {64}
    gone |= {1, 2, 3}
    assert ring.blind_indexes("id_no", "1") == asked[2:]
    # What was read before is still compared, under the version that it says.
    mixed = {*asked, "", "erased-" + "0" * 32, "0009-" + "0" * 59}
    assert ring.matching("id_no", mixed, ["2", "1"]) == set(asked)
    assert ring.matching("bank_account", mixed, ["1"]) == set()


def test_a_keyring_follows_its_file(tmp_path: Path, clock: FixedClock) -> None:
    """What a server has open opens what another process sealed under a newer version, and seals so itself."""
    path = tmp_path / "key"
    server = keys.load(path)
    (first,) = key_file.read(path, CLEAR)
    assert path.read_text().strip() == first.key.hex()

    key_file.write(path, [first, key_file.new(2, clock.now())], CLEAR)
    sealed = keys.load(path).seal("place", b"value")

    assert server.open("place", sealed) == b"value"
    assert server.version == 2
    assert keys.load(path).is_current(server.seal("place", b"other"))


def test_a_command_seals_under_one_version_and_the_next_under_the_newest(
    tmp_path: Path, clock: FixedClock
) -> None:
    """What it looks up by index, or seals beside the rows, is under the newest at any time."""
    path = tmp_path / "key"
    server = keys.load(path)
    (first,) = key_file.read(path, CLEAR)
    keys.begins()
    before = server.seal_row("place", b"value")
    key_file.write(path, [first, key_file.new(2, clock.now())], CLEAR)

    assert keys.index_version(server.blind_index("place", "value")) == 2
    assert server.is_current(server.seal("place", b"value"))
    same = server.seal_row("place", b"value")
    assert (server.is_current(before), server.is_current(same)) == (False, False)
    keys.begins()
    assert server.is_current(server.seal_row("place", b"value"))
    assert [server.open("place", one) for one in (before, same)] == [b"value", b"value"]


def test_what_begins_in_another_thread_looks_for_itself(
    tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where it begins while another is looking, and the file changes in between."""
    path = tmp_path / "key"
    server = keys.load(path)
    (first,) = key_file.read(path, CLEAR)
    looked = server._look

    def interrupted(*, whatever: bool) -> None:
        looked(whatever=whatever)
        monkeypatch.undo()
        key_file.write(path, [first, key_file.new(2, clock.now())], CLEAR)
        keys.begins()

    monkeypatch.setattr(server, "_look", interrupted)
    keys.begins()
    assert not keys.load(path).is_current(server.seal_row("place", b"of the first"))
    assert server.is_current(server.seal_row("place", b"of the second"))


def test_a_spoiled_file_leaves_a_server_the_keys_it_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "key"
    server = keys.load(path)
    sealed = server.seal("place", b"value")
    path.write_text("{}")

    assert server.open("place", server.seal("place", b"new")) == b"new"
    assert server.open("place", sealed) == b"value"
    assert "no key file" in caplog.text
    with pytest.raises(KeyFileRefused, match="no key file"):
        keys.load(path)


def test_the_file_keeps_versions_as_they_are(tmp_path: Path, clock: FixedClock) -> None:
    path, now = tmp_path / "key", clock.now()
    versions = [Version(1, FIRST, None, now), Version(2, SECOND, now, now), Version(3, THIRD, now)]
    for wrapping in (CLEAR, UnderSecret("credential", b"s" * 32)):
        key_file.write(path, versions, wrapping)

        assert key_file.read(path, wrapping) == versions
        assert path.stat().st_mode & 0o777 == 0o600
    assert not any(key.hex() in path.read_text() for key in (FIRST, SECOND, THIRD))
    assert [found.name for found in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("numbers", [[], [2], [1, 3]])
def test_a_file_that_lacks_a_version_is_refused(tmp_path: Path, numbers: list[int]) -> None:
    path = tmp_path / "key"
    lines = [
        {"version": n, "key": FIRST.hex(), "made_at": None, "retired_at": None} for n in numbers
    ]
    path.write_text(json.dumps({"tongban_keys": 2, "wrapping": "none", "keys": lines}))
    path.chmod(0o600)

    with pytest.raises(KeyFileRefused, match=r"lacks a version|no key at all"):
        keys.load(path)


def test_a_secret_from_the_service_manager_or_the_environment(tmp_path: Path) -> None:
    secret = "5a" * 32
    (tmp_path / "office").write_text(secret + "\n")
    (tmp_path / "short").write_text("5a")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "OFFICE": secret}
    handed = key_wrapping.of("credential:office", environ)
    kept = handed.wrap(FIRST)

    assert handed.unwrap(kept) == FIRST
    assert secret not in repr(handed)
    with pytest.raises(KeyFileRefused, match="not the one"):
        UnderSecret("credential", b"o" * 32).unwrap(kept)
    assert key_wrapping.of("environment:OFFICE", environ).unwrap(kept) == FIRST
    for said, why in (
        ("credential:short", "64 hex digits"),
        ("credential:missing", "No such file"),
        ("credential:../office", "no credential"),
        ("environment:NOBODY", "no variable"),
        ("command:", "allowed"),
        ("command:'", "quotation"),
        ("vault", "allowed"),
    ):
        with pytest.raises(KeyFileRefused, match=why):
            key_wrapping.of(said, environ)
    with pytest.raises(KeyFileRefused, match="CREDENTIALS_DIRECTORY"):
        key_wrapping.of("credential:office", {})


def test_a_program_wraps_and_says_what_is_wrong(tmp_path: Path) -> None:
    program = wrapping_program.write(tmp_path)
    wrapping = key_wrapping.of(f"command:{program} --of office")
    path = tmp_path / "key"
    ring = keys.load(path, wrapping)
    said = json.loads(path.read_text())

    assert said["wrapping"] == "command"
    assert said["keys"][0]["key"].startswith("kms:v1:")
    assert keys.load(path, wrapping).open("place", ring.seal("place", b"value")) == b"value"
    with pytest.raises(KeyFileRefused, match="wrapped by command, and TONGBAN_KEY_WRAPPING says"):
        keys.load(path)

    (tmp_path / "broken").touch()
    with pytest.raises(
        KeyFileRefused, match=r"kms unwrap: ended with 1: the module is locked"
    ) as told:
        keys.load(path, wrapping)
    assert "Traceback" not in str(told.value)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 3", "ended with 3: no word"),
        ("echo a; echo b", "one line"),
        ("true", "one line"),
        ("echo '***'", "no base64"),
    ],
)
def test_a_program_that_answers_nonsense(tmp_path: Path, script: str, why: str) -> None:
    program = tmp_path / "kms"
    program.write_text(f"#!/bin/sh\ncat >/dev/null\n{script}\n")
    program.chmod(0o700)

    with pytest.raises(KeyFileRefused, match=why):
        key_wrapping.of(f"command:{program}").unwrap("kept")


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeyFileRefused, match="none wrap"):
        key_wrapping.of(f"command:{tmp_path / 'none'}").wrap(FIRST)
