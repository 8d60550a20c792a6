"""The settings of where scans lie: the data folder, or a bucket (``TONGBAN_SCANS`` and its like)."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from api.setting_refused import SettingRefused
from engine.scans import bucket as buckets
from engine.scans.bucket import Bucket
from engine.scans.scan_folder import ScanFolder
from engine.scans.scan_store import ScanStore

NAMES = ("SCANS", "SCANS_ENDPOINT", "SCANS_REGION", "SCANS_CREDENTIALS", "SCANS_AUTHORITY")
REGION = "us-east-1"
_NAME = re.compile(r"[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9._\-]{1,100}(/[A-Za-z0-9._\-]{1,100}){0,5}")
_LOCAL = ("127.0.0.1", "localhost", "::1")


def read(values: Mapping[str, str]) -> Bucket | None:
    """The bucket that the settings name, None for the data folder. Raises SettingRefused."""
    if "SCANS" not in values:
        for name in NAMES:
            if name in values:
                raise SettingRefused(name, "belongs to TONGBAN_SCANS, which is not set")
        return None
    if not buckets.available():
        raise SettingRefused("SCANS", "the library for it is missing: pip install obstore")
    bucket, prefix = _bucket(values["SCANS"])
    key_id, secret = _credentials(values.get("SCANS_CREDENTIALS"))
    return Bucket(
        name=bucket,
        prefix=prefix,
        endpoint=_endpoint(values.get("SCANS_ENDPOINT")),
        region=values.get("SCANS_REGION", REGION),
        key_id=key_id,
        secret=secret,
        authority=_authority(values.get("SCANS_AUTHORITY")),
    )


def store(bucket: Bucket | None, data_dir: Path) -> ScanStore:
    """Where scans of materials lie."""
    if bucket is None:
        return ScanFolder(data_dir)
    # The library that speaks to one is an extra, and 4 MB.
    from engine.scans.scan_bucket import ScanBucket  # noqa: PLC0415

    return ScanBucket(bucket)


def _bucket(text: str) -> tuple[str, str]:
    allowed = "s3://bucket or s3://bucket/folder"
    if not text.startswith("s3://"):
        raise SettingRefused("SCANS", f"allowed: {allowed}")
    bucket, _, prefix = text.removeprefix("s3://").strip("/").partition("/")
    steps = set(prefix.split("/"))
    if not _NAME.fullmatch(bucket) or (prefix and not _PREFIX.fullmatch(prefix)) or ".." in steps:
        raise SettingRefused("SCANS", f"allowed: {allowed}, of letters, digits, dots and hyphens")
    return bucket, prefix


def _endpoint(text: str | None) -> str:
    allowed = "https://host with a port where it isn't 443; http only on this machine"
    if text is None:
        raise SettingRefused("SCANS_ENDPOINT", f"is missing: where the store is; {allowed}")
    try:
        said = urlsplit(text)
        right = (
            bool(said.hostname) and "@" not in said.netloc and (said.port is None or said.port > 0)
        )
    except ValueError as unreadable:
        raise SettingRefused("SCANS_ENDPOINT", f"can't be read; allowed: {allowed}") from unreadable
    secure = said.scheme == "https" or (said.scheme == "http" and said.hostname in _LOCAL)
    if not right or not secure or said.path.strip("/") or said.query or said.fragment:
        raise SettingRefused("SCANS_ENDPOINT", f"allowed: {allowed}")
    return text.rstrip("/")


def _credentials(text: str | None) -> tuple[str, str]:
    """Two lines of a file: a setting's value is seen by whoever sees the process."""
    if text is None:
        said = "is missing: a file of two lines, the key's id and its secret"
        raise SettingRefused("SCANS_CREDENTIALS", said)
    lines = _read("SCANS_CREDENTIALS", text).decode(errors="replace").split()
    if len(lines) != 2:  # noqa: PLR2004 - as said
        raise SettingRefused(
            "SCANS_CREDENTIALS", "a file of two lines, the key's id and its secret"
        )
    return lines[0], lines[1]


def _authority(text: str | None) -> bytes | None:
    if text is None:
        return None
    content = _read("SCANS_AUTHORITY", text)
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise SettingRefused("SCANS_AUTHORITY", "a file with a certificate as PEM")
    return content


def _read(name: str, text: str) -> bytes:
    path = Path(text).absolute()
    try:
        return path.read_bytes()
    except OSError as failed:
        raise SettingRefused(name, f"{path} can't be read: {failed.strerror}") from failed
