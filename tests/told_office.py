"""What stories about messages do: an office with a plan, and the sending of messages by its clock."""

from collections.abc import Mapping
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import select

from database import clock
from database.clock import FixedClock
from database.connection import Sessions
from engine.outgoing import message_texts, outbox
from engine.outgoing.message_plan import Mail, Plan
from engine.outgoing.outbox import LEASE
from jobs import messages
from jobs.record import JobState
from jobs.turns import Runner
from tests.people import Hall

SENDER = "noreply@rs.example.cn"
ADDRESS = "zhang.jianguo@mail.example.cn"
CONTACT = {"channel": "mail", "address": ADDRESS, "language": "zh", "consent": True}
STAFF = {"990101": {"reviewer": ["fuhe@rs.example.cn"], "supervisor": ["ducha@rs.example.cn"]}}
INSTANT = ("enrollment_certificate", 3, None)
COUNTY = ("account_adjustment", 1, "county")


def in_folder(folder: Path) -> Plan:
    """A plan whose mails become files."""
    mail = Mail(sender=SENDER, folder=str(folder))
    return Plan(mail, STAFF, message_texts.load(None))


def beside_data(hall: Hall) -> Plan:
    """A plan whose mails become files beside the office's scans."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    return in_folder(state.office.data_dir / "mails")


def dead(hall: Hall) -> int:
    """The number of a new message that was given up."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    set_plan(hall, beside_data(hall))
    case_no = accepted(hall)
    give_up(state.sessions)
    listed = hall.T101.get(f"/api/cases/{case_no}/told")["items"]
    return int(listed[0]["message_id"])


def give_up(sessions: Sessions) -> None:
    """Let every message that waits be refused for good."""
    with sessions.command() as session:
        now = clock.now(session)
        held = outbox.claim(session, now)
        while held is not None:
            outbox.fail(session, held, now, "smtp.550", for_good=True)
            held = outbox.claim(session, now)


def set_plan(hall: Hall, chosen: Plan) -> None:
    """Let the office send by this plan from now on."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    plan_of(state, chosen)


def plan(hall: Hall) -> Plan:
    """The plan the office sends by."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    found: Plan = state.office.messages
    return found


def plan_of(state: Any, chosen: Plan) -> None:
    """The same of an application by its state."""
    state.rules._take(replace(state.rules.office, messages=chosen))


def accepted(hall: Hall, which: tuple[str, int, str | None] = INSTANT, **said: Any) -> str:
    """A case whose applicant wants to be told."""
    return str(hall.T101.accept({**hall.example(*which), "contact": CONTACT, **said})["case_no"])


def states(hall: Hall, case_no: str) -> list[tuple[str, str]]:
    """Kind and state of the messages about a case, the oldest first."""
    listed = hall.T101.get(f"/api/cases/{case_no}/told")["items"]
    return [(one["kind"]["code"], one["state"]) for one in listed]


def mails(folder: Path) -> list[EmailMessage]:
    """The mails in a folder, in the order of their keys."""
    return [
        message_from_bytes(file.read_bytes(), policy=policy.default)
        for file in sorted(folder.glob("*.eml"))
    ]


class Post:
    """The sending of messages on any node."""

    def __init__(self, hall: Hall, fixed: FixedClock) -> None:
        self.state: Any = hall.client.app.state  # type: ignore[attr-defined]
        self.clock = fixed

    def send(self) -> Mapping[str, int]:
        """Let a tick's time pass and send what is due; how many were sent, put off, given up."""
        self.clock.moment += messages.job().every
        runner = Runner(lambda: self.state.office, self.state.sessions, [messages.job()])
        assert runner.tick() == [messages.NAME]
        with self.state.sessions.reading() as session:
            asked = select(JobState.result).where(JobState.name == messages.NAME)
            found: Mapping[str, int] = session.execute(asked).scalar_one()
            return found

    def wait_for_leases(self) -> None:
        """Until what a node that died held is free again."""
        self.clock.moment += LEASE


def leave_rows(hall: Hall, folder: Path) -> None:
    """A contact, a message about its case, and what came of it."""
    state: Any = hall.client.app.state  # type: ignore[attr-defined]
    set_plan(hall, in_folder(folder))
    accepted(hall)
    runner = Runner(lambda: state.office, state.sessions, [messages.job()])
    assert runner.tick() == [messages.NAME]
