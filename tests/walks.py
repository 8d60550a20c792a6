"""One step of a random walk through a case, and everything the office shows of it before and after."""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, TextClause, select, text
from sqlalchemy.orm import Session

from api.composition import Opened
from api.demonstration import demo, demo_signers
from authz.actors import Actor
from authz.granting import grants
from authz.granting.grant_record import Grant
from authz.offices.accounts import Account
from authz.signing_in.passwords import PasswordProof
from database.clock import office_date
from database.declarative import Base
from database.refusals import Refusal
from engine import bpmn, cases, correction, office_record, signing, views, withdrawal
from engine.applications import Application, Correction
from engine.city_meetings.resolutions import MEETING_STEP, Resolution
from engine.office import Office
from engine.queueing import claims, queues
from engine.record import Case, CaseState, Task
from engine.sign_off_requests import SignOffRequest
from tests import outside

READERS = (
    "T101", "T102", "B101", "R101", "R102", "D101", "Z101", "A101", "T001", "R001", "P001", "H001",
)  # fmt: skip
SIGNERS = {
    ("handler", "990101"): ("B101",),
    ("reviewer", "990101"): ("R101", "R102"),
    ("deputy_director", "990101"): ("D101",),
    ("director", "990101"): ("Z101",),
    ("reviewer", "990100"): ("R001",),
    ("city_approver", "990100"): ("P001",),
    ("city_head", "990100"): ("H001",),
}
# Moves while somebody's signature is awaited, and how often each; while a correction is.
MOVES = {
    "approve": 10, "return": 2, "refuse": 1, "escalate": 2, "claim": 2, "release": 2, "intrude": 1,
    "withdraw": 1,
}  # fmt: skip
MENDS = {"correct": 8, "half": 2, "claim": 1, "intrude": 1, "withdraw": 1}
# The demo's months are many and opened once: how many there are and up to which is enough.
_COUNTED = "contribution_months"


def bodies(office: Office) -> list[dict[str, Any]]:
    """Every example of every process, as bodies of acceptance."""
    listed = demo.examples(office.catalogue).values()
    return [
        {name: value for name, value in body.items() if name != "expect"}
        for each in listed
        for body in each
    ]


def step(opened: Opened, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Show the case, do what is asked, show it again; with the whole record at both moments."""
    number = asked.get("case_no")
    before = shown(opened, number, asked["looked"])
    told: dict[str, Any] = {"before": before, "record": record(opened)}
    choices = random.Random(asked["seed"])
    try:
        told["did"], number = _moved(opened, asked, choices)
    except Refusal as refusal:
        told["did"] = f"refused {refusal.rule}"
    told |= {
        "case_no": number,
        "after": shown(opened, number, asked["looks"]),
        "kept": record(opened),
    }
    told["status"] = told["after"].get("case", {}).get("status")
    told["at"] = opened.sessions.clock.now().isoformat()
    return told


def shown(opened: Opened, case_no: str | None, looking: Sequence[str]) -> dict[str, Any]:
    """The case, its history and place in the diagram, and the queues of those who look."""
    with opened.sessions.reading() as session:
        said: dict[str, Any] = {
            f"queue of {staff_no}": queues.worklist(session, _actor(session, staff_no))
            for staff_no in looking
        }
        if case_no is not None:
            auditor = _actor(session, "A001")
            said["case"] = views.case_view(session, opened.office, auditor, case_no)
            said["history"] = views.history(session, auditor, case_no)
            said["position"] = _position(session, opened.office, case_no)
    return said


def _position(session: Session, office: Office, case_no: str) -> Sequence[str]:
    """Where the case stands, as stored and as it is stored again once restored."""
    case = session.execute(select(Case).where(Case.case_no == case_no)).scalar_one()
    state = session.get(CaseState, case.case_id)
    if state is None:
        return []
    run = bpmn.restore(office.catalogue.at(case.definition).model, state.state)
    version, number, *place = json.loads(state.state)
    again_version, again_number, *again = json.loads(run.dump())
    # Numbers of tokens are never given twice; building the tree anew may use some up.
    assert (again_version, again) == (version, place), "restored it stands elsewhere"
    assert again_number >= number
    return [str(waiting) for waiting in run.waiting]


def record(opened: Opened) -> str:
    """A digest of every row of every table, as the database itself holds them."""
    with opened.sessions.reading() as session:
        found = session.execute(_whole(session.get_bind().dialect.name)).all()
    return hashlib.sha256(repr(sorted(map(tuple, found))).encode()).hexdigest()


@lru_cache
def _whole(kind: str) -> TextClause:
    """One question, a row a table: a hundred questions would each be compiled and sent, twice a step."""
    return text(" UNION ALL ".join(_of_table(table, kind) for table in Base.metadata.sorted_tables))


def _of_table(table: Table, kind: str) -> str:
    name = table.name
    if name == _COUNTED:
        return f"SELECT '{name}', count(*) || ' ' || max(row_id) FROM {name}"  # noqa: S608
    if kind == "postgresql":
        return f"SELECT '{name}', md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM {name} t"  # noqa: S608
    row = " || ',' || ".join(f'quote("{column.name}")' for column in table.columns)
    return f"SELECT '{name}', group_concat({row}, ' ') FROM \"{name}\""  # noqa: S608


def _moved(
    opened: Opened, asked: Mapping[str, Any], choices: random.Random
) -> tuple[str, str | None]:
    """Do the step; what was done, and the case it was done to."""
    office, number = opened.office, asked.get("case_no")
    if "revoke" in asked:
        with opened.sessions.command() as session:
            _revoke(session)
        return "revoked", None
    if "begin" in asked:
        body = bodies(office)[asked["begin"]]
        if choices.random() < 0.2:
            body = {**body, "materials": []}
        at_the_city = choices.random() < 0.2
        category = office.catalogue.current(body["process"]).category
        teller = "T001" if at_the_city and category == "benefit" else "T101"
        with opened.sessions.command() as session:
            work = cases.accept(session, office, _actor(session, teller), Application(**body))
            return "accepted", work.case.case_no
    with opened.sessions.reading() as session:
        case = session.execute(select(Case).where(Case.case_no == number)).scalar_one()
        task = session.execute(
            select(Task).where(Task.case_id == case.case_id, Task.closed_at.is_(None))
        ).scalar_one_or_none()
    if task is None:
        with opened.sessions.command() as session:
            teller = "T001" if case.agency_code == "990100" else "T101"
            on = office_date(session.info["clock"].now())
            came = outside.move(session, office, _actor(session, teller), case, on, choices)
            return came, number
    with opened.sessions.reading() as session:
        moves = MENDS if task.step == "correct" else MOVES
        move = choices.choices(list(moves), list(moves.values()))[0]
        staff_no = _whose_turn(session, task, choices)
    if move == "intrude":
        staff_no, move = choices.choice(READERS), "correct" if moves is MENDS else "approve"
    if move == "withdraw":
        staff_no = "T001" if case.agency_code == "990100" else "T102"
    with opened.sessions.command() as session:
        _done(session, office, case, task, staff_no, move)
    return move, number


def _done(
    session: Session, office: Office, case: Case, task: Task, staff_no: str, move: str
) -> None:
    actor = _actor(session, staff_no)
    if move in ("claim", "release"):
        act = claims.claim if move == "claim" else claims.release
        act(session, office, actor, task.task_id)
    elif move == "withdraw":
        withdrawal.withdraw(session, office, actor, case.case_no, "不办了")
    elif move in ("correct", "half"):
        guide = office.catalogue.at(case.definition).guide
        given = [{"code": one.code} for one in guide.materials if one.required]
        said = Correction.model_validate({"materials": given[:1] if move == "half" else given})
        correction.correct(session, office, actor, case.case_no, said)
    else:
        request = _request(session, office, case, task, move)
        proof = PasswordProof(actor.account_id, 1)
        signing.sign(session, office, actor, task.task_id, request, proof=proof)


def _request(
    session: Session, office: Office, case: Case, task: Task, decision: Any
) -> SignOffRequest:
    resolution = None
    if task.step == MEETING_STEP and decision == "approve":
        day = office_date(case.accepted_at)
        resolution = Resolution(minutes_no=str(day), date=day, attendees="甲、乙", decision="同意")
    seen = views.case_view(session, office, _actor(session, "A001"), case.case_no)["seen"]
    return SignOffRequest(decision=decision, opinion="已核对", resolution=resolution, seen=seen)


def _whose_turn(session: Session, task: Task, choices: random.Random) -> str:
    if task.reserved_for is not None:
        found = select(Account.staff_no).where(Account.account_id == task.reserved_for)
        return session.execute(found).scalar_one()
    return choices.choice(SIGNERS[task.post, task.agency_code])


def _revoke(session: Session) -> None:
    """The county's tellers lose the right to handle limited business: the back office does it."""
    actor = _actor(session, "S101")
    entered = select(Grant.grant_id).where(Grant.agency_code == "990101")
    grant_id = session.execute(entered).scalar_one()
    revoked = grants.revoke(session, actor, grant_id, "不再需要")
    office_record.note(session, actor.agency, "grant_revoked", [revoked], actor=actor)


def _actor(session: Session, staff_no: str) -> Actor:
    account = select(Account.account_id).where(Account.staff_no == staff_no)
    return demo_signers.actor(session, session.execute(account).scalar_one())
