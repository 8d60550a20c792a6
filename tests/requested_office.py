"""A busy demo office for hostile requests: real cases in every state, and bodies that fit them.

A request whose references lead nowhere tests little more than 404, so each kind of request can ask for
what it would be right for: a case that waits for this person's signature, one to correct, one to print.
"""

from typing import Any

from engine.queueing import queue_file
from oversight import seals
from oversight.auditing.lists import catalogue
from tests import (
    access_commands,
    archived_office,
    audited_office,
    authority_bodies,
    calculations,
    clock_commands,
    granting,
    hostile_workbooks,
    met_office,
    owner_commands,
    paper_office,
    papers,
    paying_office,
    qualified,
    queue_commands,
    staff_commands,
    told_office,
)
from tests.hostile_workbooks import MULTIPART
from tests.people import Hall, new_key
from tests.requested_leaves import RequestedLeaves
from tests.requested_routes import CHAIN, LOST, TIMED, WAITS_FOR
from tests.software_token import Token

# What an auditor says to an answer: only to one that was given.
JUDGED = ("/return", "/closing")
PDF = b"%PDF-1.7\nscan"


class RequestedOffice:
    """The demo office, the cases made in it, and what can be asked about them.

    What is named in the plural are the ids of such rows, the newest last.
    """

    cases: list[str]
    grants: list[str]
    stand_ins: list[str]
    appointments: list[str]
    records: list[str]
    declarations: list[str]
    drafts: list[str]
    lists: list[str]
    meetings: list[str]
    papers: list[str]
    contacts: list[str]
    resets: list[str]
    enrolments: list[str]
    factor_resets: list[str]
    identities: list[str]
    samples: list[str]
    findings: list[str]
    messages: list[str]

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        for name, kind in self.__annotations__.items():
            if kind == list[str]:
                setattr(self, name, [])
        self.bodies: dict[str, dict[str, Any]] = {}
        self.token = Token("intl-1")
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
        self.leaves = RequestedLeaves(hall)
        for made in (self.grant, self.stand_in, self.appointment, self.record, self.declaration):
            made()
        self.draft()
        paying_office.owed(hall, "multi_relation_refund")
        self.checked_list()
        self.meeting()
        self.papers += paper_office.reserved(hall, 2)
        self.saved = [queue_commands.saved(hall)]
        self.reset()
        self.enrolment()
        self.factor_reset()
        self.identity()
        seals.seal_all(hall.client.app.state.sessions)  # type: ignore[attr-defined]
        self.samples.append(audited_office.sample(hall))
        self.archive = archived_office.Archive(hall)
        self.finding()
        self.contacts.append(owner_commands.contact(hall))
        self.message()
        signed = hall.T101.history(self.cases[0])["sign_offs"]
        self.keys = [row["key_id"] for row in signed]
        self.person_id = self._found({"id_no": self.persons[0]})["person_id"]
        self.employer_id = self._found({"uscc": self.employers[0]})["employer_id"]

    def case_for(self, state: str) -> str:
        """A new case: one that waits for this person, or or is ``returned``, ``incomplete`` …."""
        which, signed = WAITS_FOR.get(state, (("payment_account_change", 2, None), 0))
        if state in TIMED:
            which = ("account_adjustment", 1, "county")
        if state == "completed":
            which = ("enrollment_certificate", 3, None)
        body = self.hall.example(*which)
        if state == "incomplete":
            body["materials"] = []
        number = str(self.hall.T101.accept(body)["case_no"])
        for staff_no in CHAIN[:signed]:
            getattr(self.hall, staff_no).sign(number)
        if state == "refused":
            self.hall.R101.sign(number, "refuse", reasons=["conditions_not_met"])
        if state == "returned":
            self.hall.R101.sign(number, "return", reasons=["materials_unclear"])
        if state == "stopped":
            self.hall.D101.post(f"/api/cases/{number}/clock-stop", clock_commands.STOP)
        if state == "extended":
            self.hall.Z101.post(f"/api/cases/{number}/extension", clock_commands.EXTENSION)
        owner_commands.bring(self.hall, number, state)
        self.bodies[number] = body
        self.cases.append(number)
        return number

    def paper(self, case_no: str) -> dict[str, Any]:
        """The first document of a case; of one that has none yet, nothing's."""
        listed = self.hall.T101.get(f"/api/cases/{case_no}/documents")["items"]
        nothing = {"number": f"{case_no}-R1", "issued_at": "2026-11-02T02:00:00Z"}
        return next(iter(listed), nothing)

    def turned_away(self) -> str:
        """The number of a refusal at the window."""
        return str(papers.turned_away(self.hall)["number"])

    def grant(self) -> str:
        """A new grant, which nobody but this campaign knows."""
        entered = granting.granted(self.hall, authority_bodies.grant())
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

    def factor_reset(self) -> str:
        """A new application to end somebody's lost factors, which waits for its second person."""
        lost = {"staff_no": "T102", "reason": "令牌遗失"}
        applied = self.hall.secadmin.post("/api/factor-resets", lost, status=201)
        self.factor_resets.append(str(applied["reset_id"]))
        return self.factor_resets[-1]

    def identity(self) -> str:
        """A new outside identity of somebody's."""
        self.identities.append(access_commands.bound(self.hall))
        return self.identities[-1]

    def enrolment(self) -> str:
        """A new application for a key, which waits for its proof."""
        self.token = Token("intl-1")
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
            ("leave_id", self.leaves.leave),
            ("naming_id", self.leaves.naming),
            ("appointment_id", self.appointment),
            ("record_id", self.record),
            ("declaration_id", self.declaration),
            ("reset_id", self.reset),
            ("factor_reset_id", self.factor_reset),
            ("identity_id", self.identity),
            ("enrolment_id", self.enrolment),
            ("draft_id", self.draft),
            ("saved_id", lambda: self.saved.append(queue_commands.saved(self.hall))),
            ("loan_id", self.archive.lend),
            ("contact_id", lambda: self.contacts.append(owner_commands.contact(self.hall))),
            ("message_id", self.message),
            ("meeting_id", lambda: self.meeting(recorded=template.endswith("/closing"))),
            ("finding_id", lambda: self.finding(answered=template.endswith(JUDGED))),
        ):
            if f"{{{name}}}" in template:
                made()
        if "/disposals/{list_id}" in template:
            self.archive.list(template)
        if template.endswith("/{enrolment_id}/confirmation"):
            proof = {"signature": self.token.sign(self.challenge)}
            path = f"/api/key-enrolments/{self.enrolments[-1]}/proof"
            getattr(self.hall, LOST).post(path, proof)

    def meeting(self, *, recorded: bool = False) -> str:
        """A new meeting with a case on its agenda, its minutes entered where it is to be closed."""
        case_no = self.case_for("H001")
        no = f"处务会议〔2026〕{100 + len(self.meetings)}号"
        path = met_office.opened(self.hall, case_no, no=no)
        if recorded:
            self.hall.R001.post(
                f"{path}/minutes", met_office.minutes(self.hall, {case_no: "approve"})
            )
        self.meetings.append(path.rpartition("/")[2])
        return self.meetings[-1]

    def finding(self, *, answered: bool = False) -> str:
        """A new finding on the first case, where it is to be judged answered."""
        made = audited_office.answered if answered else audited_office.finding
        self.findings.append(made(self.hall, self.cases[0]))
        return self.findings[-1]

    def message(self) -> str:
        """A new message that was given up."""
        self.messages.append(str(told_office.dead(self.hall)))
        return self.messages[-1]

    def code_in(self, template: str, number: int) -> str:
        """A code that an address asks for: of a list of the auditors, a calculator, else a process."""
        codes: list[str] = self.processes
        if "/lists/" in template:
            codes = sorted(catalogue.PAGES)
        elif "/calculators/" in template:
            codes = list(calculations.RIGHT)
        elif "/queues/" in template:
            codes = [queue.code for queue in queue_file.shipped().queues]
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

    def record(self) -> None:
        """A new training of somebody who serves no window."""
        self.records.append(qualified.recorded(self.hall))

    def declaration(self) -> None:
        """A new declaration of a teller's, of a relative whom nobody knows."""
        self.declarations.append(qualified.declared(self.hall, staff_commands.new_id_no()))

    def seen(self, case_no: str) -> dict[str, Any]:
        """The case as somebody of its county sees it."""
        return dict(self.hall.T101.case(case_no))

    def task_of(self, case_no: str) -> str:
        """The task that waits in a case, or one that doesn't exist where it has ended."""
        waiting = self.seen(case_no)["waiting"]
        return str(waiting[0]["task_id"]) if waiting else "0" * 26

    def _found(self, number: dict[str, str]) -> dict[str, str]:
        return dict(self.hall.T101.post("/api/register/search", number))
