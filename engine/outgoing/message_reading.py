"""What one message says and to whom it goes, read where it is sent: the only place that opens an address."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.offices import agencies
from engine.office import Office
from engine.outgoing import notice_contacts
from engine.outgoing.outbox_record import OutboxMessage
from engine.record import Case


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be sent; ``addresses`` is empty where nobody has one any more."""

    key: str
    addresses: Sequence[str]
    subject: str
    text: str


def letter(session: Session, office: Office, message_id: int) -> Letter:
    """The message in the words of its language."""
    message = session.get_one(OutboxMessage, message_id)
    case = session.execute(select(Case).where(Case.case_id == message.case_id)).scalar_one()
    names = office.catalogue.at(case.definition).names
    agency = agencies.known(session, case.agency_code)
    words = office.messages.texts[message.kind, message.language]
    subject, text = words.filled(
        {
            "case_no": case.case_no,
            "item": names.zh if message.language == "zh" else names.en,
            "agency": agency.name,
            "phone": agency.phone or "—",
            "due_on": message.due_on.isoformat(),
            "progress": f"{office.public_url}/progress" if office.public_url else "—",
        }
    )
    return Letter(message.message_key, _addresses(session, office, message), subject, text)


def _addresses(session: Session, office: Office, message: OutboxMessage) -> Sequence[str]:
    if message.post is not None:
        return office.messages.mailboxes(message.of_agency, message.post)
    contact = notice_contacts.of_case(session, message.case_id)
    return [] if contact is None else [contact.address]
