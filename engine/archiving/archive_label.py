"""The paper of a volume: the label of its box (档案盒标签) and the list of its files (卷内目录), as PDF."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from database import clock
from database.clock import office_date
from database.refusals import Refusal
from engine.archiving import archive_desk
from engine.archiving.manifests import PERMANENT
from engine.office import Office
from engine.paperwork import documents
from engine.paperwork.documents import TEMPLATES
from engine.paperwork.paper_words import CATEGORIES, STATUSES


@dataclass(frozen=True, slots=True)
class VolumePaper:
    """What stands on a volume's paper; ``pdf`` is best asked for once the snapshot is given back."""

    number: str
    content: Mapping[str, Any]
    at: datetime

    def pdf(self) -> bytes:
        """The label, then the list, on A4."""
        source = (TEMPLATES / "archive_volume.typ").read_bytes()
        return documents.typeset(source, self.content, self.at)


def of(session: Session, office: Office, actor: Actor, volume_id: int) -> VolumePaper:
    """The paper of a volume as it stands now. Raises Forbidden, VolumeNotFound."""
    held = archive_desk.volume(session, actor, volume_id)
    days = sorted(_day(one) for one in held["files"])
    content = {
        "number": held["number"],
        "agency": held["agency_name"],
        "year": str(held["year"]),
        "category": CATEGORIES[held["category"]],
        "kept": kept(held["retention_years"]),
        "volume_no": str(held["volume_no"]),
        "count": str(held["count"]),
        "pages": str(held["pages"]),
        "span": f"{days[0]} 至 {days[-1]}" if days else "",
        "files": [
            [
                str(one["item_no"]),
                _item(office, one["process"]),
                one["case_no"],
                STATUSES[one["ending"]],
                _day(one),
                str(one["pages"]),
                f"已更正，参见 {one['corrected_by']}" if one["corrected_by"] else "",
            ]
            for one in held["files"]
        ],
    }
    return VolumePaper(held["number"], content, clock.now(session))


def kept(retention_years: int) -> str:
    """A retention period in Chinese words."""
    return "永久" if retention_years == PERMANENT else f"{retention_years} 年"


def _day(file: Mapping[str, Any]) -> str:
    return office_date(datetime.fromisoformat(file["fixed_at"])).isoformat()


def _item(office: Office, code: str) -> str:
    """What a business is called; its code where it isn't deployed any more."""
    try:
        return office.catalogue.known_at(code).names.zh
    except Refusal:
        return code
