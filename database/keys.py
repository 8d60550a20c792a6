"""The server's secret keys: one master in a file, one derived key a purpose.

Every node of an agency shares the file (``TONGBAN_KEY_FILE``). A derived key is bound to its purpose,
so that a value sealed as a name can't be passed off as a bank account, nor a MAC as a blind index.
"""

import hashlib
import hmac
import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from database.refusals import InvariantBroken

MASTER_BYTES = 32
NONCE_BYTES = 12


class KeyFileRefused(Exception):  # noqa: N818
    """The key file can't be used; the message says why and what to do."""


class Keyring:
    """Seals, opens and fingerprints values under keys derived from one master."""

    def __init__(self, master: bytes) -> None:
        if len(master) != MASTER_BYTES:
            raise KeyFileRefused(f"a master key has {MASTER_BYTES} bytes, not {len(master)}")
        self._derive = lru_cache(maxsize=64)(lambda purpose: _derived(master, purpose))
        self._cipher = lru_cache(maxsize=64)(
            lambda purpose: AESGCM(self._derive("seal:" + purpose))
        )

    def seal(self, purpose: str, plain: bytes) -> bytes:
        """Encrypt (AES-256-GCM, random nonce in front) under the purpose's own key."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed: bytes = self._cipher(purpose).encrypt(nonce, plain, purpose.encode())
        return nonce + sealed

    def open(self, purpose: str, sealed: bytes) -> bytes:
        """Decrypt what ``seal`` made; raises InvariantBroken where it was altered."""
        try:
            plain: bytes = self._cipher(purpose).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode()
            )
        except (InvalidTag, ValueError) as altered:
            raise InvariantBroken(
                f"a sealed {purpose} does not open: altered, or another key"
            ) from altered
        return plain

    def blind_index(self, purpose: str, value: str) -> str:
        """A keyed fingerprint (HMAC-SHA-256, hex) by which a sealed value can be looked up."""
        return self.mac("index:" + purpose, value.encode()).hex()

    def mac(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA-256 (32 bytes) under the purpose's own key."""
        return hmac.digest(self._derive("mac:" + purpose), data, hashlib.sha256)

    def derive(self, purpose: str) -> bytes:
        """A secret of 32 bytes of its own for a purpose, the same in every process of the office."""
        return self._derive("derive:" + purpose)


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


def load(path: Path) -> Keyring:
    """Read the key file, making one (mode 0600) where there is none.

    Raises KeyFileRefused when others may read it, or its content is no key.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return load(path)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(MASTER_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeyFileRefused(f"{path} can be read by others: run chmod 600 {path}")
    try:
        master = bytes.fromhex(path.read_text().strip())
    except ValueError as not_hex:
        raise KeyFileRefused(
            f"{path} holds no key: expected {MASTER_BYTES * 2} hex digits"
        ) from not_hex
    return Keyring(master)
