"""Messages to applicants and staff: due in the transaction, sent at least once, known by their key."""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, text, update

from database import connection
from database.clock import FixedClock
from database.connection import OfficeSession
from engine.outgoing import outbox
from engine.outgoing.notice_contacts import NoticeContact
from engine.outgoing.outbox_record import MessageOutcome, OutboxMessage
from jobs import messages
from jobs.carrier import Carrier, NotEver, NotNow
from oversight import verification
from tests import book, told_office, warned_office
from tests.clock_commands import EXTENSION, SIGNED, STOP
from tests.databases import Database
from tests.heard_office import HTML
from tests.people import Hall
from tests.told_office import ADDRESS, CONTACT, COUNTY, INSTANT, Post, accepted, mails, states


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def folder(hall: Hall, tmp_path: Path) -> Path:
    told_office.set_plan(hall, told_office.in_folder(tmp_path / "mails"))
    return tmp_path / "mails"


@pytest.fixture
def post(hall: Hall, clock: FixedClock) -> Post:
    return Post(hall, clock)


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> Callable[[Carrier], None]:
    """Let messages go by another carrier."""
    return lambda carry: monkeypatch.setattr(messages, "carrier", lambda _mail: carry)


def test_each_stage_of_a_case_is_told_once(hall: Hall, folder: Path, post: Post) -> None:
    body = hall.example(*COUNTY)
    number = hall.T101.accept({**body, "contact": CONTACT})["case_no"]
    hall.R101.sign(number, "return", reasons=["materials_unclear"])
    fault = {
        "kind": "material",
        "code": body["materials"][0]["code"],
        "reason": "expired",
        "text": "",
    }
    hall.T101.post(f"/api/cases/{number}/notices", {"faults": [fault]}, status=201)
    hall.T101.post(f"/api/cases/{number}/correction", {"materials": body["materials"]})
    hall.D101.post(f"/api/cases/{number}/clock-stop", STOP)
    hall.D101.post(f"/api/cases/{number}/clock-resumption", SIGNED)
    hall.Z101.post(f"/api/cases/{number}/extension", {**EXTENSION, "days": 3})
    for staff_no in ("R101", "D101", "Z101"):
        getattr(hall, staff_no).sign(number)
    kinds = [
        "accepted", "task_offered", "corrections", "task_offered", "clock_stopped", "clock_resumed",
        "extended", "ready",
    ]  # fmt: skip
    assert states(hall, number) == [(kind, "waiting") for kind in kinds]

    assert post.send() == {"sent": 8, "put_off": 0, "dead": 0}
    assert post.send() == {"sent": 0, "put_off": 0, "dead": 0}
    assert states(hall, number) == [(kind, "sent") for kind in kinds]
    sent = mails(folder)
    assert len({mail["Message-ID"] for mail in sent}) == 8
    assert {mail["To"] for mail in sent} == {ADDRESS, "fuhe@rs.example.cn"}
    names = {body["applicant"]["name"], body["applicant"]["id_no"]}
    for mail in sent:
        said = f"{mail['Subject']} {mail.get_content()}"
        assert number in said
        assert not any(name in said for name in names)
    shown = hall.T101.get(f"/api/cases/{number}/told")["items"]
    assert {one["address"] for one in shown} == {"z***@mail.example.cn", None}
    assert hall.A101.findings(number) == []


def test_a_case_that_ends_at_once_is_told_once_and_who_didnt_ask_never(
    hall: Hall, folder: Path, post: Post
) -> None:
    number = accepted(hall, INSTANT)
    silent = hall.T101.accept(hall.example(*INSTANT, nth=1))["case_no"]
    assert (states(hall, number), states(hall, silent)) == ([("ready", "waiting")], [])
    post.send()
    (mail,) = mails(folder)
    assert "已办结" in mail["Subject"]


def test_what_is_refused_leaves_no_row(hall: Hall, folder: Path) -> None:
    body = hall.example(*INSTANT)
    wrong = {**body, "contact": {**CONTACT, "address": "a@b.cn\r\nBcc: x@y.cn"}}
    assert hall.T101.accept(wrong, status=422)["errors"][0]["field"] == "contact.address"
    silent = {**body, "contact": {**CONTACT, "consent": False}}
    hall.T101.accept(silent, status=422)
    hall.T101.accept({**body, "contact": CONTACT, "form": {"x": 1}}, status=422)
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        for model in (NoticeContact, OutboxMessage):
            assert session.execute(select(func.count()).select_from(model)).scalar_one() == 0
    assert not folder.exists()


def test_an_office_without_a_channel_takes_no_address(hall: Hall) -> None:
    body = {**hall.example(*INSTANT), "contact": CONTACT}
    assert hall.T101.accept(body, status=422)["errors"][0]["rule"] == "contact.channel"


def test_a_node_that_dies_before_or_after_sending_loses_and_doubles_nothing(
    hall: Hall, folder: Path, post: Post, carried: Callable[[Carrier], None]
) -> None:
    number = accepted(hall)
    whole = messages.carrier(hall.client.app.state.office.messages.mail)  # type: ignore[attr-defined]
    keys: list[str] = []

    def before(_mail: EmailMessage, _key: str) -> None:
        raise Killed

    def after(mail: EmailMessage, key: str) -> None:
        keys.append(str(mail["Message-ID"]))
        whole(mail, key)
        raise Killed

    for died in (before, after):
        carried(died)
        with pytest.raises(Killed):
            post.send()
        assert states(hall, number) == [("ready", "waiting")]
        # Nobody takes it from a node that may still be at it.
        carried(whole)
        post.clock.moment += timedelta(seconds=30)
        post.wait_for_leases()
    assert post.send()["sent"] == 1
    assert [str(mail["Message-ID"]) for mail in mails(folder)] == keys
    assert states(hall, number) == [("ready", "sent")]


@pytest.mark.usefixtures("folder")
def test_a_server_that_is_down_delays_and_one_that_refuses_ends_it(
    hall: Hall, post: Post, carried: Callable[[Carrier], None]
) -> None:
    number = accepted(hall)

    def down(_mail: EmailMessage, _key: str) -> None:
        raise NotNow("smtp.unreachable")

    carried(down)
    assert post.send() == {"sent": 0, "put_off": 1, "dead": 0}
    # Not at once again: a minute later, then two, and so on.
    assert post.send()["put_off"] == 0
    tried = 1
    while True:
        post.clock.moment += outbox.LONGEST_RETRY
        done = post.send()
        tried += 1
        if done["dead"]:
            break
        assert done["put_off"] == 1
    assert tried == outbox.MOST_ATTEMPTS
    # By then every sign-in has ended.
    hall.people.clear()
    hall.T101.get("/api/undelivered", status=403)
    (dead,) = hall.S101.get("/api/undelivered")["items"]
    assert (dead["case_no"], dead["failing"], dead["attempts"]) == (number, "smtp.unreachable", 14)
    path = f"/api/undelivered/{dead['message_id']}/sending"
    hall.S101.post(path, status=403)
    assert hall.admin.post(path)["state"] == "waiting"
    assert hall.admin.post(path, status=409)["rule"] == "outbox.not_dead"
    hall.admin.post("/api/undelivered/999/sending", status=404)

    def refuses(_mail: EmailMessage, _key: str) -> None:
        raise NotEver("smtp.550")

    carried(refuses)
    assert post.send()["dead"] == 1
    assert hall.S101.get("/api/undelivered")["items"][0]["failing"] == "smtp.550"
    with hall.client.app.state.sessions.reading() as session:  # type: ignore[attr-defined]
        asked = select(MessageOutcome.outcome).order_by(MessageOutcome.outcome_id)
        assert list(session.execute(asked).scalars()) == ["dead", "again", "dead"]


def test_the_supervisor_is_told_of_what_is_overdue(hall: Hall, folder: Path, post: Post) -> None:
    number = warned_office.overdue(hall)
    assert ("overdue", "waiting") in states(hall, number)
    post.send()
    assert "ducha@rs.example.cn" in {mail["To"] for mail in mails(folder)}


@pytest.mark.usefixtures("folder")
def test_addresses_are_sealed_and_what_came_of_messages_is_verified(
    hall: Hall, post: Post, database: Database
) -> None:
    number, other = accepted(hall), accepted(hall)
    post.send()
    state = hall.client.app.state  # type: ignore[attr-defined]
    with state.sessions.reading() as session:
        assert list(verification.verify_office(session, state.office)) == []
        stored = session.execute(text("SELECT address FROM notice_contacts")).scalars()
        assert not any(ADDRESS.encode() in bytes(one) for one in stored)
    history = str(hall.A101.history(number))
    assert ADDRESS not in history
    assert "contact_given" in history

    book.without_triggers(database)
    engine = connection.connect(database.owner_url)
    mine = OutboxMessage.message_key.startswith(number)
    with OfficeSession(engine) as session, session.begin():
        session.execute(update(MessageOutcome).values(outcome="dead"))
        session.execute(delete(OutboxMessage).where(mine))
        session.execute(update(NoticeContact).values(address="thief@mail.example.cn"))
        session.execute(update(OutboxMessage).where(~mine).values(kind="refused", state="waiting"))
    engine.dispose()
    with state.sessions.reading() as session:
        found = list(verification.verify_office(session, state.office))
    rules = {(one.case_no if one.rule.startswith("outbox") else "", one.rule) for one in found}
    assert rules >= {
        ("", "office.altered"),
        (number, "outbox.missing"),
        (number, "outbox.contact"),
        (other, "outbox.contact"),
        (other, "outbox.told_otherwise"),
    }


@pytest.mark.usefixtures("folder")
def test_the_teller_takes_an_address_on_the_check_page(hall: Hall) -> None:
    """Only with the client's consent, and only where the office sends messages."""
    body = hall.example(*INSTANT)
    typed = {
        "applicant": body["applicant"],
        "form": {name: str(value) for name, value in body["form"].items()},
        "materials": {one["code"]: "" for one in body["materials"]},
    }
    said = {"process": body["process"], "content": typed}
    draft = hall.T101.post("/api/drafts", said, status=201)["draft_id"]
    headers = {**hall.T101.headers, **HTML}
    page = hall.client.get(f"/desk/drafts/{draft}/check", headers=headers).text
    names = ("csrf", "key", "seen")
    form = {name: re.findall(rf'name="{name}" value="(\w+)"', page)[-1] for name in names}
    form["contact.address"] = ADDRESS
    accept = f"/desk/drafts/{draft}/accept"
    refused = hall.client.post(accept, data=form, headers=headers)
    assert (refused.status_code, "请先征得服务对象同意" in refused.text) == (422, True)
    form |= {"contact.consent": "1", "contact.language": "en"}
    done = hall.client.post(accept, data=form, headers=headers, follow_redirects=False)
    assert done.status_code == 303, done.text
    number = done.headers["location"].rpartition("/")[2]
    (message,) = hall.T101.get(f"/api/cases/{number}/told")["items"]
    assert (message["language"], message["address"]) == ("en", "z***@mail.example.cn")
