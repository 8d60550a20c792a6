"""Scans that were destroyed, after retention or with a person's erasure: they need not be there any more.

Their rows, manifests and digests stay for ever, so everything that covers them still verifies.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, ForeignKey, String, and_, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from database.declarative import APPEND_ONLY, ONLY_GROWS, Base, after


class DestroyedFile(Base):
    """A scan that was destroyed, and the disposal list by which."""

    __tablename__ = "destroyed_files"
    __table_args__ = (APPEND_ONLY,)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("disposal_lists.list_id"))


class ErasedFile(Base):
    """A scan that was destroyed with the values of the person it is about, and by which request."""

    __tablename__ = "erased_files"
    __table_args__ = ({"info": {**ONLY_GROWS, **after("erasures")}},)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("erasure_requests.request_id"))


def among(session: Session, digests: Collection[str]) -> set[str]:
    """Those of these digests that were destroyed."""
    found: set[str] = set()
    for model in (DestroyedFile, ErasedFile):
        asked = select(model.digest).where(model.digest.in_(digests))
        found.update(session.execute(asked).scalars())
    return found


def still_kept(digest: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition that a scan is to be there."""
    return and_(
        digest.not_in(select(DestroyedFile.digest)), digest.not_in(select(ErasedFile.digest))
    )
