"""What supervisors of a random office enter into the grant register, and who else tries to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.granting import grants
from authz.granting.grant_entry import GrantEntry
from engine import office_record
from engine.office import Office
from tests import granting
from tests.office_acts import Act
from tests.office_edge import Sent
from tests.office_model import Given, Picture
from tests.office_people import SEEN_FROM, STAFF


def _supervises(staff_no: str, agency: str, picture: Picture) -> bool:
    """Whether somebody keeps the register of an agency."""
    who = STAFF[staff_no]
    reached = agency in SEEN_FROM[who.agency] and staff_no not in picture.left
    return who.post == "supervisor" and reached


@dataclass(frozen=True, slots=True)
class Enter(Act):
    """A supervisor has a grant to handle limited business entered."""

    entry: Mapping[str, Any]

    def allowed(self, picture: Picture) -> bool:
        return _supervises(self.staff_no, self.entry["agency"], picture)

    def took(self, picture: Picture, answer: Any) -> str:
        said = self.entry
        picture.grants[answer["grant_id"]] = Given(
            agency=said["agency"],
            staff_no=said.get("staff_no"),
            process=said.get("process"),
            limit_cents=said.get("amount_limit_cents"),
            valid_to=said.get("valid_to"),
        )
        return "granted"

    def does(self, session: Session, office: Office, actor: Actor) -> Any:
        """Applied for and approved within one request: what others do in between the cases' own acts try."""
        grant = granting.entered(session, office, actor, GrantEntry(**self.entry))
        return {"grant_id": grant.grant_id}

    def sent(self) -> Sent:
        body = {name: str(value) for name, value in self.entry.items()}
        return Sent(self.staff_no, self.key, "/api/grants", body, self.does, alters_authority=True)


@dataclass(frozen=True, slots=True)
class Revoke(Act):
    """A supervisor revokes a grant."""

    grant_id: int

    def allowed(self, picture: Picture) -> bool:
        given = picture.grants[self.grant_id]
        return _supervises(self.staff_no, given.agency, picture) and not given.ended

    def took(self, picture: Picture, answer: Any) -> str:
        picture.grants[self.grant_id].ended = True
        return f"revoked {answer}"

    def does(self, session: Session, office: Office, actor: Actor) -> Any:
        revoked = grants.revoke(session, actor, self.grant_id, "不再需要")
        office_record.note(session, actor.agency, "grant_revoked", [revoked], actor=actor)
        return "grant" if office else ""

    def sent(self) -> Sent:
        path = f"/api/grants/{self.grant_id}/revocation"
        return Sent(self.staff_no, self.key, path, {}, self.does, alters_authority=True)
