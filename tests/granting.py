"""A grant as it comes into force: applied for, reviewed by internal control, approved by the head."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.demonstration import demo_signers
from authz.actors import Actor
from authz.granting.grant_entry import GrantEntry
from authz.granting.grant_record import Grant
from authz.offices.accounts import Account
from authz.signing_in.passwords import PasswordProof
from engine import covered, handling, signing
from engine.grants import grant_cases
from engine.office import Office
from engine.sign_off_requests import SignOffRequest
from tests.people import Hall

CITY = ("C001", "H001")
PROVINCE = ("C000", "H000")


def granted(hall: Hall, entry: dict[str, Any], by: str = "S101") -> dict[str, Any]:
    """Apply for a grant and have it approved; its line of the register."""
    applied = getattr(hall, by).post("/api/grants", entry, status=201)
    return approved(hall, applied["case_no"], by)


def approved(hall: Hall, case_no: str, by: str = "S101") -> dict[str, Any]:
    """Have an application reviewed and approved; the line of the register."""
    for signer in PROVINCE if by == "S000" else CITY:
        case = getattr(hall, signer).sign(case_no)
    assert case["status"] == "completed", case
    listed: list[dict[str, Any]] = getattr(hall, by).get("/api/grants")["items"]
    return next(line for line in listed if line["case_no"] == case_no)


def entered(session: Session, office: Office, actor: Actor, entry: GrantEntry) -> Grant:
    """The same in one transaction, without HTTP; the grant's row."""
    number = grant_cases.apply(session, office, actor, entry).case.case_no
    for staff_no in PROVINCE if actor.staff_no == "S000" else CITY:
        found = select(Account.account_id).where(Account.staff_no == staff_no)
        account_id = session.execute(found).scalar_one()
        signer = demo_signers.actor(session, account_id)
        work = handling.open_case(session, office, signer, number)
        said = SignOffRequest(decision="approve", opinion="同意", seen=covered.seen(work))
        proof = PasswordProof(account_id, 1)
        signing.sign(session, office, signer, work.tasks[0].task_id, said, proof=proof)
    return session.execute(select(Grant).where(Grant.case_no == number)).scalar_one()
