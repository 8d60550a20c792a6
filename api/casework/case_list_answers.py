"""What the list of cases answers, as published (see ``answers``)."""

from pydantic import BaseModel

from api.answers import CaseLine


class ListedCase(CaseLine):
    """One case in the list of cases; ``corrected_by`` is the number of the case that corrected it."""

    corrected_by: str | None


class CasePage(BaseModel):
    """A page of cases; ``next_cursor`` is null at the end."""

    items: list[ListedCase]
    next_cursor: str | None
