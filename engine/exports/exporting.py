"""Giving out a file: numbered, held to the day's limit of rows about people, marked, and journalled.

Whoever takes out more than his post may in a day is refused and told who can permit it. The mark (水印) says
on the file who took it, when, and the export's number, by which it is found in the journal.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from database import clock
from database.clock import OFFICE_ZONE
from database.refusals import Forbidden
from engine import journal, office_record
from engine.exports import export_limits
from engine.exports.export_record import NOTED, Export, ExportPermit

PERMIT = "permit_exports"


class ExportLimit(Forbidden):
    """With this file you would take out more rows about people today than your post may."""

    rule = "export.limit"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be given out: the journal's action, the kind, what was chosen, how many rows.

    ``personal_rows`` of them are about people, masked or not; ``asked`` holds no personal data.
    """

    action: str
    kind: str
    asked: Mapping[str, Any]
    row_count: int
    personal_rows: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on a file that was given out."""

    number: str
    staff_no: str
    agency: str
    at: datetime

    def line(self) -> str:
        """The mark as people read it."""
        at = self.at.astimezone(OFFICE_ZONE).strftime("%Y-%m-%d %H:%M:%S")
        return f"导出编号 {self.number}　导出人 {self.staff_no}（{self.agency}）　导出时间 {at}"


def give(
    session: Session, actor: Actor, asked: Asked, make: Callable[[Mark], bytes]
) -> tuple[Mark, bytes]:
    """The file that ``make`` writes, with its mark. Raises ExportLimit.

    The agency's row is held from before the sum is looked at, so two files at once can't both be the last.
    """
    journal.hold_office(session, actor.agency)
    _require_within(session, actor, asked)
    now, today = clock.now(session), clock.today(session)
    given = select(func.count()).where(Export.agency_code == actor.agency, Export.day == today)
    place = session.execute(given).scalar_one() + 1
    number = f"{actor.agency}-{today:%Y%m%d}-{place:04}"
    mark = Mark(number, actor.staff_no, actor.agency, now)
    content = make(mark)
    row = {
        "number": number,
        "agency_code": actor.agency,
        "account_id": actor.account_id,
        "kind": asked.kind,
        "asked": dict(asked.asked),
        "row_count": asked.row_count,
        "personal_rows": asked.personal_rows,
        "digest": hashlib.sha256(content).hexdigest(),
        "day": today,
        "at": now,
    }
    made = session.execute(insert(Export).returning(Export), [row]).scalar_one()
    detail = {
        **asked.asked,
        "export": number,
        "row_count": asked.row_count,
        "personal_rows": asked.personal_rows,
        "digest": row["digest"],
    }
    office_record.note(
        session, actor.agency, asked.action, [made], actor=actor, detail=detail, noted=NOTED
    )
    return mark, content


def _require_within(session: Session, actor: Actor, asked: Asked) -> None:
    if not asked.personal_rows:
        return
    today = clock.today(session)
    taken = _sum(session, Export.personal_rows, actor, Export.account_id, Export.day == today)
    more = _sum(
        session, ExportPermit.more_rows, actor, ExportPermit.account_id, ExportPermit.day == today
    )
    limit = export_limits.shipped().of(actor.posts) + more
    if taken + asked.personal_rows <= limit:
        return
    raise ExportLimit(
        who_can=decisions.who_can(
            session, Act(PERMIT, agency=actor.agency), without=[actor.person_id]
        ),
        facts={"limit": limit, "taken": taken, "rows": asked.personal_rows},
    )


def _sum(session: Session, rows: Any, actor: Actor, whose: Any, when: Any) -> int:
    summed = select(func.coalesce(func.sum(rows), 0)).where(whose == actor.account_id, when)
    return int(session.execute(summed).scalar_one())
