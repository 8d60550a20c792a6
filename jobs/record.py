"""How each job stands: when it is due, who is at it, how it went. One row a job, for all nodes together.

It is not the office's record but how the machine runs, so a backup leaves it out.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from database.columns import Json, UtcDateTime
from database.declarative import Base

LONGEST_NAME = 40
LONGEST_PLACE = 200


class JobState(Base):
    """One job.

    ``lease_no`` counts the times it was claimed: whoever reports under an older number has lost his lease
    and changes nothing. ``place`` is where a job that goes on with the next tick left off; ``failures``
    counts those in a row, ``failing`` is the kind of the last of them, None once it succeeds.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("(holder IS NULL) = (leased_until IS NULL)", name="lease"),
        CheckConstraint("(failing IS NULL) = (failures = 0)", name="failing"),
    )

    name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_no: Mapped[int] = mapped_column(BigInteger)
    holder: Mapped[str | None] = mapped_column(String(120))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing: Mapped[str | None] = mapped_column(String(80))
    failures: Mapped[int]
    runs: Mapped[int] = mapped_column(BigInteger)
    failed_runs: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[str | None] = mapped_column(String(LONGEST_PLACE))
    result: Mapped[dict[str, Any]] = mapped_column(Json)
