"""One history of a random office: sends what people want, holds answers and rows to the picture."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.orm import Session

from database import digest
from database.refusals import Forbidden, NotFound, NotSignedIn, Refusal
from oversight import check_evidence, evidence, seal_checks, seal_record, seals, verification
from oversight.evidence import Wanted
from oversight.seal_record import Checkpoint
from tests import office_rows
from tests.office_acts import Accept, Act, Correct, OnCase, Sign, Withdraw
from tests.office_model import Known
from tests.office_people import POSTS_FOR, STAFF
from tests.office_setting import Setting

# The whole office takes a quarter of a second, mostly for what the demo opened; each case acted on is
# verified at once.
VERIFIED_EVERY = 8
# So many acts lie between two seals; what is added after the last is sealed at the end.
SEALED_EVERY = 12
# By what they are counted as, the rows that acts add to tables.
PARTS = {
    "accepted": {"cases": 1, "case_contents": 1},
    "corrected": {"cases": 0, "case_contents": 1},
    "signed approve": {"sign_offs": 1, "case_contents": 0},
    "signed return": {"sign_offs": 1, "register_postings": 0},
    "signed refuse": {"sign_offs": 1, "register_postings": 0},
    "signed escalate": {"sign_offs": 1, "register_postings": 0},
    "sent back by the register": {"sign_offs": 0, "journal": 2},
    "granted": {"grants": 1, "cases": 1, "sign_offs": 3, "register_postings": 1},
    "revoked grant": {"grant_revocations": 1, "journal": 1},
}


T = TypeVar("T")


def among(choices: Sequence[T], pick: int, turn: int) -> T:
    """One of several by a drawn number; each turn of the same number chooses anew."""
    return choices[(pick * 7919 + turn * 104_729) // 31 % len(choices)]


class History:
    """A fresh office, the picture of it, and everything that was sent."""

    def __init__(self, setting: Setting, counts: Counter[str]) -> None:
        self.setting = setting
        self.counts = counts
        self.place = setting.begin()
        self.edge, self.picture = self.place.edge, self.place.picture
        self.acts: list[Act] = []
        self.witness: list[Checkpoint] = []
        self._keys = 0
        self._sound = True

    def key(self) -> str:
        """An idempotency key nobody used yet."""
        self._keys += 1
        return f"key-{self._keys}"

    def extent(self) -> Mapping[str, int]:
        """How far each table reaches."""
        with self.edge.sessions.reading() as session:
            return office_rows.extent(session)

    def attempt(self, act: Act, node: int) -> None:
        """Send a request: it is done, refused or answered again exactly as the picture foretells."""
        self._sound = False
        self.acts.append(act)
        named = (act.staff_no, act.key)
        before, allowed, done = self.extent(), act.allowed(self.picture), False
        told = self.edge.send(act.sent(), node)
        after = self.extent()
        if named in self.picture.acknowledged and act.staff_no not in self.picture.left:
            assert told.replayed, told
            assert told.content == self.picture.acknowledged[named]
            assert before == after, "a repeated request had an effect"
            self.counts["answered again"] += 1
        elif told.refusal is not None:
            self._refused(act, told.refusal, allowed=allowed)
            kept = act.staff_no not in self.picture.left
            office_rows.check_refusal(before, after, kept=kept)
        else:
            assert allowed, f"{act} must have been refused"
            self.picture.acknowledged[named] = told.content
            did, done = act.took(self.picture, told.answer), True
            self.counts[did] += 1
            self._check_done(act, did, told.answer, before, after)
        self._check_rows(act, done=done, verified=told.refusal is None)
        if len(self.acts) % SEALED_EVERY == 0:
            self._seal()
        self._sound = True

    def _seal(self) -> None:
        """Seal what is new, and keep the seals where nobody of the office can write."""
        made = seals.seal_all(self.edge.sessions)
        self.witness += map(seal_record.checkpoint, made)
        self.counts["seals"] += len(made)

    def reuse(self, pick: int) -> None:
        """A key that has had its answer comes with another request, which must be refused."""
        taken = sorted(self.picture.acknowledged)
        staff_no, key = among(taken, pick, 1)
        if staff_no in self.picture.left:
            return
        before = self.extent()
        other = Withdraw(staff_no, key, self.case(pick).case_no)
        told = self.edge.send(replace(other.sent(), path="/api/elsewhere"))
        assert told.refusal is not None
        assert told.refusal.rule == "idempotency.key_reused"
        office_rows.check_refusal(before, self.extent(), kept=True)
        self.counts["refused idempotency.key_reused"] += 1

    def _refused(self, act: Act, refusal: Refusal, *, allowed: bool) -> None:
        self.counts[f"refused {refusal.rule}"] += 1
        said = f"{act} refused: {refusal.rule} {refusal.errors}"
        assert not allowed or act.content_may_refuse(), said
        assert not (allowed and isinstance(refusal, Forbidden | NotFound | NotSignedIn)), said
        assert refusal.rule, "a refusal without its rule"

    def _check_done(
        self,
        act: Act,
        did: str,
        answer: Mapping[str, object],
        before: Mapping[str, int],
        after: Mapping[str, int],
    ) -> None:
        parts = dict(PARTS.get(did, {}))
        if isinstance(act, Accept | OnCase):
            posted = "receipt" in answer
            parts["register_postings"] = int(posted)
            self.counts["completed"] += posted
        office_rows.check_done(before, after, parts)

    def _check_rows(self, act: Act, *, done: bool, verified: bool) -> None:
        case = self._about(act)
        if case is None:
            return
        with self.edge.sessions.reading() as session:
            office_rows.check_case(session, case, self.edge.accounts)
            # What is answered again was done under the rights of then, and what the register sent back was
            # signed before: its rights may have ended since.
            signs = isinstance(act, Accept | Sign | Correct) and case.waiting != "correct"
            if done and signs and case.signed:
                office_rows.check_authority(session, self.picture, case)
            if verified:
                office = self.setting.offices[0]
                found = verification.verify_case(session, office, case.case_no)
                assert found == [], [str(finding) for finding in found]

    def _about(self, act: Act) -> Known | None:
        if isinstance(act, OnCase):
            return act.case(self.picture)
        if isinstance(act, Accept) and self.picture.cases:
            return list(self.picture.cases.values())[-1]
        return None

    def case(self, pick: int) -> Known:
        """A case: mostly one that is still open."""
        cases = list(self.picture.cases.values())
        still_open = [case for case in cases if case.waiting]
        if still_open and pick % 8:
            cases = still_open
        return among(cases, pick, 2)

    def task(self, case: Known, pick: int) -> tuple[str, str]:
        """A task of a case and its step: mostly the one that waits."""
        if not case.tasks:
            return "no task", "handle"
        return case.tasks[-1] if pick % 6 else among(case.tasks, pick, 3)

    def rightful(self, case: Known, pick: int) -> str:
        """Somebody whose turn it is, anybody where there is none."""
        step = case.waiting or ""
        if step == "correct":
            able = [one for one in STAFF if self.picture.may_correct(one, case)]
        else:
            able = [
                one
                for one in STAFF
                if step and self.picture.may_take(one, case, case.task_id, step)
            ]
        able = able or list(STAFF)
        return among(able, pick, 4)

    def tempted(self, case: Known, pick: int, staff_no: str) -> str:
        """Somebody whose turn it need not be: mostly one whose post would fit, or else this one."""
        fitting = POSTS_FOR.get(case.waiting or "", frozenset())
        able = [one for one, who in STAFF.items() if who.post in fitting]
        return among(able, pick, 5) if able and pick % 4 else staff_no

    def signing(self, case: Known, staff_no: str, decision: str, pick: int) -> Sign:
        """Somebody's signature on a case as it stands now."""
        task_id, step = self.task(case, pick)
        return Sign(
            staff_no,
            self.key(),
            case.case_no,
            task_id,
            step,
            decision,
            case.seen,
            proved=True,
            account_id=self.edge.accounts[staff_no],
            on=self.picture.today,
        )

    def correction(self, case: Known, staff_no: str, *, half: bool = False) -> Correct:
        """What a case needs to go on: every required material, or only the first."""
        guide = self.setting.offices[0].catalogue.at(case.definition).guide
        given = [{"code": one.code} for one in guide.materials if one.required]
        body = {"materials": given[:1] if half else given}
        return Correct(staff_no, self.key(), case.case_no, body)

    def next_act(self, case: Known, turn: int) -> Act | None:
        """What brings the case on, by whom it waits for, now and then back; None where it has ended."""
        if case.waiting is None:
            return None
        who = self.rightful(case, turn)
        if case.waiting == "correct":
            return self.correction(case, who)
        # A corrected case needs fewer turns to its end than lie between two returns.
        decision = "return" if turn % 9 == 3 else "approve"
        if turn % 9 == 5 and (case.waiting, case.route) == ("conclude", "county"):
            decision = "escalate"
        return self.signing(case, who, decision, 1)

    def temptation(self, case: Known, pick: int) -> Sign:
        """A signature that should not be: by another, unseen, unproved, or by who already had his part."""
        rightful = self.rightful(case, pick)
        honest = self.signing(case, rightful, "approve", 1)
        fitting = [
            one for one, who in STAFF.items() if who.post in POSTS_FOR.get(case.waiting or "", ())
        ]
        parties = {
            STAFF[one].person for one in (case.accepted_by, *(row[1] for row in case.signed))
        }
        parties.add(case.applicant)
        had_part = [one for one in fitting if STAFF[one].person in parties]
        tries = [
            replace(honest, seen="0" * 64),
            replace(honest, proved=False),
            self.signing(case, among(fitting or [rightful], pick, 11), "approve", 1),
            self.signing(case, among(had_part or fitting or [rightful], pick, 12), "approve", 1),
        ]
        return among(tries, pick, 13)

    def end(self) -> None:
        """The last look at the whole office, unless something failed already."""
        if not self._sound:
            self.setting.spoiled = True
            return
        self._seal()
        with self.edge.sessions.reading() as session:
            for case in self.picture.cases.values():
                office_rows.check_case(session, case, self.edge.accounts)
            self._check_seals(session)
            if self.counts["histories"] % VERIFIED_EVERY == 0:
                found = list(verification.verify_office(session, self.setting.offices[0]))
                assert found == [], [str(finding) for finding in found]
                self.counts["offices verified"] += 1
        self.counts["histories"] += 1

    def _check_seals(self, session: Session) -> None:
        """A clean history is under its seals, as witnessed, and so is the evidence of one of its cases."""
        found = [*seal_checks.check(session), *seal_checks.check_witness(session, self.witness)]
        assert found == [], [str(finding) for finding in found]
        if not self.picture.cases:
            return
        number = among(sorted(self.picture.cases), self.counts["histories"], 14)
        office = self.setting.offices[0]
        collected = evidence.collect(session, office, number, Wanted(personal=True))
        members = evidence.members(collected, b"%PDF")
        lines = b"\n".join(map(digest.canonical, self.witness))
        assert list(check_evidence.findings(members, lines)) == []
        self.counts[f"evidence {collected.record['case']['status']}"] += 1
