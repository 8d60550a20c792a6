"""One office and every command it takes over HTTP, each ready to be sent from a state of its own.

A command makes a state as often as it is asked: a new case brought to where the command is right, a
new grant, a new sign-in; so the same command meets an equal state again and again.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests import authority_bodies, awaited_letter, granting, hostile_workbooks
from tests.people import PASSWORD, Hall, Person, new_key

# Who signs a case of the county, in order, after the teller who accepted it.
CHAIN = ("R101", "D101", "Z101")
BOUNDARY = "scan"
MEETING = {
    "minutes_no": "处务会议〔2026〕12号",
    "date": "2026-11-02",
    "attendees": ["华振国", "严峻"],
    "decision": "同意",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A request that can be sent any number of times, the same each time."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    case_no: str | None = None


Prepare = Callable[["CommandedOffice"], Ready]


@dataclass(frozen=True, slots=True)
class Command:
    """One command in one situation: the operation of the interface, and the answer that is right.

    ``kept``: whether the answer is kept under the request's key. ``writes``: whether anything is
    committed at all. ``again`` is the status where it can't be done twice and its answer isn't kept.
    """

    name: str
    operation: str
    prepare: Prepare
    status: int = 200
    kept: bool = True
    writes: bool = True
    again: int | None = None


class CommandedOffice:
    """The demo office, with one process more that waits for a letter.

    ``owner_url`` is where the owner of the tables finds its database, where the application isn't it.
    """

    def __init__(self, hall: Hall, choices: random.Random, owner_url: str | None = None) -> None:
        self.hall = hall
        self.owner_url = owner_url
        self.choices = choices
        self.changing_password = PASSWORD
        self._chosen: dict[tuple[str, int, str | None], int] = {}

    def example(self, process: str, level: int, route: str | None = None) -> dict[str, Any]:
        """A body accepted at this level and route: the same one throughout this office."""
        fitting = [
            body
            for body in self.hall.demo["examples"][process]
            if body["expect"] == {"risk_level": level, "route": route}
            # What can't be taken away again and again is not taken away.
            and body["form"].get("direction") != "decrease"
        ]
        which = (process, level, route)
        if which not in self._chosen:
            self._chosen[which] = self.choices.randrange(len(fitting))
        body = fitting[self._chosen[which]]
        return {name: said for name, said in body.items() if name != "expect"}

    def accepted(self, body: Mapping[str, Any], signed_by: tuple[str, ...] = ()) -> str:
        """A new case, signed by these; its number."""
        number = str(self.hall.T101.accept(dict(body))["case_no"])
        for staff_no in signed_by:
            self.person(staff_no).sign(number)
        return number

    def person(self, staff_no: str) -> Person:
        """Somebody signed in."""
        found: Person = getattr(self.hall, staff_no)
        return found

    def post(self, staff_no: str, path: str, said: Any = None, case_no: str | None = None) -> Ready:
        """A keyed request with a JSON body."""
        headers = {**self.person(staff_no).headers, "Idempotency-Key": new_key()}
        return Ready("POST", path, headers, {"json": said or {}}, case_no)

    def task(self, staff_no: str, case_no: str, act: str, said: Any = None) -> Ready:
        """A request about the task that waits in a case."""
        task_id = self.person(staff_no).case(case_no)["waiting"][0]["task_id"]
        return self.post(staff_no, f"/api/tasks/{task_id}/{act}", said, case_no)

    def sign(self, staff_no: str, case_no: str, decision: str = "approve", **more: Any) -> Ready:
        """A sign-off over what the case shows now; with the password where that is asked for."""
        case = self.person(staff_no).case(case_no)
        said = {
            "decision": decision,
            "opinion": "依据社会保险经办条例第三十八条",
            "seen": case["seen"],
            **({"password": PASSWORD} if case["risk_level"] == 1 else {}),
            **more,
        }
        return self.task(staff_no, case_no, "sign", said)

    def grant(self) -> str:
        """A new grant's id."""
        entered = granting.granted(self.hall, authority_bodies.grant())
        return str(entered["grant_id"])

    def stand_in(self) -> str:
        """A new stand-in's id."""
        entered = self.hall.S101.post("/api/stand-ins", authority_bodies.stand_in(), status=201)
        return str(entered["stand_in_id"])

    def scan(self) -> Ready:
        """An upload of a file nobody sent before."""
        content = b"%PDF-1.7\n" + self.choices.randbytes(self.choices.choice([20, 3_000, 90_000]))
        person = self.hall.T101
        headers = {**person.headers, "Idempotency-Key": new_key()}
        files = {"file": ("scan.pdf", content, "application/pdf")}
        return Ready("POST", "/api/files", headers, {"files": files})

    def workbook(self) -> Ready:
        """An upload of a list of employees."""
        uscc = self.example("contribution_suspend", 3)["applicant"]["id_no"]
        headers = {**self.hall.T101.headers, "Idempotency-Key": new_key()}
        said = {"process": "contribution_suspend", "uscc": uscc}
        files = {"file": ("list.xlsx", hostile_workbooks.good())}
        return Ready("POST", "/api/lists", headers, {"files": files, "data": said})

    def letter_awaited(self) -> str:
        """A new case that waits for its letter."""
        return self.accepted(self.example(awaited_letter.CODE, 1, "county"))
