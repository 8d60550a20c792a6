"""What an agency set for its messages: channels, mailboxes of posts, and the folder of templates.

Nothing is set, nothing is sent: without a channel no applicant is asked for an address. The file is read and
checked at the start, so that a mistake in it is found before the first message and not by its loss.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from database import plain_yaml
from database.plain_yaml import NotPlain
from engine import applications
from engine.outgoing import message_texts
from engine.outgoing.message_texts import Texts
from engine.outgoing.notice_contacts import ADDRESS, MAIL

SMS_ABSENT = (
    "sms: no carrier for short messages is built, so none would arrive: take it out of the file"
)


class PlanRefused(Exception):  # noqa: N818 - it says what happened
    """The file of the messages is wrong; the message says where and what is allowed."""


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Smtp(_Strict):
    """A mail server: over TLS from the first byte, after STARTTLS, or bare on this very machine."""

    host: str = Field(min_length=1, max_length=253)
    port: int = Field(ge=1, le=65535)
    tls: Literal["implicit", "starttls", "none"]
    ca_file: str | None = None
    user: str | None = None
    password_file: str | None = None
    timeout_seconds: int = Field(default=10, ge=1, le=60)

    @model_validator(mode="after")
    def _safe(self) -> "Smtp":
        if self.tls == "none" and not _is_here(self.host):
            raise ValueError("tls: none is for a mail server on this machine alone")
        if (self.user is None) != (self.password_file is None):
            raise ValueError("user and password_file go together")
        for name in (self.ca_file, self.password_file):
            if name is not None and not Path(name).is_file():
                raise ValueError(f"there is no file {name}")
        return self


class Mail(_Strict):
    """The channel of mails: from whom, and the server, or the folder, that takes them."""

    sender: str = Field(pattern=ADDRESS.pattern)
    smtp: Smtp | None = None
    folder: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "Mail":
        if (self.smtp is None) == (self.folder is None):
            raise ValueError("give either smtp or folder")
        return self


class _File(_Strict):
    mail: Mail | None = None
    sms: Any = None
    staff: dict[str, dict[str, list[str]]] = Field(default_factory=dict)
    templates: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent, by which channel, to which mailboxes of posts, in which words."""

    mail: Mail | None = None
    staff: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)

    @property
    def channels(self) -> tuple[str, ...]:
        """What an applicant may choose from."""
        return () if self.mail is None else (MAIL,)

    def mailboxes(self, agency: str, post: str) -> Sequence[str]:
        """Where a post of an agency is told; nowhere unless it is set."""
        return self.staff.get(agency, {}).get(post, ()) if self.mail else ()


def read(path: Path | None) -> Plan:
    """The plan of an office; one that sends nothing where there is no file. Raises PlanRefused."""
    if path is None:
        return Plan()
    try:
        said = plain_yaml.load(path.read_text())
        file = _File.model_validate(said)
    except ValidationError as wrong:
        first = applications.field_errors(wrong)[0]
        raise PlanRefused(f"{path}: {first['field']}: {first['message']}") from wrong
    except (OSError, UnicodeDecodeError, NotPlain) as unreadable:
        raise PlanRefused(f"{path} can't be read: {unreadable}") from unreadable
    if file.sms is not None:
        raise PlanRefused(f"{path}: {SMS_ABSENT}")
    for agency, posts in file.staff.items():
        for post, addresses in posts.items():
            for address in addresses:
                if not ADDRESS.fullmatch(address):
                    raise PlanRefused(f"{path}: staff.{agency}.{post}: {address} is no address")
    try:
        texts = message_texts.load(None if file.templates is None else Path(file.templates))
    except message_texts.TextsRefused as wrong:
        raise PlanRefused(str(wrong)) from wrong
    return Plan(file.mail, file.staff, texts)


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
