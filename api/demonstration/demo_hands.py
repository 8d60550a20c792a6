"""The hands of the demo's people: each act by the use case the API calls, in a transaction of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.composition import Opened
from api.demonstration import demo, demo_signers
from authz.actors import Actor
from authz.offices.accounts import Account
from authz.signing_in import passwords
from authz.signing_in.passwords import PasswordProof
from database.clock import office_date
from engine import (
    cases,
    correction,
    covered,
    green_channel,
    signing,
    window_refusals,
    withdrawal,
)
from engine.applications import Application, Correction
from engine.archiving import archive_desk, archive_filing
from engine.archiving.archive_filing import FiledCase, FilingRequest, SupplementRequest
from engine.city_meetings.resolutions import MEETING_STEP, Resolution
from engine.green_channel import GreenEntry
from engine.handling import Handling
from engine.heard import complaints, evaluations, paper_holders
from engine.heard.complaints import ComplaintMade
from engine.heard.enquiries import Guesses
from engine.heard.evaluations import EvaluationGiven
from engine.ownership import owners
from engine.ownership.owners import TransferAnswer, TransferRequest
from engine.paperwork.documents import IssuedDocument
from engine.queueing import claims, transfers
from engine.queueing.transfers import TransferEntry
from engine.sign_off_requests import SignOffRequest
from engine.timing import clock_orders
from engine.timing.clock_orders import StopOrder
from engine.window_refusals import RefusalRequest

SUPERVISOR, ARCHIVIST, DEPUTY = "S101", "V101", "D101"
# Who gives a low grade says whether the rules are the cause, or how he was served.
CAUSES = {1: "service", 2: "policy"}
# What each decision of a signer says beside itself.
SAID: Mapping[str, Mapping[str, Any]] = {
    "approve": {"opinion": "同意"},
    "escalate": {"opinion": "情况特殊，同意并报市处审批"},
    "return": {"opinion": "材料不清，请重新扫描", "reasons": ["materials_unclear"]},
    "refuse": {"opinion": "不符合办理条件（依据办事指南）", "reasons": ["conditions_not_met"]},
}
AWAY = {
    "reason": "conditions_not_met",
    "basis": "社会保险经办条例第十五条",
    "text": "申请人在本地无参保关系，应向参保地申请。",
}


@dataclass
class Hands:
    """Everybody of an opened demo office, with the passwords they proved."""

    opened: Opened
    _proofs: dict[str, PasswordProof] = field(default_factory=dict)

    def accept(self, teller: str, said: Mapping[str, Any]) -> Handling:
        """Accept an application at a window."""
        with self.opened.sessions.command() as session:
            return cases.accept(
                session,
                self.opened.office,
                acting(session, teller),
                Application.model_validate(said),
            )

    def turn_away(self, teller: str, process: str, applicant: Mapping[str, Any]) -> None:
        """Refuse an application at a window, in writing."""
        said = RefusalRequest.model_validate({"process": process, "applicant": applicant, **AWAY})
        with self.opened.sessions.command() as session:
            window_refusals.refuse(session, self.opened.office, acting(session, teller), said)

    def claim(self, staff_no: str, task_id: str) -> None:
        """Take a waiting task."""
        with self.opened.sessions.command() as session:
            claims.claim(session, self.opened.office, acting(session, staff_no), task_id)

    def sign(self, staff_no: str, task_id: str, decision: str) -> Handling:
        """Sign a waiting task, having read the case as it stands."""
        proof = self._proof(staff_no)
        with self.opened.sessions.command() as session:
            signer, office = acting(session, staff_no), self.opened.office
            work, task = signing.open_task(session, office, signer, task_id)
            request = SignOffRequest(
                decision=decision,  # type: ignore[arg-type] # one of SAID's keys
                seen=covered.seen(work),
                resolution=_resolution(work, decision) if task.step == MEETING_STEP else None,
                **SAID[decision],
            )
            return signing.sign(session, office, signer, task_id, request, proof=proof)

    def correct(self, teller: str, case_no: str, materials: Sequence[str]) -> Handling:
        """Bring what was missing, or scan again what wasn't clear."""
        said = Correction.model_validate({"materials": [{"code": code} for code in materials]})
        with self.opened.sessions.command() as session:
            return correction.correct(
                session, self.opened.office, acting(session, teller), case_no, said
            )

    def withdraw(self, teller: str, case_no: str) -> None:
        """End a case at its applicant's wish."""
        with self.opened.sessions.command() as session:
            withdrawal.withdraw(
                session, self.opened.office, acting(session, teller), case_no, "申请人改期再办"
            )

    def let_go_first(self, case_no: str) -> None:
        """Put a case into the green channel."""
        entry = GreenEntry(category="elderly", reason="年满八十周岁")
        with self.opened.sessions.command() as session:
            supervisor = acting(session, SUPERVISOR)
            green_channel.approve(session, self.opened.office, supervisor, case_no, entry)

    def stop_clock(self, case_no: str, basis: str) -> Handling:
        """Stop the clocks of a case for an appraisal."""
        proof, order = self._proof(DEPUTY), StopOrder(reason="appraisal", basis=basis)
        with self.opened.sessions.command() as session:
            deputy, office = acting(session, DEPUTY), self.opened.office
            return clock_orders.stop(session, office, deputy, case_no, order, proof=proof)

    def let_clock_go_on(self, case_no: str) -> Handling:
        """Let them go on: the appraisal is there."""
        proof = self._proof(DEPUTY)
        with self.opened.sessions.command() as session:
            deputy, office = acting(session, DEPUTY), self.opened.office
            return clock_orders.resume(session, office, deputy, case_no, proof=proof)

    def hand_on(self, staff_no: str, to: str, task_id: str) -> None:
        """Hand a task to a colleague of its post."""
        entry = TransferEntry(to=to, reason="workload")
        with self.opened.sessions.command() as session:
            transfers.transfer(
                session, self.opened.office, acting(session, staff_no), task_id, entry
            )

    def pass_on(self, teller: str, to: str, case_no: str) -> None:
        """Offer a case to a colleague at another window, who takes it: he answers to its applicant now."""
        office = self.opened.office
        with self.opened.sessions.command() as session:
            offered = TransferRequest(to=to, reason="交接班")
            owners.offer(session, office, acting(session, teller), case_no, offered)
        with self.opened.sessions.command() as session:
            owners.answer(
                session, office, acting(session, to), case_no, TransferAnswer(accept=True)
            )

    def judge(self, case_no: str, grade: int) -> None:
        """Evaluate a service by the paper it ended with; who was served badly complains, too."""
        with self.opened.sessions.command() as session:
            asked = select(IssuedDocument).where(IssuedDocument.case_no == case_no)
            paper = session.execute(asked.order_by(IssuedDocument.number).limit(1)).scalar_one()
            held = paper_holders.held(session, Guesses(), paper.number, paper.verification_code)
            said = EvaluationGiven.model_validate({"grade": grade, "cause": CAUSES.get(grade)})
            evaluations.give(session, held, said)
            if CAUSES.get(grade) == "service":
                complaint = ComplaintMade(about="delay", words="排队时间过长")
                complaints.make(session, held, complaint, f"demo-{case_no}")

    def file_away(self) -> int:
        """File a page of what has ended, its papers brought to the folder first; how many cases."""
        with self.opened.sessions.command() as session:
            archivist = acting(session, ARCHIVIST)
            waiting = archive_desk.waiting(session, archivist)["items"]
            for one in waiting:
                for code in one["missing"]:
                    paper = SupplementRequest(code=code, form="paper", reason="窗口收取的纸质材料")
                    archive_filing.supplement(session, archivist, one["case_no"], paper)
            if waiting:
                filed = [FiledCase(case_no=one["case_no"], pages=4) for one in reversed(waiting)]
                archive_filing.file(session, archivist, FilingRequest(cases=filed))
        return len(waiting)

    def _proof(self, staff_no: str) -> PasswordProof:
        if staff_no not in self._proofs:
            with self.opened.sessions.reading() as session:
                proof = passwords.check(session, staff_no, demo.PASSWORD)
            if proof is None:
                raise demo.OtherData(f"{staff_no} has no demo password")
            self._proofs[staff_no] = proof
        return self._proofs[staff_no]


def _resolution(work: Handling, decision: str) -> Resolution | None:
    if decision != "approve":
        return None
    today: date = office_date(work.now)
    return Resolution(
        minutes_no=f"处务会议〔{today.year}〕{today:%m%d}号",
        date=today,
        attendees=["华振国", "严峻"],
        decision="同意",
    )


def acting(session: Session, staff_no: str) -> Actor:
    """One of the demo's people, able to sign."""
    found = select(Account.account_id).where(Account.staff_no == staff_no)
    return demo_signers.actor(session, session.execute(found).scalar_one())
