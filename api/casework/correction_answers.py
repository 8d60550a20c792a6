"""What a case says of its correction: what it corrects, or by which it was corrected (see ``answers``)."""

from typing import Annotated

from pydantic import BaseModel, WithJsonSchema

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


class CorrectsShown(BaseModel):
    """The completed case that this one reverses, why (coded), and the papers of it that are recalled."""

    case_no: str
    reason: str
    papers: list[str]


class CorrectedByShown(CorrectsShown):
    """The case (``case_no``) that corrected this one, and since when.

    ``counts_again``: it was corrected itself, so that what this case had entered counts again.
    """

    corrected_at: Moment
    counts_again: bool
