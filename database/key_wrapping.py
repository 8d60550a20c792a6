"""What wraps the keys in the key file: nothing, a secret that the system hands over, or a program of a KMS.

A program is called as ``PROGRAM … wrap`` with the key (base64, one line) on its standard input, and answers
one line of whatever it likes; as ``PROGRAM … unwrap`` with that line it answers the key. So the
key management service or hardware module of any vendor, those of SM4 too, stands behind some lines of script.
"""

import base64
import os
import secrets
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET_BYTES = 32
SECONDS = 30
MOST_LETTERS = 16_384
_NONCE_BYTES = 12
_PURPOSE = b"tongban-key-file"
ALLOWED = "none, credential:NAME, environment:NAME or command:PROGRAM ARGUMENTS"


class KeyFileRefused(Exception):  # noqa: N818
    """The key file can't be used; the message says why and what to do."""


class Wrapping(Protocol):
    """Wraps and unwraps master keys; ``kind`` stands in the key file."""

    @property
    def kind(self) -> str:
        """By what the keys are wrapped, as the key file says it."""

    def wrap(self, key: bytes) -> str:
        """A key as it stands in the file. Raises KeyFileRefused."""

    def unwrap(self, kept: str) -> bytes:
        """The key that stands so in the file. Raises KeyFileRefused."""


@dataclass(frozen=True, slots=True)
class Clear:
    """No wrapping: who may read the file has the keys."""

    kind: str = "none"

    def wrap(self, key: bytes) -> str:
        """In hex."""
        return key.hex()

    def unwrap(self, kept: str) -> bytes:
        """From hex."""
        try:
            return bytes.fromhex(kept)
        except ValueError as not_hex:
            raise KeyFileRefused("a key in the key file is not in hex digits") from not_hex


NONE = Clear()


@dataclass(frozen=True, slots=True)
class UnderSecret:
    """Wrapped (AES-256-GCM) under a secret of 64 hex digits that is not on the disk beside the file."""

    kind: str
    secret: bytes = field(repr=False)

    def wrap(self, key: bytes) -> str:
        """Nonce and sealed key, in base64."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed: bytes = AESGCM(self.secret).encrypt(nonce, key, _PURPOSE)
        return base64.b64encode(nonce + sealed).decode()

    def unwrap(self, kept: str) -> bytes:
        """The key; KeyFileRefused under another secret."""
        try:
            whole = base64.b64decode(kept, validate=True)
            key: bytes = AESGCM(self.secret).decrypt(
                whole[:_NONCE_BYTES], whole[_NONCE_BYTES:], _PURPOSE
            )
        except (InvalidTag, ValueError) as altered:
            raise KeyFileRefused(
                f"the {self.kind} of TONGBAN_KEY_WRAPPING is not the one that the key file was "
                "wrapped under, or the file was altered"
            ) from altered
        return key


@dataclass(frozen=True, slots=True)
class ByProgram:
    """Wrapped by a program that asks a key management service or a hardware module."""

    command: tuple[str, ...]
    kind: str = "command"

    def wrap(self, key: bytes) -> str:
        """What the program makes of it: one line."""
        return self._said("wrap", base64.b64encode(key).decode())

    def unwrap(self, kept: str) -> bytes:
        """The key that the program answers."""
        said = self._said("unwrap", kept)
        try:
            return base64.b64decode(said, validate=True)
        except ValueError as unreadable:
            raise KeyFileRefused(
                f"{self.command[0]} unwrap: answers something that is no base64"
            ) from unreadable

    def _said(self, verb: str, line: str) -> str:
        named = f"{self.command[0]} {verb}"
        try:
            ended = subprocess.run(  # noqa: S603 - what the administrator names, without a shell
                [*self.command, verb],
                input=line + "\n",
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as slow:
            raise KeyFileRefused(f"{named}: no answer within {SECONDS} seconds") from slow
        except (OSError, UnicodeDecodeError) as failed:
            raise KeyFileRefused(f"{named}: {failed}") from failed
        if ended.returncode:
            # What it says on stderr is for people; its stdout may hold a key and is never shown.
            told = ended.stderr.strip().partition("\n")[0][:400] or "no word of why"
            raise KeyFileRefused(f"{named}: ended with {ended.returncode}: {told}")
        said = ended.stdout.strip()
        if not said or "\n" in said or len(said) > MOST_LETTERS:
            raise KeyFileRefused(f"{named}: must answer one line on its standard output")
        return said


def of(said: str, environ: Mapping[str, str] | None = None) -> Wrapping:
    """The wrapping that ``TONGBAN_KEY_WRAPPING`` names. Raises KeyFileRefused."""
    values = os.environ if environ is None else environ
    kind, _, rest = said.partition(":")
    if said == "none":
        return NONE
    if kind == "credential" and rest:
        return UnderSecret(kind, _secret(said, _credential(rest, values)))
    if kind == "environment" and rest:
        if rest not in values:
            raise KeyFileRefused(f"TONGBAN_KEY_WRAPPING: there is no variable {rest}")
        return UnderSecret(kind, _secret(said, values[rest]))
    try:
        command = tuple(shlex.split(rest))
    except ValueError as unreadable:
        raise KeyFileRefused(f"TONGBAN_KEY_WRAPPING: {unreadable}") from unreadable
    if kind == "command" and command:
        return ByProgram(command)
    raise KeyFileRefused(f"TONGBAN_KEY_WRAPPING: allowed: {ALLOWED}")


def _credential(name: str, values: Mapping[str, str]) -> str:
    """What the service manager put into the folder of credentials (systemd: LoadCredentialEncrypted)."""
    folder = values.get("CREDENTIALS_DIRECTORY")
    if folder is None or "/" in name:
        raise KeyFileRefused(
            f"TONGBAN_KEY_WRAPPING: no credential {name}: CREDENTIALS_DIRECTORY isn't set, or it is no name"
        )
    try:
        return (Path(folder) / name).read_text()
    except (OSError, UnicodeDecodeError) as failed:
        raise KeyFileRefused(f"TONGBAN_KEY_WRAPPING: {failed}") from failed


def _secret(said: str, text: str) -> bytes:
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        raise KeyFileRefused(
            f"TONGBAN_KEY_WRAPPING: {said} must be {SECRET_BYTES * 2} hex digits (`openssl rand -hex 32`)"
        )
    return secret
