"""What answers about notices, documents, deliveries and refusals at the window hold (see ``answers``)."""

from typing import Literal

from pydantic import BaseModel

from api.answers import ApplicantShown, Day, Moment, NamesShown, Paper

Kind = Literal[
    "receipt", "notice", "acceptance", "certificate", "denial", "extension", "unaccepted"
]


class CodedReason(NamesShown):
    """A coded reason and what it is called."""

    code: str


class DeliveryShown(BaseModel):
    """How and when a document reached its applicant, and who recorded it."""

    way: Literal["window", "post", "electronic"]
    delivered_on: Day
    reference: str
    recorded_by: str
    recorded_at: Moment


class IssuedPaper(Paper):
    """A document of a case, by kind and number."""

    kind: Kind
    issued_at: Moment


class PaperLine(IssuedPaper):
    """A document with its deliveries; one that was ``recalled`` is no longer valid."""

    recalled: bool
    deliveries: list[DeliveryShown]


class Papers(BaseModel):
    """The documents of a case, the oldest first."""

    items: list[PaperLine]


class Printed(IssuedPaper):
    """A document that is printed to be handed out; ``pdf_sha256`` is what the journal holds of its bytes."""

    pdf_sha256: str


class NamedItem(BaseModel):
    """A material or field that a notice names; ``missing`` is the reason of what wasn't handed in."""

    kind: Literal["material", "field"]
    code: str
    reason: str


class NoticeShown(BaseModel):
    """One notice; ``late`` are the items that an earlier one had kept back."""

    number: str
    cycle: int
    named: list[NamedItem]
    late: list[str]
    issued_by: str
    issued_at: Moment


class PermitShown(BaseModel):
    """A supervisor's signature that a later notice may name these items."""

    items: list[str]
    reason: CodedReason
    text: str
    signer: str
    on_behalf_of: str | None
    signed_at: Moment
    digest: str


class Notices(BaseModel):
    """The notices of a case and the permits of late ones, in order."""

    items: list[NoticeShown]
    permits: list[PermitShown]


class LateNotice(NoticeShown):
    """A notice that came late, and why it was permitted."""

    rule: Literal["notice.second"]
    case_no: str
    agency: str
    permit: PermitShown


class LateCount(BaseModel):
    """How many late notices somebody gave for one reason, and how many items they named late."""

    agency: str
    staff_no: str
    reason: CodedReason
    notices: int
    items: int


class LateNotices(BaseModel):
    """A page of late notices, newest first; ``counts`` are over all of them."""

    items: list[LateNotice]
    counts: list[LateCount]
    next_cursor: str | None


class WindowRefusalShown(BaseModel):
    """An application that was not accepted; ``rule`` is the system's own, where it said no."""

    number: str
    process: str
    agency: str
    applicant: ApplicantShown
    reason: CodedReason
    rule: str | None
    basis: str
    text: str
    refused_by: str
    refused_at: Moment
    document: Paper
