"""Scans that were destroyed with their files after retention: they need not be on the disk any more.

Their rows, manifests and digests stay for ever, so everything that covers them still verifies.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, ForeignKey, String, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from database.declarative import APPEND_ONLY, Base


class DestroyedFile(Base):
    """A scan that was destroyed, and the disposal list by which."""

    __tablename__ = "destroyed_files"
    __table_args__ = (APPEND_ONLY,)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_lists.list_id"))


def among(session: Session, digests: Collection[str]) -> set[str]:
    """Those of these digests that were destroyed."""
    asked = select(DestroyedFile.digest).where(DestroyedFile.digest.in_(digests))
    return set(session.execute(asked).scalars())


def still_kept(digest: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that a scan is to be there."""
    return digest.not_in(select(DestroyedFile.digest))
