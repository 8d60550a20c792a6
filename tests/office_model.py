"""What a random office should look like: a plain picture of its cases and grants, kept beside the product.

It knows who may do what from ``tests/office_people.py`` and from what was acknowledged before, and never
asks the product: where the two disagree, one of them is wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.office_people import CHAINS, CITY_STEPS, PARENT, POSTS_FOR, ROUTES, SEEN_FROM, STAFF

FINAL = ("completed", "refused", "withdrawn")


@dataclass(slots=True)
class Known:
    """A case as it should stand."""

    case_no: str
    process: str
    category: str
    applicant: str
    amount_cents: int
    agency: str
    definition: str
    accepted_by: str
    level: int
    route: str
    status: str = "in_progress"
    cycle: int = 1
    handler: str | None = None
    signed: list[tuple[str, str, str]] = field(default_factory=list)
    waiting: str | None = None
    held_by: str | None = None
    tasks: list[tuple[str, str]] = field(default_factory=list)
    seen: str = ""
    entries: list[str] = field(default_factory=list)
    posted: str | None = None

    @property
    def task_id(self) -> str:
        """The task that waits now, or the last there was."""
        return self.tasks[-1][0] if self.tasks else "no task"

    def place(self, step: str) -> str:
        """The agency at which a step is done: the city decides for its counties."""
        return PARENT.get(self.agency, self.agency) if step in CITY_STEPS else self.agency


@dataclass(slots=True)
class Given:
    """A grant as it was entered; ``ended`` once revoked."""

    agency: str
    staff_no: str | None = None
    process: str | None = None
    limit_cents: int | None = None
    valid_to: date | None = None
    ended: bool = False


@dataclass(slots=True)
class Picture:
    """The whole office: cases by number, grants by id, who left, the day."""

    today: date
    grants: dict[int, Given]
    cases: dict[str, Known] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    acknowledged: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def sees(self, staff_no: str, case: Known) -> bool:
        """Whether a case is there at all for somebody."""
        return staff_no not in self.left and case.agency in SEEN_FROM[STAFF[staff_no].agency]

    def has_right(self, staff_no: str, step: str, case: Known) -> bool:
        """Whether post, place, section and grants let somebody do a step of a case that isn't his own."""
        who = STAFF[staff_no]
        return (
            self.sees(staff_no, case)
            and who.post in POSTS_FOR[step]
            and who.agency == case.place(step)
            and who.serves(case.category)
            and who.person != case.applicant
            and (step != "handle" or case.level > 1 or bool(self.handling_grants(staff_no, case)))
        )

    def handling_grants(self, staff_no: str, case: Known) -> set[str]:
        """What lets somebody handle limited business: the handler's post, or grants of a teller."""
        if STAFF[staff_no].post == "handler":
            return {"post:handler:handle-limited"}
        return {f"grant:{number}" for number, given in self._covering(staff_no, case)}

    def _covering(self, staff_no: str, case: Known) -> Iterator[tuple[int, Given]]:
        for number, given in self.grants.items():
            if (
                not given.ended
                and (given.valid_to is None or given.valid_to >= self.today)
                and given.agency == STAFF[staff_no].agency
                and given.staff_no in (None, staff_no)
                and given.process in (None, case.process)
                and (given.limit_cents is None or case.amount_cents <= given.limit_cents)
            ):
                yield number, given

    def free(self, staff_no: str, step: str, case: Known) -> bool:
        """Whether the human being behind an account signed no other step; accepting is the maker's."""
        done = [("handle", case.accepted_by), *((one, who) for one, who, _ in case.signed)]
        mine = "handle" if step == "correct" else step
        person = STAFF[staff_no].person
        return all(STAFF[who].person != person or one == mine for one, who in done)

    def may_take(self, staff_no: str, case: Known, task_id: str, step: str) -> bool:
        """Whether somebody may claim, release or sign this task now."""
        return (
            self.has_right(staff_no, step, case)
            and self.free(staff_no, step, case)
            and case.waiting == step
            and case.task_id == task_id
            and not self._held_from(staff_no, step, case)
        )

    def _held_from(self, staff_no: str, step: str, case: Known) -> bool:
        """Whether somebody else claimed what waits, who could still do it."""
        holder = case.held_by
        if holder in (None, staff_no):
            return False
        return self.has_right(holder, step, case) and self.free(holder, step, case)

    def may_correct(self, staff_no: str, case: Known) -> bool:
        """Whoever handled it corrects, else who accepted it; has he left, a colleague in his post."""
        whose = case.handler or case.accepted_by
        colleague = whose in self.left and STAFF[staff_no].post == STAFF[whose].post
        right = self.has_right(staff_no, "correct", case)
        return right and case.waiting == "correct" and (staff_no == whose or colleague)


def accepted(answer: Mapping[str, Any], category: str, applicant: str, amount_cents: int) -> Known:
    """A case that was just accepted, by what its answer says and nobody can foretell."""
    return Known(
        case_no=answer["case_no"],
        process=answer["process"],
        category=category,
        applicant=applicant,
        amount_cents=amount_cents,
        agency=answer["agency"],
        definition=answer["definition"],
        accepted_by=answer["accepted_by"],
        level=answer["risk_level"],
        route=answer["route"] or "",
    )


def begun(picture: Picture, case: Known, maker: str, answer: Mapping[str, Any]) -> None:
    """A cycle begins: by who holds the right the maker's signature comes with it."""
    level, route = answer["risk_level"], answer["route"] or ""
    assert level <= case.level, "a correction lowered the level"
    if level == case.level:
        assert ROUTES.index(route) >= ROUTES.index(case.route), "a correction lowered the route"
    case.level, case.route, case.cycle = level, route, answer["cycle"]
    case.signed, case.held_by = [], None
    if answer["status"] == "awaiting_materials":
        case.status, case.waiting = "awaiting_materials", "correct"
    elif picture.has_right(maker, "handle", case):
        case.handler = maker
        signed(case, maker, "handle", "approve")
    else:
        case.status, case.waiting = "in_progress", "handle"
    told(case, answer)


def signed(case: Known, staff_no: str, step: str, decision: str) -> None:
    """A sign-off was given: the next of the chain is asked, or the case goes back or ends."""
    case.signed.append((step, staff_no, decision))
    case.held_by = None
    if step == "handle" and decision == "approve":
        case.handler = staff_no
    if decision == "escalate":
        case.route = "city_approval"
    if decision == "return":
        case.status, case.waiting = "returned", "correct"
    elif decision == "refuse":
        ended(case, "refused")
    else:
        chain = CHAINS[case.level, case.route]
        rest = chain[chain.index(step) + 1 :]
        if rest:
            case.status, case.waiting = "in_progress", rest[0]
        else:
            ended(case, "completed")


def ended(case: Known, status: str) -> None:
    """The case is closed for good."""
    case.status, case.waiting, case.held_by = status, None, None


def told(case: Known, answer: Mapping[str, Any]) -> None:
    """Take from an answer what is made up at random: the number of the waiting task."""
    case.seen = answer["seen"]
    case.tasks += [
        (task["task_id"], task["step"])
        for task in answer["waiting"]
        if (task["task_id"], task["step"]) not in case.tasks
    ]
