"""Each route of the published document with ids of another agency: the answer is that of an id nobody has.

Taken from the document itself, so that a new route is asked too, and a new kind of id can't be forgotten.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from authz.offices import accounts, people
from authz.offices.accounts import Account
from authz.personnel import appointments
from tests import erasure_commands, requested_bodies, windowed
from tests.people import Hall, Person, new_key
from tests.requested_office import RequestedOffice

pytestmark = pytest.mark.slow
THEIRS = "990102"
# The sister county's own people, and posts that the demo doesn't fill there.
SISTERS = ("T201", "R201", "Z201", "A201", "F201")
FURTHER = {
    "S201": "supervisor",
    "C201": "internal_control",
    "N201": "administrator",
    "K201": "security_administrator",
    "L201": "audit_administrator",
}
# Which ids are no agency's own, and why.
OF_NO_AGENCY = {
    "change_no": "rules hold for the whole office; their cases are the province's",
    "code": "names a process, a list of the auditors or a calculator",
    "digest": "rules hold for the whole office",
    "factor_id": "one's own second factors",
    "employer_id": "the register follows the employer through the province",
    "key_id": "public keys, by which anybody verifies",
    "name": "a message of the case that stands before it",
    "person_id": "the register follows the person through the province",
    "seal_no": "seals are over the journal of the whole office",
    "verification_code": "whoever holds a paper asks by it",
}
Ids = Mapping[str, Sequence[str]]
METHODS = ("get", "post", "put", "delete")


class Compared(NamedTuple):
    """What one person was told (status and text) of a foreign id, and of one that nobody has."""

    operation: str
    staff_no: str
    foreign: tuple[int, str]
    absent: tuple[int, str]


@pytest.fixture
def office(hall: Hall) -> RequestedOffice:
    """Our county's cases in every state, with all that hangs on them."""
    return RequestedOffice(hall)


def sister_people(hall: Hall) -> list[Person]:
    """Somebody of every kind of post in the sister county."""
    with hall.client.app.state.sessions.command() as session:  # type: ignore[attr-defined]
        password = session.execute(
            select(Account.password_hash).where(Account.staff_no == "T201")
        ).scalar_one()
        for staff_no, post in FURTHER.items():
            person = people.find_or_add(session, id_no=f"id of {staff_no}", name="某人")
            account = accounts.open_account(
                session,
                staff_no=staff_no,
                person_id=person,
                agency=THEIRS,
                password_hash=password,
                demo=True,
            )
            appointments.appoint(session, account, post, agency=THEIRS)
    return [getattr(hall, name) for name in SISTERS] + [Person(hall.client, n) for n in FURTHER]


def ours(office: RequestedOffice) -> dict[str, list[str]]:
    """Ids of our county's by the names that addresses give them."""
    waiting = [office.task_of(case_no) for case_no in office.cases[:2]]
    sessions = office.hall.T101.get("/api/sessions")["items"]
    return {
        "appointment_id": office.appointments,
        "block_id": ["1"],
        "case_no": [office.cases[0], office.cases[-1]],
        "contact_id": office.contacts,
        "declaration_id": office.declarations,
        "draft_id": office.drafts,
        "enrolment_id": office.enrolments,
        "factor_reset_id": office.factor_resets,
        "finding_id": office.findings,
        "grant_id": office.grants,
        "leave_id": office.leaves.leaves,
        "naming_id": office.leaves.namings,
        "identity_id": office.identities,
        "list_id": office.lists,
        "loan_id": office.archive.loans,
        "meeting_id": office.meetings,
        "message_id": office.messages,
        "number": [office.turned_away()],
        "record_id": office.records,
        "request_id": [erasure_commands.waiting(office.hall)],
        "reset_id": office.resets,
        "sample_id": office.samples,
        "saved_id": office.saved,
        "session_id": [str(sessions[0]["session_id"])],
        "staff_no": ["T103"],
        "stand_in_id": office.stand_ins,
        "task_id": waiting,
        "volume_id": [office.archive.volume],
        "window_id": windowed.ids(office.hall)[:2],
    }


def nobodys(like: str) -> str:
    """An id of the same form that nobody has."""
    if like.isdigit() and len(like) < 10:
        return "987654"
    return re.sub(r"[0-9a-z]", "8", like) if not like.startswith("T") else "T888"


def answered(person: Person, method: str, path: str, body: Any, said: str) -> tuple[int, str]:
    """Status and text of an answer, with the id that was asked for taken out of it."""
    headers = {**person.headers, "Idempotency-Key": new_key()}
    sent = {} if body is None else {"json": body}
    answer = person.client.request(method.upper(), path, headers=headers, **sent)
    text = re.sub(r'"request_id":"\w+"', "", answer.text)
    return answer.status_code, re.sub(rf"\b{said}\b", "·", text)


def test_another_agencys_ids_are_nobodys(hall: Hall, office: RequestedOffice) -> None:
    published = hall.client.get("/api/openapi.json").json()["paths"]
    known, sisters = ours(office), sister_people(hall)
    named = {name for path in published for name in re.findall(r"{(\w+)}", path)}
    assert named == set(known) | set(OF_NO_AGENCY)

    answers = list(by_address(office, published, known, sisters))

    told_apart = Counter(
        (one.operation, one.foreign[0], one.absent[0])
        for one in answers
        if one.foreign != one.absent
    )
    assert told_apart == {}
    assert [one for one in answers if not 400 <= one.foreign[0] < 500] == []
    assert len(answers) > 200
    assert list(listed(office, published, known, sisters)) == []
    assert office.cases[0] in hall.client.get("/api/cases", headers=hall.T101.headers).text


def by_address(
    office: RequestedOffice, published: Any, known: Ids, sisters: Sequence[Person]
) -> Iterator[Compared]:
    """Every address with an id in it: what the sister's people are told of ours, and of nobody's."""
    for path, methods in published.items():
        name = next((n for n in re.findall(r"{(\w+)}", path) if n in known), None)
        for method in set(METHODS) & set(methods) if name else ():
            operation = f"{method.upper()} {path}"
            where = re.sub(rf"{{(?!{name}}})\w+}}", "anything", path)
            for number in known[str(name)]:
                case_no = number if name == "case_no" else office.cases[0]
                body = requested_bodies.right(office, operation, case_no, 0)
                for person in sisters:
                    foreign, absent = (
                        answered(person, method, where.replace(f"{{{name}}}", one), body, one)
                        for one in (number, nobodys(number))
                    )
                    yield Compared(operation, person.staff_no, foreign, absent)


def listed(
    office: RequestedOffice, published: Any, known: Ids, sisters: Sequence[Person]
) -> Iterator[tuple[str, str, str]]:
    """Ids of ours in what is listed to the sister's people, who ask for nothing by name."""
    theirs = {
        number
        for name in ("draft_id", "list_id", "task_id")
        for number in (*known[name], *office.cases)
    }
    for path, methods in published.items():
        if "{" in path or "get" not in methods or path == "/api/demo":
            continue
        for person in sisters:
            text = person.client.get(path, headers=person.headers).text
            yield from ((path, person.staff_no, number) for number in theirs if number in text)
