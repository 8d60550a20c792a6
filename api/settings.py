"""The settings: environment variables with the prefix ``TONGBAN_``, checked before anything starts.

A wrong value, or a variable nobody knows, stops the start with its name and what is allowed: a
setting that is silently ignored is found out when it is too late.
"""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from api import scan_settings
from api.outside import issuer
from api.outside.issuer import Issuer, IssuerRefused
from api.setting_refused import PREFIX, SettingRefused
from authz.signing_in.session_limits import Limits
from database import suites
from engine.scans.bucket import Bucket

DEFAULT_DATABASE = "sqlite:///var/tongban.db"
DRIVERS = ("sqlite", "postgresql+psycopg")
KNOWN = (
    "DATABASE_URL",
    "DATA_DIR",
    "RISK_LEVELS",
    "SUITE",
    "PROCESSES",
    "MIGRATION_URL",
    "KEY_FILE",
    "KEY_WRAPPING",
    "METRICS_FROM",
    "SEAL_SECONDS",
    "JOBS",
    "SESSION_IDLE_MINUTES",
    "SESSION_HOURS",
    "ADDRESS",
    "PUBLIC_URL",
    *scan_settings.NAMES,
    *issuer.NAMES,
    "MESSAGES",
)

Networks = tuple[IPv4Network | IPv6Network, ...]
SEAL_SECONDS = 60
MOST_SEAL_SECONDS = 86_400
IDLE_MINUTES, MOST_IDLE_MINUTES = 60, 240
SESSION_HOURS, MOST_SESSION_HOURS = 12, 24
_PUBLIC_URL = re.compile(r"(?=.{1,100}\Z)https?://[A-Za-z0-9.:\-]+(/[A-Za-z0-9._~\-/]*)?")
SWITCH = {"on": True, "off": False}
LOOPBACK: Networks = (IPv4Network("127.0.0.0/8"), IPv6Network("::1"))


@dataclass(frozen=True, slots=True)
class Settings:
    """What an agency sets: where data lies, and which files replace or extend the shipped ones.

    Attributes:
        database_url: the application's database and role.
        data_dir: scans and keys.
        key_file: the master key, shared by all nodes; made where it is missing.
        key_wrapping: what the keys in that file are wrapped by (``database.key_wrapping``).
        risk_levels: a risk table instead of the shipped one.
        suite: the algorithms of digests and signatures.
        processes: a further folder of process folders.
        migration_url: the owner of the schema, where that isn't the application's role.
        metrics_from: from where ``/metrics`` may be read.
        seal_seconds: how often the jobs seal the journal; 0 for never.
        public_url: where the public reaches the office's pages, as papers say it; empty for not at all.
        jobs: whether a serving node runs the jobs beside it; as a setting, on unless turned off.
        limits: how long a sign-in lasts.
        address: where browsers find the desk, as ``https://desk.example.cn``.
        scans: the bucket in which scans lie, None for the data folder.
        issuer: the other party that signs people in, where there is one.
        messages: the file of channels, mailboxes and texts for what applicants and staff are sent.
    """

    database_url: str
    data_dir: Path
    key_file: Path
    risk_levels: Path | None = None
    suite: str = suites.NAMES[0]
    processes: Path | None = None
    migration_url: str | None = None
    metrics_from: Networks = LOOPBACK
    seal_seconds: int = SEAL_SECONDS
    jobs: bool = False
    limits: Limits = field(default_factory=Limits)
    address: str | None = None
    public_url: str = ""
    scans: Bucket | None = None
    key_wrapping: str = "none"
    issuer: Issuer | None = None
    messages: Path | None = None


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises SettingRefused.

    Relative paths count from the working directory; what isn't set comes from ``var/`` and from the
    files shipped with the packages, which are found from anywhere.
    """
    values = _ours(os.environ if environ is None else environ)
    data_dir = _folder_to_be("DATA_DIR", values.get("DATA_DIR", "var"))
    url = _url("DATABASE_URL", values.get("DATABASE_URL", DEFAULT_DATABASE))
    migration_url = values.get("MIGRATION_URL")
    if migration_url is not None:
        migration_url = _url("MIGRATION_URL", migration_url)
        if make_url(migration_url).drivername != make_url(url).drivername:
            raise SettingRefused("MIGRATION_URL", "must be the same database as DATABASE_URL")
    return Settings(
        database_url=url,
        data_dir=data_dir,
        key_file=Path(values.get("KEY_FILE", str(data_dir / "key"))).absolute(),
        risk_levels=_file("RISK_LEVELS", values.get("RISK_LEVELS")),
        suite=_suite(values.get("SUITE", suites.NAMES[0])),
        processes=_folder("PROCESSES", values.get("PROCESSES")),
        migration_url=migration_url,
        metrics_from=_networks("METRICS_FROM", values.get("METRICS_FROM")),
        seal_seconds=_seconds("SEAL_SECONDS", values.get("SEAL_SECONDS", str(SEAL_SECONDS))),
        jobs=_switch("JOBS", values.get("JOBS", "on")),
        limits=_limits(values),
        address=_address("ADDRESS", values.get("ADDRESS")),
        public_url=_public_url("PUBLIC_URL", values.get("PUBLIC_URL")),
        scans=scan_settings.read(values),
        key_wrapping=values.get("KEY_WRAPPING", "none"),
        issuer=_issuer(values),
        messages=_file("MESSAGES", values.get("MESSAGES"), "name a file of messages"),
    )


def _ours(environ: Mapping[str, str]) -> dict[str, str]:
    values = {
        name.removeprefix(PREFIX): value
        for name, value in environ.items()
        if name.startswith(PREFIX)
    }
    for name, value in values.items():
        if name not in KNOWN:
            raise SettingRefused(name, f"no such setting; there are: {', '.join(KNOWN)}")
        if not value.strip():
            raise SettingRefused(name, "is empty: give a value or unset it")
    return values


def _public_url(name: str, text: str | None) -> str:
    """Scheme and host, and a path where the office has one; no query, since a number follows."""
    if text is None:
        return ""
    if not _PUBLIC_URL.fullmatch(text):
        allowed = (
            "an address as the public types it: https://host, without query, of at most 100 letters"
        )
        raise SettingRefused(name, allowed)
    return text.rstrip("/")


def _url(name: str, text: str) -> str:
    # The address is not repeated in the message: it may hold a password.
    allowed = "sqlite:///path/to/file.db or postgresql+psycopg://user@host/database"
    try:
        url = make_url(text)
    except ArgumentError as unreadable:
        raise SettingRefused(name, f"can't be read; allowed: {allowed}") from unreadable
    if url.drivername not in DRIVERS or not url.database:
        raise SettingRefused(name, f"allowed: {allowed}")
    if url.drivername == "sqlite":
        if url.database == ":memory:":
            raise SettingRefused(name, "a database in memory is lost at the end: name a file")
        url = url.set(database=str(Path(url.database).absolute()))
    return url.render_as_string(hide_password=False)


def _networks(name: str, text: str | None) -> Networks:
    if text is None:
        return LOOPBACK
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(","))
    except ValueError as unreadable:
        allowed = "addresses or networks with a comma between, as in 127.0.0.0/8,::1,10.1.2.0/24"
        raise SettingRefused(name, f"{unreadable}; allowed: {allowed}") from unreadable


def _seconds(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > MOST_SEAL_SECONDS:
        raise SettingRefused(name, f"a whole number from 0 (never) to {MOST_SEAL_SECONDS}")
    return int(text)


def _limits(values: Mapping[str, str]) -> Limits:
    idle = _number("SESSION_IDLE_MINUTES", values, IDLE_MINUTES, MOST_IDLE_MINUTES)
    longest = _number("SESSION_HOURS", values, SESSION_HOURS, MOST_SESSION_HOURS)
    return Limits(timedelta(minutes=idle), timedelta(hours=longest))


def _number(name: str, values: Mapping[str, str], default: int, most: int) -> int:
    text = values.get(name, str(default))
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= most:
        raise SettingRefused(name, f"a whole number from 1 to {most}")
    return int(text)


def _address(name: str, text: str | None) -> str | None:
    """Scheme, host and port; browsers take security keys over HTTPS, or on this machine."""
    if text is None:
        return None
    allowed = "https://host or http://localhost, with a port where it isn't the usual one"
    try:
        said = urlsplit(text)
        local = said.hostname in ("localhost", "127.0.0.1", "::1")
        whole = f"{said.scheme}://{said.netloc}" == text.rstrip("/") and bool(said.hostname)
        right = whole and "@" not in said.netloc and (said.port is None or said.port > 0)
    except ValueError as unreadable:
        raise SettingRefused(name, f"can't be read; allowed: {allowed}") from unreadable
    if not right or (said.scheme != "https" and not (local and said.scheme == "http")):
        raise SettingRefused(name, f"allowed: {allowed}")
    return text.rstrip("/").lower()


def _issuer(values: Mapping[str, str]) -> Issuer | None:
    try:
        return issuer.read(values, _address("ADDRESS", values.get("ADDRESS")))
    except IssuerRefused as refused:
        raise SettingRefused(refused.name, str(refused)) from refused


def _switch(name: str, text: str) -> bool:
    if text not in SWITCH:
        raise SettingRefused(name, f"{text!r}; allowed: {', '.join(SWITCH)}")
    return SWITCH[text]


def _suite(text: str) -> str:
    if text not in suites.NAMES:
        allowed = ", ".join(suites.NAMES)
        raise SettingRefused("SUITE", f"{text!r} is not available; allowed: {allowed}")
    return text


def _folder_to_be(name: str, text: str) -> Path:
    path = Path(text).absolute()
    if path.exists() and not path.is_dir():
        raise SettingRefused(name, f"{path} is a file; name a folder, it is made where missing")
    return path


def _folder(name: str, text: str | None) -> Path | None:
    if text is None:
        return None
    path = Path(text).absolute()
    if not path.is_dir():
        raise SettingRefused(name, f"{path} is not a folder; name one that holds process folders")
    return path


def _file(
    name: str, text: str | None, wanted: str = "name a table like risk_levels.yaml"
) -> Path | None:
    if text is None:
        return None
    path = Path(text).absolute()
    if not path.is_file():
        raise SettingRefused(name, f"{path} is not a file; {wanted}")
    return path
