"""Whether a paper was issued by this office: anybody who holds it may ask by its verification code.

The code is drawn at random and stands on the paper alone, so whoever has it has the paper; the answer says
what there is to compare, and no more of the person than the paper shows.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.offices import agencies
from database.clock import moment_text
from database.refusals import InvariantBroken, NotFound
from engine import correction_record
from engine.office import Office
from engine.paperwork import documents
from engine.paperwork.documents import IssuedDocument
from engine.record import Case
from engine.window_refusals import WindowRefusal
from register import masked

# As people copy it from paper: in lower case, in groups.
_LEFT_OUT = str.maketrans("", "", " -")


class NotIssuedHere(NotFound):
    """No document with this verification code was issued here: compare the code with the paper."""

    rule = "document.unknown_code"


def checked(session: Session, office: Office, code: str) -> dict[str, Any]:
    """What the document of this code is: kind, number, business, office, day, and whose, masked.

    A paper of a corrected case says which case corrected it, and whether the paper was recalled (收回).
    Raises NotIssuedHere, also for a row that isn't what was issued: verification says so by itself.
    """
    typed = code.translate(_LEFT_OUT).upper()
    issued = session.execute(
        select(IssuedDocument).where(IssuedDocument.verification_code == typed)
    ).scalar_one_or_none()
    if issued is None:
        raise NotIssuedHere
    try:
        documents.check(issued)
    except InvariantBroken as altered:
        raise NotIssuedHere from altered
    # A refusal at the window has a number like a case's, and never became one.
    about = (
        session.execute(select(Case).where(Case.case_no == issued.case_no)).scalar_one_or_none()
        or session.execute(
            select(WindowRefusal).where(WindowRefusal.number == issued.case_no)
        ).scalar_one()
    )
    names = office.catalogue.at(about.definition).names
    agency = agencies.known(session, about.agency_code)
    return {
        "kind": issued.kind,
        "number": issued.number,
        "name": {"zh": names.zh, "en": names.en},
        "agency": {"code": agency.code, "name": agency.name, "phone": agency.phone},
        "issued_at": moment_text(issued.issued_at),
        **_corrected(session, issued),
        **_whose(issued.content, public=_of_employer(about)),
    }


def _corrected(session: Session, issued: IssuedDocument) -> dict[str, Any]:
    """Whether the paper's case was corrected, by which case and when, and how case and paper stand now."""
    found = correction_record.of_case(session, issued.case_no)
    return {
        "corrected_by": None if found is None else found.corrected_by,
        "corrected_at": None if found is None else moment_text(found.corrected_at),
        "counts_again": found is not None and correction_record.counts_again(session, found),
        "recalled": found is not None and issued.number in found.papers,
    }


def _of_employer(about: Case | WindowRefusal) -> bool:
    kind = about.subject_kind if isinstance(about, Case) else about.applicant["kind"]
    return bool(kind == "employer")


def _whose(content: Mapping[str, Any], *, public: bool) -> dict[str, str]:
    """Whom the paper names, masked as every screen is; an employer's name and code are public."""
    name, number = str(content.get("applicant") or content["name"]), str(content["id_no"])
    if public:
        return {"holder": name, "id_no": number}
    return {"holder": masked.name(name), "id_no": masked.id_no(number)}
