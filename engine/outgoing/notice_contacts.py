"""Where an applicant wants to be told how his business goes: a channel and an address, with his consent.

Given at acceptance or not at all, and sealed. It is no part of what the case says: nobody decides by it, and
no signature covers it. Source: 个人信息保护法 13, 17 (consent, told what for); 28 (addresses are encrypted).
"""

import re
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import CheckConstraint, ForeignKey, String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import digest
from database.columns import Sealed, UtcDateTime
from database.declarative import APPEND_ONLY, Base, table_of
from database.prepared import Prepared
from engine import record

MAIL = "mail"
# Plain addresses only: no quoting, nothing that a mail's head could read as another line.
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
MOST_LETTERS = 254


class NoticeContact(Base):
    """The contact of one case; ``salt`` goes into what the journal keeps of the address."""

    __tablename__ = "notice_contacts"
    __table_args__ = (
        CheckConstraint("channel IN ('mail')", name="channel"),
        CheckConstraint("language IN ('zh','en')", name="language"),
        APPEND_ONLY,
    )

    case_id: Mapped[int] = mapped_column(record.of_case(), primary_key=True)
    agency_code: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(2))
    address: Mapped[str] = mapped_column(Sealed("notice_contacts.address"))
    salt: Mapped[str] = mapped_column(Sealed("notice_contacts.salt"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


_INSERT = Prepared(insert(table_of(NoticeContact)))


class Contact(BaseModel):
    """Where the applicant wants to be told; ``consent`` says that he was asked and agreed."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    channel: Literal["mail"] = "mail"
    address: str = Field(min_length=3, max_length=MOST_LETTERS)
    language: Literal["zh", "en"] = "zh"
    consent: Literal[True]

    @field_validator("address")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not ADDRESS.fullmatch(value):
            raise ValueError("is no plain mail address, like name@example.cn")
        return value


def keep(
    session: Session, contact: Contact, *, case_id: int, agency: str, now: datetime
) -> dict[str, Any]:
    """Keep the contact of a new case; what the journal says of it."""
    salt = digest.new_salt()
    row = {
        "case_id": case_id,
        "agency_code": agency,
        "channel": contact.channel,
        "language": contact.language,
        "address": contact.address,
        "salt": salt,
        "given_at": now,
    }
    _INSERT.write(session, row)
    return told(contact.channel, contact.language, salt, contact.address)


def told(channel: str, language: str, salt: str, address: str) -> dict[str, Any]:
    """What the journal keeps of a contact: of the address a commitment."""
    return {
        "channel": channel,
        "language": language,
        "address": digest.commitment(salt, address),
    }


def of_case(session: Session, case_id: int) -> NoticeContact | None:
    """The contact of a case; None where its applicant gave none."""
    asked = select(NoticeContact).where(NoticeContact.case_id == case_id)
    return session.execute(asked).scalar_one_or_none()


def masked(address: str) -> str:
    """An address as screens show it: the first letter, and where the mail goes."""
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}"
