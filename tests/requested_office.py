"""A busy demo office for hostile requests: real cases in every state, and bodies that fit them.

A request whose references lead nowhere tests little more than 404, so each kind of request can ask for
what it would be right for: a case that waits for this person's signature, one to correct, one to print.
"""

from collections.abc import Callable
from typing import Any

from oversight import seals
from oversight.auditing.lists import catalogue
from tests import (
    audited_office,
    authority_bodies,
    calculations,
    hostile_workbooks,
    paying_office,
    staff_commands,
)
from tests.commanded_office import MEETING
from tests.hostile_workbooks import MULTIPART
from tests.people import PASSWORD, Hall, new_key
from tests.software_token import Token

POSTS = {
    "teller": "T101",
    "handler": "B101",
    "reviewer": "R102",
    "deputy_director": "D101",
    "director": "Z101",
    "city_approver": "P001",
    "city_head": "H001",
    "auditor": "A101",
    "supervisor": "S101",
    "internal_control": "C001",
    "guide": "G101",
    "administrator": "admin",
    "finance": "F101",
}
# Who brings a case from acceptance to the step that waits for whom, and on which of the demo's examples.
_CHAIN = ("R101", "D101", "Z101")
_WAITS_FOR = {
    "R102": (("payment_account_change", 2, None), 0),
    "D101": (("account_adjustment", 1, "county"), 1),
    "Z101": (("account_adjustment", 1, "county"), 2),
    "P001": (("account_adjustment", 1, "city_approval"), 3),
    "H001": (("benefit_adjustment", 1, "city_meeting"), 3),
}
# Nobody else acts as this one.
LOST = "T103"
# What an auditor says to an answer: only to one that was given.
JUDGED = ("/return", "/closing")
PDF = b"%PDF-1.7\nscan"


class RequestedOffice:
    """The demo office, the cases made in it, and what can be asked about them."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.bodies: dict[str, dict[str, Any]] = {}
        self.cases: list[str] = []
        self.grants: list[str] = []
        self.stand_ins: list[str] = []
        self.appointments: list[str] = []
        self.drafts: list[str] = []
        self.lists: list[str] = []
        self.resets: list[str] = []
        self.enrolments: list[str] = []
        self.token = Token("intl-1")
        self.samples: list[str] = []
        self.findings: list[str] = []
        self.code = self.challenge = ""
        self.processes = sorted(hall.demo["examples"])
        self.examples = [
            {name: said for name, said in body.items() if name != "expect"}
            for process in self.processes
            for body in hall.demo["examples"][process]
        ]
        self.persons = [person["id_no"] for person in hall.demo["persons"]]
        self.employers = [employer["uscc"] for employer in hall.demo["employers"]]
        for state in ("R102", "D101", "returned", "incomplete", "completed"):
            self.case_for(state)
        self.grant()
        self.stand_in()
        self.appointment()
        self.draft()
        self.checked_list()
        self.reset()
        self.enrolment()
        seals.seal_all(hall.client.app.state.sessions)  # type: ignore[attr-defined]
        self.samples.append(audited_office.sample(hall))
        self.finding()
        signed = hall.T101.history(self.cases[0])["sign_offs"]
        self.keys = [row["key_id"] for row in signed]
        self.person_id = self._found({"id_no": self.persons[0]})["person_id"]
        self.employer_id = self._found({"uscc": self.employers[0]})["employer_id"]

    def case_for(self, state: str) -> str:
        """A new case: one that waits for this person, or ``returned``, ``incomplete``, ``completed``."""
        which, signed = _WAITS_FOR.get(state, (("payment_account_change", 2, None), 0))
        if state == "completed":
            which = ("enrollment_certificate", 3, None)
        body = self.hall.example(*which)
        if state == "incomplete":
            body["materials"] = []
        number = str(self.hall.T101.accept(body)["case_no"])
        for staff_no in _CHAIN[:signed]:
            getattr(self.hall, staff_no).sign(number)
        if state == "returned":
            self.hall.R101.sign(number, "return", reasons=["materials_unclear"])
        self.bodies[number] = body
        self.cases.append(number)
        return number

    def grant(self) -> str:
        """A new grant, which nobody but this campaign knows."""
        entered = self.hall.S101.post("/api/grants", authority_bodies.grant(), status=201)
        self.grants.append(str(entered["grant_id"]))
        return self.grants[-1]

    def draft(self) -> str:
        """A new draft of the teller."""
        begun = self.hall.T101.post("/api/drafts", self.draft_body(), status=201)
        self.drafts.append(str(begun["draft_id"]))
        return self.drafts[-1]

    def checked_list(self) -> str:
        """A list of employees that was checked and waits for its case."""
        headers = {**self.hall.T101.headers, "Idempotency-Key": new_key(), **MULTIPART}
        answer = self.hall.client.post("/api/lists", content=self.list_body(), headers=headers)
        self.lists.append(str(answer.json()["list_id"]))
        return self.lists[-1]

    def list_body(self) -> bytes:
        """A list that may be checked, as multipart."""
        listing = (e["uscc"] for e in self.hall.demo["employers"] if "lists" in e["good_for"])
        return hostile_workbooks.multipart(next(listing))

    def reset(self) -> str:
        """A new application for somebody's lost password, which waits for its second person."""
        lost = {"staff_no": LOST, "reason": "忘记密码"}
        applied = self.hall.admin.post("/api/password-resets", lost, status=201)
        self.code = str(applied["code_part"])
        self.resets.append(str(applied["reset_id"]))
        return self.resets[-1]

    def enrolment(self) -> str:
        """A new application for a key, which waits for its proof."""
        said = {"pem": self.token.public_pem}
        applied = self.hall.T103.post("/api/key-enrolments", said, status=201)
        self.enrolments.append(str(applied["enrolment_id"]))
        self.challenge = str(applied["challenge"])
        return self.enrolments[-1]

    def renew(self, template: str) -> None:
        """Something new for an address that names it, where a request may use it up."""
        for name, made in (
            ("grant_id", self.grant),
            ("stand_in_id", self.stand_in),
            ("appointment_id", self.appointment),
            ("reset_id", self.reset),
            ("enrolment_id", self.enrolment),
            ("draft_id", self.draft),
            ("finding_id", lambda: self.finding(answered=template.endswith(JUDGED))),
        ):
            if f"{{{name}}}" in template:
                made()

    def finding(self, *, answered: bool = False) -> str:
        """A new finding on the first case, where it is to be judged answered."""
        made = audited_office.answered if answered else audited_office.finding
        self.findings.append(made(self.hall, self.cases[0]))
        return self.findings[-1]

    def code_in(self, template: str, number: int) -> str:
        """A code that an address asks for: of a list of the auditors, a calculator, else a process."""
        codes: list[str] = self.processes
        if "/lists/" in template:
            codes = sorted(catalogue.PAGES)
        elif "/calculators/" in template:
            codes = list(calculations.RIGHT)
        return codes[number % len(codes)]

    def draft_body(self) -> dict[str, Any]:
        """A draft that may be kept."""
        return {"process": self.processes[0], "content": {"form": {"amount_cents": "12"}}}

    def stand_in(self) -> str:
        """A new stand-in, which nobody but this campaign knows."""
        entered = self.hall.S101.post("/api/stand-ins", authority_bodies.stand_in(), status=201)
        self.stand_ins.append(str(entered["stand_in_id"]))
        return self.stand_ins[-1]

    def appointment(self) -> str:
        """A new appointment, which nobody but this campaign knows."""
        body = staff_commands.appointment_body()
        entered = self.hall.S101.post("/api/appointments", body, status=201)
        self.appointments.append(str(entered["appointment_id"]))
        return self.appointments[-1]

    def seen(self, case_no: str) -> dict[str, Any]:
        """The case as somebody of its county sees it."""
        return dict(self.hall.T101.case(case_no))

    def task_of(self, case_no: str) -> str:
        """The task that waits in a case, or one that doesn't exist where it has ended."""
        waiting = self.seen(case_no)["waiting"]
        return str(waiting[0]["task_id"]) if waiting else "0" * 26

    def who_may(self, operation: str) -> str:
        """The staff number of somebody to whom this operation is open."""
        if operation.endswith("/evidence/whole"):
            return "A101"
        if "/findings/{finding_id}/answer" in operation:
            return "S101"
        if "/api/audit/" in operation:
            return "A101"
        if "/api/payables" in operation:
            return "F101"
        method_and_place = operation.partition("{")[0]
        return {
            "POST /api/tasks/": "R102",
            "POST /api/grants": "S101",
            "POST /api/grants/": "S101",
            "POST /api/stand-ins": "S101",
            "POST /api/stand-ins/": "S101",
            "POST /api/accounts": "admin",
            "POST /api/accounts/": "admin",
            "POST /api/appointments": "S101",
            "POST /api/appointments/": "S101",
            "POST /api/password-resets": "admin",
            "POST /api/password-resets/": "C001",
            "POST /api/key-enrolments/": LOST,
        }.get(method_and_place, "T101")

    def right_state(self, operation: str, staff_no: str) -> str:
        """The state of a case for which this operation of this person is right."""
        if operation.endswith("/correction"):
            return "returned"
        if operation.endswith(("/receipt.pdf", "/document.pdf")):
            return "completed"
        if operation.endswith("/notice.pdf"):
            return "incomplete"
        return staff_no if staff_no in _WAITS_FOR else "R102"

    def right_body(self, operation: str, case_no: str, number: int) -> Any:
        """A body that fits; ``number`` chooses among several."""
        own = self.bodies[case_no]
        bodies: dict[str, Callable[[], Any]] = {
            "POST /api/session": lambda: {
                "staff_no": list(POSTS.values())[number % len(POSTS)],
                "password": PASSWORD,
            },
            "POST /api/cases": lambda: self.examples[number % len(self.examples)],
            "POST /api/cases/{case_no}/correction": lambda: {
                "form": own["form"],
                "materials": own["materials"],
            },
            "POST /api/cases/{case_no}/withdrawal": lambda: {"reason": "申请人撤回"},
            "POST /api/cases/{case_no}/openings": lambda: {"opened": ["form", "posting"]},
            "POST /api/cases/{case_no}/signed-scans": lambda: {"file": self._scan(number)},
            "POST /api/drafts": self.draft_body,
            "PUT /api/drafts/{draft_id}": self.draft_body,
            "POST /api/processes/{code}/application-form": lambda: self._example_of(number),
            "POST /api/tasks/{task_id}/sign": lambda: self._sign_off(case_no, number),
            "POST /api/tasks/{task_id}/signing": lambda: self._sign_off(case_no, number),
            "POST /api/key-enrolments": lambda: {"pem": Token("gm-1").public_pem},
            "POST /api/key-enrolments/{enrolment_id}/proof": lambda: {
                "signature": self.token.sign(self.challenge)
            },
            "POST /api/register/persons/{person_id}/unmasking": lambda: {
                "fields": ["id_no"],
                "case_no": case_no,
                "reason_code": "inspection",
                "reason": "稽核检查",
            },
            "POST /api/register/search": lambda: self._search(number),
            "POST /api/grants": authority_bodies.grant,
            "POST /api/grants/{grant_id}/revocation": lambda: {"reason": "不再需要"},
            "POST /api/stand-ins": authority_bodies.stand_in,
            "POST /api/accounts": staff_commands.account_body,
            "POST /api/appointments": staff_commands.appointment_body,
            "POST /api/password-resets": lambda: {"staff_no": LOST, "reason": "忘记密码"},
            "POST /api/session/reset": self._by_code,
            "POST /api/audit/cases/search": lambda: {"id_no": self.persons[0]},
            "POST /api/audit/samples": audited_office.sample_body,
            "POST /api/audit/findings": lambda: {"case_no": self.cases[0], **audited_office.SAID},
            "POST /api/audit/findings/{finding_id}/answer": lambda: audited_office.SAID,
            "POST /api/audit/findings/{finding_id}/return": lambda: audited_office.SAID,
            "POST /api/audit/findings/{finding_id}/closing": lambda: audited_office.SAID,
            "POST /api/payables/releases": self._release,
            "POST /api/payables/results": self._report,
            "POST /api/calculators/{code}": lambda: calculations.nth(number),
            # Nobody's password may change: everybody signs in again and again.
            "POST /api/session/password": lambda: {
                "password": "not-his-password",
                "new_password": PASSWORD,
            },
        }
        return bodies[operation]() if operation in bodies else {}

    def _example_of(self, number: int) -> dict[str, Any]:
        process = self.processes[number % len(self.processes)]
        return next(body for body in self.examples if body["process"] == process)

    def _scan(self, number: int) -> str:
        answer = self.hall.client.post(
            "/api/files",
            files={"file": ("signed.pdf", PDF + str(number).encode(), "application/pdf")},
            headers={**self.hall.T101.headers, "Idempotency-Key": new_key()},
        )
        return str(answer.json()["file"])

    def _sign_off(self, case_no: str, number: int) -> dict[str, Any]:
        seen = self.seen(case_no)
        meeting = seen["meeting_required"] and any(
            task["step"] == "city_conclude" for task in seen["waiting"]
        )
        decision = ("approve", "approve", "return", "refuse", "escalate")[number % 5]
        said: dict[str, Any] = {
            "decision": decision,
            "opinion": "同意" if decision == "approve" else "材料与登记不符",
            "password": PASSWORD,
            "seen": seen["seen"],
        }
        if decision == "return":
            said["reasons"] = ["materials_unclear"]
        return said | ({"resolution": MEETING} if meeting else {})

    def _release(self) -> dict[str, Any]:
        """One of the open payables with an account, else whichever there is."""
        listed = paying_office.listed(self.hall)
        due = [one for one in listed if one["status"] in ("determined", "returned")]
        with_account = [one for one in due if one["payee"]["bank_account"]]
        return paying_office.named((with_account or listed)[:1])

    def _report(self) -> dict[str, Any]:
        on_its_way = paying_office.listed(self.hall, asked="?status=released")
        listed = on_its_way or paying_office.listed(self.hall)
        return {"reference": "HP-1", "results": [paying_office.reported(one) for one in listed[:1]]}

    def _by_code(self) -> dict[str, str]:
        path = f"/api/password-resets/{self.reset()}/confirmation"
        code = self.code + str(self.hall.C001.post(path)["code_part"])
        return {"staff_no": LOST, "code": code, "new_password": PASSWORD}

    def _found(self, number: dict[str, str]) -> dict[str, str]:
        return dict(self.hall.T101.post("/api/register/search", number))

    def _search(self, number: int) -> dict[str, str]:
        if number % 3 == 0:
            return {"uscc": self.employers[number % len(self.employers)]}
        return {"id_no": self.persons[number % len(self.persons)]}
