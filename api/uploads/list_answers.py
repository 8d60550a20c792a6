"""What answers about employers' lists and long postings hold, as published (see ``answers``)."""

from typing import Any

from pydantic import BaseModel, Field

from api.answers import NamesShown, PostingShown

# Of the errors an answer tells no more than somebody reads; the file has all.
TOLD = 200


class RowProblem(BaseModel):
    """What is wrong with a row: its number in the file, the field, and the rule."""

    row: int = Field(description="the row's number in the file")
    field: str
    rule: str
    message: NamesShown


class ListShown(BaseModel):
    """A checked list: how many rows, how many wrong, and what the right ones add up to."""

    list_id: str
    process: str
    rows: int
    wrong: int
    errors: list[RowProblem] = Field(description=f"at most {TOLD}; the file has all")
    errors_file: str | None
    totals: dict[str, Any]


class PostingPage(BaseModel):
    """A page of what a case writes."""

    items: list[PostingShown]
    next_cursor: str | None


class RowsPage(BaseModel):
    """A page of a case's list, personal data masked."""

    items: list[dict[str, Any]]
    next_cursor: str | None
