"""Whether a paper is genuine (核验): by the verification code on it, public, without signing in."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

from api.answers import Moment, NamesShown
from api.dependencies import Asking
from api.paperwork.paper_answers import Kind
from engine.paperwork import document_check

router = APIRouter(tags=["documents"], prefix="/api/documents")


class Issuer(BaseModel):
    """The office that issued a document, and its telephone where it has one."""

    code: str
    name: str
    phone: str | None


class DocumentChecked(BaseModel):
    """What was issued under this code; ``holder`` and ``id_no`` are masked.

    ``corrected_by`` is the case that corrected the paper's own; with ``counts_again`` that one was corrected.
    A paper that is ``recalled`` is no longer valid.
    """

    kind: Kind
    number: str
    name: NamesShown
    agency: Issuer
    issued_at: Moment
    corrected_by: str | None
    corrected_at: Moment | None
    counts_again: bool
    recalled: bool
    holder: str
    id_no: str


@router.get(
    "/{verification_code}", response_model=None, responses={200: {"model": DocumentChecked}}
)
def check(verification_code: str, caller: Asking) -> dict[str, Any]:
    """The document that carries this verification code, to be compared with the paper."""
    with caller.public() as session:
        return document_check.checked(session, caller.office, verification_code)
