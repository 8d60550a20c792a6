"""The server's secret keys: one derived key a purpose, and versions of what personal data is sealed under.

Every node of an agency shares the key file (``database.key_file``). A derived key is bound to its purpose,
so that a value sealed as a name can't be passed off as a bank account, nor a MAC as a blind index. The first
key fingerprints for ever: fingerprints stand in the journal. What is sealed moves from version to version
(``database.resealing``), and so do blind indexes (``database.reindexing``), each saying which it is under.
"""

import hashlib
import hmac
import os
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from database import key_file, key_wrapping, own_keys
from database.key_file import FIRST, MASTER_BYTES, KeyFileRefused
from database.key_wrapping import Wrapping
from database.refusals import InvariantBroken

__all__ = ["FIRST", "MASTER_BYTES", "NONCE_BYTES", "KeyFileRefused", "Keyring", "current"]

NONCE_BYTES = 12
# Before the nonce of what is sealed under a later version: these four bytes and the version's number. What
# the first one sealed has no mark; that its nonce begins so by chance is no harm: then it doesn't open
# under the later key, and does under the first.
_MARK = b"\xf7tbk"
_NUMBER_BYTES = 2
MARK_BYTES = len(_MARK) + _NUMBER_BYTES

_INDEX_DIGITS = 64

Newer = Callable[[bool], Mapping[int, bytes] | None]

# A new one for each command and reading that begins in this process, whichever thread it is in.
_begun: list[object] = [object()]


def begins() -> None:
    """A command or reading begins: before it seals, the key file is looked at (``Keyring.seal_row``)."""
    _begun[0] = object()


def _never(_whatever: bool) -> None:
    """A keyring that has no file learns of no later versions."""


def _none() -> frozenset[int]:
    """A keyring that has no file has indexes under all its versions."""
    return frozenset()


class Keyring:
    """Seals, opens and fingerprints values under keys derived from the office's master keys.

    ``later`` are the versions after the first, by number: the highest seals, all open. ``newer`` answers
    all of them again once there are others (asked with True: whether or not the file seems changed).
    ``unindexed`` says under which versions no blind index stands any more.
    """

    def __init__(
        self,
        master: bytes,
        later: Mapping[int, bytes] | None = None,
        newer: Newer = _never,
        unindexed: Callable[[], frozenset[int]] = _none,
    ) -> None:
        for key in (master, *(later or {}).values()):
            if len(key) != MASTER_BYTES:
                raise KeyFileRefused(f"a master key has {MASTER_BYTES} bytes, not {len(key)}")
        self._masters = {FIRST: master, **(later or {})}
        self._newer = newer
        self._unindexed = unindexed
        self._derive = lru_cache(maxsize=256)(
            lambda purpose, version=FIRST: _derived(self._masters[version], purpose)
        )
        # Begun once a purpose: to begin one costs as much as what a MAC is of.
        self._macs = lru_cache(maxsize=256)(
            lambda purpose, version=FIRST: _started_mac(self._derive("mac:" + purpose, version))
        )
        self._cipher = lru_cache(maxsize=256)(
            lambda version, purpose: AESGCM(_derived(self._masters[version], "seal:" + purpose))
        )
        # The version that seals rows, and what had begun when the file was looked at for it: one object,
        # so that no thread sees the one without the other.
        self._rows_under: tuple[int, object] = (FIRST, object())

    @property
    def version(self) -> int:
        """The version that seals; the newest that the key file holds."""
        self._look(whatever=False)
        return max(self._masters)

    def holds(self, version: int) -> bool:
        """Whether what is sealed under this version opens."""
        if version not in self._masters:
            self._look(whatever=True)
        return version in self._masters

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Encrypt (AES-256-GCM, mark and random nonce in front) under the purpose's own key."""
        return self._sealed(self.version, purpose, plain)

    def seal_row(self, purpose: str, plain: bytes) -> bytes:
        """As ``seal``, for a value of a row: the file is looked at once after a command or reading began.

        A command that began before a version came may finish under the one before it, as it always could
        when it sealed a moment earlier: that version opens, and whoever moves rows finds what is under it.
        Indexes are another matter, since no two may be under different versions (``blind_index``).
        """
        # Read before the file is looked at: a command that begins meanwhile looks for itself.
        begun = _begun[0]
        version, under = self._rows_under
        if under is not begun:
            version = self.version
            self._rows_under = (version, begun)
        return self._sealed(version, purpose, plain)

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Decrypt what ``seal`` made, under its version; raises InvariantBroken where it was altered."""
        version = _said_version(sealed)
        if version is not None and self.holds(version):
            plain = self._opened(version, purpose, sealed[MARK_BYTES:])
            if plain is not None:
                return plain
        plain = self._opened(FIRST, purpose, sealed)
        if plain is not None:
            return plain
        if version is not None and not self.holds(version):
            raise InvariantBroken(
                f"a sealed {purpose} is under version {version} of the keys, which the key file lacks"
            )
        raise InvariantBroken(f"a sealed {purpose} does not open: altered, or another key")

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value says that it is sealed under the version that seals now.

        What is under a person's own key stays under it: the secret of that moves instead.
        """
        return own_keys.is_own(sealed) or (_said_version(sealed) or FIRST) == self.version

    def blind_index(self, purpose: str, value: str) -> str:
        """A keyed fingerprint by which a sealed value can be looked up, as it is written now.

        The file is looked at each time: who waited for a rotation to let go of the epoch writes the new one.
        64 characters: HMAC-SHA-256 in hex, of a later version its mark and what then has room.
        """
        return self._index(self.version, purpose, value)

    def blind_indexes(self, purpose: str, value: str) -> tuple[str, ...]:
        """Every index that a row with this value may have, oldest version first.

        Rows go from older to newer versions alone: whoever asks one after the other, in this order, misses
        none that is moved meanwhile.
        """
        newest, gone = self.version, self._unindexed()
        live = [one for one in sorted(self._masters) if one == newest or one not in gone]
        return tuple(self._index(version, purpose, value) for version in live)

    def first_index(self, purpose: str, value: str) -> str:
        """The index under the first version, as notes in the journal have it for ever."""
        return self._index(FIRST, purpose, value)

    def matching(self, purpose: str, indexes: Collection[str], values: Collection[str]) -> set[str]:
        """Those of these indexes that one of these values has, whichever version each is under."""
        found: set[str] = set()
        for version in set(map(index_version, indexes)):
            if self.holds(version):
                found.update(self._index(version, purpose, value) for value in values)
        return found.intersection(indexes)

    def mac(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA-256 (32 bytes) under the purpose's own key."""
        return _mac(self._macs(purpose), data)

    def derive(self, purpose: str) -> bytes:
        """A secret of 32 bytes of its own for a purpose, the same in every process of the office."""
        return self._derive("derive:" + purpose)

    def _index(self, version: int, purpose: str, value: str) -> str:
        made = _mac(self._macs("index:" + purpose, version), value.encode()).hex()
        return made if version == FIRST else (index_mark(version) + made)[:_INDEX_DIGITS]

    def _sealed(self, version: int, purpose: str, plain: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed: bytes = self._cipher(version, purpose).encrypt(nonce, plain, purpose.encode())
        return nonce + sealed if version == FIRST else mark(version) + nonce + sealed

    def _opened(self, version: int, purpose: str, sealed: bytes) -> bytes | None:
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            plain: bytes = self._cipher(version, purpose).decrypt(nonce, rest, purpose.encode())
        except (InvalidTag, ValueError):
            return None
        return plain

    def _look(self, *, whatever: bool) -> None:
        """Learn of versions that came since: a key file is written while servers run."""
        found = self._newer(whatever)
        if found is not None:
            self._masters = {FIRST: self._masters[FIRST], **found}


def mark(version: int) -> bytes:
    """What a value sealed under this version begins with; nothing for the first."""
    return b"" if version == FIRST else _MARK + version.to_bytes(_NUMBER_BYTES)


def index_mark(version: int) -> str:
    """What a blind index under this version begins with; nothing for the first."""
    return "" if version == FIRST else f"{version:04x}-"


def index_version(index: str) -> int:
    """Which version of the key an index says that it is under."""
    said, mark_, _rest = index.partition("-")
    digits = mark_ and len(said) == len("0000") and set(said) <= set("0123456789abcdef")
    return int(said, 16) if digits else FIRST


def _said_version(sealed: bytes) -> int | None:
    if not sealed.startswith(_MARK):
        return None
    return int.from_bytes(sealed[len(_MARK) : MARK_BYTES])


def _started_mac(key: bytes) -> hmac.HMAC:
    return hmac.new(key, digestmod=hashlib.sha256)


def _mac(started: hmac.HMAC, data: bytes) -> bytes:
    made = started.copy()
    made.update(data)
    return made.digest()


def _derived(master: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), MASTER_BYTES, b"tongban-v1", purpose.encode()).derive(master)


_installed: list[Keyring] = []


def install(keyring: Keyring) -> None:
    """Make this the process's keyring: column types reach it without a session."""
    _installed[:] = [keyring]


def current() -> Keyring:
    """The process's keyring."""
    if not _installed:
        raise InvariantBroken("no keyring installed: the composition root does that first")
    return _installed[0]


def load(path: Path, wrapping: Wrapping = key_wrapping.NONE) -> Keyring:
    """The keyring of a key file, made where there is none; it follows the file as versions are added.

    Raises KeyFileRefused when others may read it, its content is no key, or the keys can't be unwrapped.
    """
    watched = key_file.Watched(path, wrapping)
    first, later = watched.masters()
    return Keyring(first, later, watched.newer, lambda: watched.unindexed)
