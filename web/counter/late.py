"""What the check page says of a case that is entered afterwards from paper: number, true moment, images."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from database.clock import OFFICE_ZONE
from database.refusals import Invalid
from engine import applications
from engine.applications import Application
from web.forms import Sent


def of(sent: Sent) -> dict[str, Any] | None:
    """The members of an application that the form adds; None where it isn't entered from paper."""
    number = sent.text("late_entry.paper_no")
    if not number:
        return None
    entry: dict[str, Any] = {"paper_no": number, "reason": sent.text("late_entry.reason")}
    entry |= {"code": code} if (code := sent.text("late_entry.code")) else {}
    entry["images"] = [image for image in sent.all("late_entry.images") if image]
    return {"received_at": _moment(sent.text("received_at")), "late_entry": entry}


def entered(application: Application, paper: dict[str, Any]) -> Application:
    """The application as it was received on paper. Raises Invalid with every wrong field."""
    said = {**application.model_dump(), **paper}
    try:
        return Application.model_validate(said)
    except ValidationError as wrong:
        errors = applications.field_errors(wrong)
        text = "Some fields don't fit; each says why. Nothing was accepted."
        raise Invalid(text, errors=errors) from None


def _moment(text: str) -> str | None:
    """The office's clock, as a browser's field has it, with its zone; what is no moment stays as it is."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE).isoformat()
    except ValueError:
        return text or None
