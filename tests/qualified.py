"""Trainings and certificates in tests: what makes somebody fit to serve a window."""

from collections.abc import Mapping
from typing import Any

from authz.qualifying import qualification_rules
from tests.people import Hall
from tests.staff_commands import new_id_no

SUBJECTS = tuple(qualification_rules.shipped().subjects)
CERTIFICATE = "会计专业技术资格"


def training(staff_no: str = "T103", subject: str = "integrity", **said: Any) -> dict[str, Any]:
    """One subject of somebody's training."""
    return {
        "staff_no": staff_no,
        "kind": "training",
        "subject": subject,
        "done_on": "2026-11-02",
        "hours": 8,
        "basis": "培训班〔2026〕3号",
        **said,
    }


def certificate(staff_no: str, **said: Any) -> dict[str, Any]:
    """A certificate of somebody's."""
    return {
        "staff_no": staff_no,
        "kind": "certificate",
        "subject": CERTIFICATE,
        "done_on": "2026-11-02",
        "certificate_no": "KJ-2026-0001",
        "basis": "证书原件已核",
        **said,
    }


def duty(**said: Any) -> dict[str, Any]:
    """What a post takes: its holders' certificate, unless said otherwise."""
    return {
        "post": "finance",
        "kind": "certificate",
        "subject": CERTIFICATE,
        "from": "2027-01-01",
        "basis": "岗位设置〔2026〕9号",
        **said,
    }


def relative(id_no: str, **said: Any) -> dict[str, Any]:
    """A relative of somebody's."""
    return {"id_no": id_no, "name": "李桂兰", "relation": "parent", "from": "2026-11-02", **said}


def train(hall: Hall, staff_no: str, by: str = "S101") -> list[Mapping[str, Any]]:
    """Enter all three subjects for somebody."""
    supervisor = getattr(hall, by)
    return [
        supervisor.post("/api/qualifications", training(staff_no, subject), status=201)
        for subject in SUBJECTS
    ]


def trace(hall: Hall) -> None:
    """Leave a row in every table of qualifications and relatives."""
    record_id = train(hall, "T102")[0]["record_id"]
    path = f"/api/qualifications/{record_id}/striking-out"
    hall.S101.post(path, {"reason": "登记有误"})
    made = hall.T102.post("/api/relatives", relative(new_id_no()), status=201)
    hall.T102.post(f"/api/relatives/{made['declaration_id']}/end")


def recorded(hall: Hall) -> str:
    """The number of a new training of somebody who serves no window."""
    entered = hall.S101.post("/api/qualifications", training("G101"), status=201)
    return str(entered["record_id"])


def declared(hall: Hall, id_no: str) -> str:
    """The number of a new declaration of a teller's: this is a relative of hers."""
    entered = hall.T101.post("/api/relatives", relative(id_no), status=201)
    return str(entered["declaration_id"])
