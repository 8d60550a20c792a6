"""What people of a random office send, whether the picture allows it, and what it makes of the picture."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from engine import cases, correction, signing, views, withdrawal
from engine.applications import Application, Correction
from engine.city_meetings.resolutions import MEETING_STEP, Resolution
from engine.office import Office
from engine.queueing import claims
from engine.sign_off_requests import SignOffRequest
from tests import office_model as model
from tests import office_people
from tests.office_edge import Sent
from tests.office_model import Known, Picture
from tests.office_people import POSTS_FOR, STAFF


@dataclass(frozen=True, slots=True)
class Act(ABC):
    """One thing somebody wants to do; sent again it is the same request with the same key."""

    staff_no: str
    key: str

    @abstractmethod
    def allowed(self, picture: Picture) -> bool:
        """Whether it must be done if it is sent now, or else must be refused."""

    @abstractmethod
    def took(self, picture: Picture, answer: Any) -> str:
        """Put its effect into the picture; what to count it as."""

    @abstractmethod
    def does(self, session: Session, office: Office, actor: Actor) -> Any:
        """The use case it asks for, and what that answers."""

    @abstractmethod
    def sent(self) -> Sent:
        """The request."""

    def content_may_refuse(self) -> bool:
        """Whether form and register may still refuse what authority and order allow."""
        return False


@dataclass(frozen=True, slots=True)
class Accept(Act):
    """A teller accepts somebody's application."""

    body: Mapping[str, Any]
    category: str

    def allowed(self, picture: Picture) -> bool:
        who = STAFF[self.staff_no]
        fits = who.post in POSTS_FOR["accept"] and who.serves(self.category)
        stranger = who.person != self.body["applicant"]["id_no"]
        return fits and stranger and self.staff_no not in picture.left

    def took(self, picture: Picture, answer: Any) -> str:
        form = self.body["form"]
        amount = form.get("amount_cents", abs(form.get("monthly_delta_cents", 0)))
        applicant = self.body["applicant"]["id_no"]
        case = model.accepted(answer, self.category, applicant, amount)
        assert case.case_no not in picture.cases, "one number for two cases"
        picture.cases[case.case_no] = case
        model.begun(picture, case, self.staff_no, answer)
        return "accepted"

    def does(self, session: Session, office: Office, actor: Actor) -> Any:
        return views.after(cases.accept(session, office, actor, Application(**self.body)))

    def sent(self) -> Sent:
        return Sent(self.staff_no, self.key, "/api/cases", self.body, self.does)

    def content_may_refuse(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class OnCase(Act):
    """Something somebody wants to do with a case."""

    case_no: str

    def case(self, picture: Picture) -> Known:
        """The case in the picture."""
        return picture.cases[self.case_no]


@dataclass(frozen=True, slots=True)
class Sign(OnCase):
    """Somebody signs a task over what he saw; ``proved`` whether he gave his password."""

    task_id: str
    step: str
    decision: Any
    seen: str
    proved: bool
    account_id: int
    on: date

    def allowed(self, picture: Picture) -> bool:
        case = self.case(picture)
        escalates = self.decision != "escalate" or (self.step, case.route) == ("conclude", "county")
        return (
            picture.may_take(self.staff_no, case, self.task_id, self.step)
            and self.step != "correct"
            and self.seen == case.seen
            and (self.proved or case.level > 1 or self.step == "handle")
            and escalates
        )

    def took(self, picture: Picture, answer: Any) -> str:
        case = self.case(picture)
        if self.decision in ("approve", "escalate") and answer["status"] == "returned":
            # The register moved on since it was shown: nothing is signed, the case goes back.
            assert answer["decided"]["reasons"] == ["register_changed"]
            case.status, case.waiting, case.held_by = "returned", "correct", None
            counted = "sent back by the register"
        else:
            model.signed(case, self.staff_no, self.step, self.decision)
            counted = f"signed {self.decision}"
        model.told(case, answer)
        return counted

    def does(self, session: Session, office: Office, actor: Actor) -> Any:
        resolution = None
        if self.step == MEETING_STEP and self.decision == "approve":
            resolution = Resolution(
                minutes_no=str(self.on), date=self.on, attendees="甲、乙", decision="同意"
            )
        given = SignOffRequest(
            decision=self.decision, opinion="已核对", resolution=resolution, seen=self.seen
        )
        proof = office_people.proof(self.account_id) if self.proved else None
        return views.after(signing.sign(session, office, actor, self.task_id, given, proof=proof))

    def sent(self) -> Sent:
        body = {"decision": self.decision, "seen": self.seen}
        path = f"/api/tasks/{self.task_id}/sign"
        return Sent(self.staff_no, self.key, path, body, self.does, task_id=self.task_id)


@dataclass(frozen=True, slots=True)
class Hold(OnCase):
    """Somebody claims a task, or releases it."""

    task_id: str
    step: str
    claims: bool

    def allowed(self, picture: Picture) -> bool:
        return picture.may_take(self.staff_no, self.case(picture), self.task_id, self.step)

    def took(self, picture: Picture, answer: Any) -> str:
        self.case(picture).held_by = self.staff_no if self.claims else None
        assert answer["claimed_by"] == (self.staff_no if self.claims else None)
        return "claimed" if self.claims else "released"

    def does(self, session: Session, office: Office, actor: Actor) -> Any:
        act = claims.claim if self.claims else claims.release
        return claims.shown(*act(session, office, actor, self.task_id))

    def sent(self) -> Sent:
        path = f"/api/tasks/{self.task_id}/{'claim' if self.claims else 'release'}"
        return Sent(self.staff_no, self.key, path, {}, self.does, task_id=self.task_id)


@dataclass(frozen=True, slots=True)
class Correct(OnCase):
    """Somebody corrects a returned case, or brings what was missing."""

    body: Mapping[str, Any]

    def allowed(self, picture: Picture) -> bool:
        return picture.may_correct(self.staff_no, self.case(picture))

    def took(self, picture: Picture, answer: Any) -> str:
        case = self.case(picture)
        assert answer["cycle"] == case.cycle + 1
        model.begun(picture, case, self.staff_no, answer)
        return "corrected"

    def does(self, session: Session, office: Office, actor: Actor) -> Any:
        given = Correction.model_validate(self.body)
        return views.after(correction.correct(session, office, actor, self.case_no, given))

    def sent(self) -> Sent:
        path = f"/api/cases/{self.case_no}/correction"
        return Sent(self.staff_no, self.key, path, self.body, self.does, self.case_no)

    def content_may_refuse(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Withdraw(OnCase):
    """The applicant wants no more of it."""

    def allowed(self, picture: Picture) -> bool:
        case = self.case(picture)
        right = picture.has_right(self.staff_no, "withdraw", case)
        return right and case.status not in model.FINAL

    def took(self, picture: Picture, answer: Any) -> str:
        case = self.case(picture)
        model.ended(case, "withdrawn")
        model.told(case, answer)
        return "withdrawn"

    def does(self, session: Session, office: Office, actor: Actor) -> Any:
        return views.after(withdrawal.withdraw(session, office, actor, self.case_no, "不办了"))

    def sent(self) -> Sent:
        path = f"/api/cases/{self.case_no}/withdrawal"
        return Sent(self.staff_no, self.key, path, {"reason": "不办了"}, self.does, self.case_no)
