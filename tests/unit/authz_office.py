"""A small office for the authority tests: the demo office's agencies and posts on SQLite."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from authz import actors
from authz.actors import Actor
from authz.granting import grants
from authz.granting.grant_entry import GrantEntry
from authz.offices import accounts, agencies, people
from authz.personnel import appointments
from authz.personnel.appointments import Term
from database import keys
from database.clock import FixedClock
from database.connection import Sessions, connect
from database.declarative import Base

COUNTY, OTHER_COUNTY, CITY, PROVINCE = "990101", "990102", "990100", "990000"
BENEFITS, ENROLMENT = "待遇科", "参保登记科"
TODAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

STAFF = {
    "T101": ("teller", COUNTY, None),
    "T102": ("teller", COUNTY, None),
    "B101": ("handler", COUNTY, None),
    "R101": ("reviewer", COUNTY, None),
    "R102": ("reviewer", COUNTY, None),
    "D101": ("deputy_director", COUNTY, None),
    "Z101": ("director", COUNTY, None),
    "G101": ("guide", COUNTY, None),
    "S101": ("supervisor", COUNTY, None),
    "A101": ("auditor", COUNTY, None),
    "T201": ("teller", OTHER_COUNTY, None),
    "A201": ("auditor", OTHER_COUNTY, None),
    "T001": ("teller", CITY, BENEFITS),
    "R001": ("reviewer", CITY, BENEFITS),
    "P001": ("city_approver", CITY, None),
    "H001": ("city_head", CITY, None),
    "C001": ("internal_control", CITY, None),
    "A001": ("auditor", CITY, None),
    "admin": ("administrator", CITY, None),
    "A000": ("auditor", PROVINCE, None),
    "S000": ("supervisor", PROVINCE, None),
    "F101": ("finance", COUNTY, None),
    "V101": ("archivist", COUNTY, None),
    "secadmin": ("security_administrator", CITY, None),
    "auditadmin": ("audit_administrator", CITY, None),
}


@dataclass
class AuthorityOffice:
    """Sessions on the office's database, and its people by staff number."""

    sessions: Sessions
    clock: FixedClock
    ids: dict[str, int] = field(default_factory=dict)

    def actor(self, session: Session, staff_no: str) -> Actor:
        """The actor behind a staff number."""
        return actors.load(session, self.ids[staff_no])

    def hire(self, staff_no: str, post: str, agency: str, section: str | None = None) -> int:
        """Open an account with one post for somebody new."""
        with self.sessions.command() as session:
            return self._hire(session, staff_no, post, agency, section)

    def _hire(
        self, session: Session, staff_no: str, post: str, agency: str, section: str | None
    ) -> int:
        person = people.find_or_add(session, id_no=f"id of {staff_no}", name=f"姓{staff_no}")
        account = accounts.open_account(
            session,
            staff_no=staff_no,
            person_id=person,
            agency=agency,
            section=section,
            password_hash="never checked here",
        )
        appointments.appoint(
            session, account, post, agency=agency, section=section, term=Term(date(2020, 1, 1))
        )
        self.ids[staff_no] = account
        return account

    def grant(self, by: str = "S101", **entry: Any) -> int:
        """Register a grant, for limited business of the county's tellers unless said otherwise."""
        given: dict[str, Any] = {"agency": COUNTY, "valid_from": TODAY, "basis": "文件"} | entry
        if not {"post", "staff_no"} & entry.keys():
            given["post"] = "teller"
        if "staff_no" in entry:
            given.setdefault("reason", "工作需要")
        if not {"process", "handling"} & entry.keys():
            given["handling"] = "limited"
        with self.sessions.command() as session:
            actor = self.actor(session, by)
            return grants.found(session, actor, GrantEntry(**given)).grant_id

    def revoke(self, grant_id: int, by: str = "S101") -> None:
        """Revoke a grant."""
        with self.sessions.command() as session:
            grants.revoke(session, self.actor(session, by), grant_id, "不再需要")


@contextmanager
def opened(folder: Path) -> Iterator[AuthorityOffice]:
    """The office in a fresh database under a folder, at noon of ``TODAY``."""
    keys.install(keys.Keyring(b"k" * 32))
    clock = FixedClock(NOON)
    engine = connect(f"sqlite:///{folder / 'office.db'}")
    Base.metadata.create_all(engine)
    office = AuthorityOffice(Sessions(engine, clock), clock)
    with office.sessions.command() as session:
        agencies.add(session, code=PROVINCE, name="省", kind="province")
        agencies.add(
            session,
            code=CITY,
            name="市",
            kind="city",
            parent_code=PROVINCE,
            sections={BENEFITS: ["benefit"], ENROLMENT: ["registration"]},
        )
        for code, name in ((COUNTY, "青山县"), (OTHER_COUNTY, "绿水县")):
            agencies.add(session, code=code, name=name, kind="county", parent_code=CITY)
        for staff_no, (post, agency, section) in STAFF.items():
            office._hire(session, staff_no, post, agency, section)
    yield office
    engine.dispose()
