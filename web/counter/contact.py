"""What the check page says of where the client wants to be told how his business goes."""

from typing import Any

from database.refusals import Invalid
from engine.applications import Application, field_error
from engine.outgoing.notice_contacts import Contact
from web.forms import Sent, checked


def added(application: Application, sent: Sent) -> Application:
    """The application with the contact of the form; as it is where none was typed.

    Raises Invalid where the address is none, or nobody said that the client agrees.
    """
    address = sent.text("contact.address")
    if not address:
        return application
    if sent.get("contact.consent") is None:
        text = "ask the client, and tick that he agrees"
        error = field_error("contact.consent", text, rule="contact.consent")
        raise Invalid("The client has to agree to being told.", errors=[error])
    said: dict[str, Any] = {
        "address": address,
        "language": sent.text("contact.language") or "zh",
        "consent": True,
    }
    application.contact = checked(Contact, said)
    return application
