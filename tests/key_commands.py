"""The commands about keys held elsewhere and about unmasking, as fault points walk them.

T103 is the holder throughout; each makes the key it needs, since the one before may have retired it.
"""

from typing import Any

from tests import software_token
from tests.commanded_office import Command, CommandedOffice, Ready
from tests.people import PASSWORD, Person
from tests.software_token import Token

ENROLMENTS, PERSONS = "/api/key-enrolments", "/api/register/persons"
HOLDER = "T103"
_INSTANT = ("payment_account_change", 2, None)


def _signed_in(office: CommandedOffice) -> Person:
    """The holder, signed in anew: a new password or key ended what he had."""
    person = Person(office.hall.client, HOLDER, PASSWORD)
    office.hall.people[HOLDER] = person
    return person


def _applied(office: CommandedOffice, token: Token) -> Any:
    return _signed_in(office).post(ENROLMENTS, {"pem": token.public_pem}, status=201)


def _apply(office: CommandedOffice) -> Ready:
    """While another is open, which ends with it."""
    _applied(office, Token("gm-1"))
    return office.post(HOLDER, ENROLMENTS, {"pem": Token("gm-1").public_pem})


def _prove(office: CommandedOffice) -> Ready:
    token = Token("intl-1")
    applied = _applied(office, token)
    path = f"{ENROLMENTS}/{applied['enrolment_id']}/proof"
    return office.post(HOLDER, path, {"signature": token.sign(applied["challenge"])})


def _confirm(office: CommandedOffice) -> Ready:
    """In the place of another such key, with which he is signed in once."""
    _signed_in(office)
    software_token.enrol(office.hall, HOLDER, Token("gm-1"))
    token = Token("intl-1")
    applied = office.person(HOLDER).post(ENROLMENTS, {"pem": token.public_pem}, status=201)
    one = f"{ENROLMENTS}/{applied['enrolment_id']}"
    office.person(HOLDER).post(f"{one}/proof", {"signature": token.sign(applied["challenge"])})
    return office.post("secadmin", f"{one}/confirmation")


def _retire(office: CommandedOffice) -> Ready:
    _signed_in(office)
    key_id = software_token.enrol(office.hall, HOLDER, Token("intl-1"))["key_id"]
    return office.post("secadmin", f"/api/keys/{key_id}/retirement")


def _waiting(office: CommandedOffice) -> tuple[Token, str]:
    """A case that its teller, with a key of his own, has yet to handle."""
    token = Token("intl-1")
    _signed_in(office)
    software_token.enrol(office.hall, HOLDER, token)
    body = office.example("person_info_change_general", 3)
    return token, str(office.person(HOLDER).accept(body)["case_no"])


def _prepare(office: CommandedOffice) -> Ready:
    _, number = _waiting(office)
    task, body = software_token.body_of(office.person(HOLDER), number)
    return office.post(HOLDER, f"/api/tasks/{task}/signing", body, number)


def _sign(office: CommandedOffice) -> Ready:
    token, number = _waiting(office)
    task, body, prepared = software_token.prepare(office.person(HOLDER), number)
    signed = {**body, "signature": token.sign(prepared["covered"])}
    return office.post(HOLDER, f"/api/tasks/{task}/sign", signed, number)


def _unmask(office: CommandedOffice) -> Ready:
    number = office.accepted(office.example(*_INSTANT))
    person_id = office.person("T101").case(number)["person_id"]
    said = {"fields": ["id_no"], "case_no": number}
    return office.post("T101", f"{PERSONS}/{person_id}/unmasking", said)


KEY_COMMANDS: tuple[Command, ...] = (
    Command("apply for a key", f"POST {ENROLMENTS}", _apply, 201),
    Command("prove a key", f"POST {ENROLMENTS}/{{enrolment_id}}/proof", _prove),
    Command("confirm a key", f"POST {ENROLMENTS}/{{enrolment_id}}/confirmation", _confirm),
    Command("retire a key", "POST /api/keys/{key_id}/retirement", _retire),
    Command("prepare a signature", "POST /api/tasks/{task_id}/signing", _prepare),
    Command("sign as prepared", "POST /api/tasks/{task_id}/sign", _sign),
    Command("unmask", f"POST {PERSONS}/{{person_id}}/unmasking", _unmask),
)
