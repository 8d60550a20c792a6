"""What a case about thousands of people shows at once: the first rows and entries, and how many there are.

Nothing is left out of what is signed, stored and handed out as evidence; who wants to see the rest turns
the pages.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from engine.record import CaseContent
from register import changes, masked, rosters

T = TypeVar("T")

# Up to this many are shown whole, and of more the first.
WHOLE = 100
FIRST = 20
PAGE = 200


def first(items: Sequence[T]) -> list[T]:
    """The items, or the first of them where there are too many to look at."""
    return list(items if len(items) <= WHOLE else items[:FIRST])


def short(posting: Mapping[str, Any]) -> dict[str, Any]:
    """A posting with the first of its lines and changes."""
    return {**posting, **{part: first(posting[part]) for part in ("lines", "changes")}}


def page(items: Sequence[T], after: int) -> tuple[list[T], int | None]:
    """The items beyond the first ``after``, and where the next page begins; None at the end."""
    end = after + PAGE
    return list(items[after:end]), end if end < len(items) else None


def first_rows(form: Mapping[str, Any]) -> dict[str, Any]:
    """A form with the first rows of its lists."""
    return {
        name: first(value) if isinstance(value, list) else value for name, value in form.items()
    }


def row_counts(form: Mapping[str, Any]) -> dict[str, int]:
    """How many rows each list of a form has."""
    return {name: len(value) for name, value in form.items() if isinstance(value, list)}


def totals(posting: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    """How many lines and changes a posting has, and what the lines add up to on either side."""
    debit = sum(line["amount_cents"] for line in posting["lines"] if line["side"] == "debit")
    return {
        "lines": len(posting["lines"]),
        "changes": len(posting["changes"]),
        "debit_cents": debit,
    }


def named_entries(
    session: Session, content: CaseContent, entries: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The entries, in a case with a list each with whom it is about (``whose``), masked."""
    rows = [row for row in content.form.get("rows", ()) if "id_no" in row and "name" in row]
    if not rows:
        return entries
    ids = rosters.owners(session, [row["id_no"] for row in rows])
    ids |= {
        change["after"]["id_no"]: change["subject_id"]
        for change in content.posting["changes"]
        if changes.founds_json(change) and change["kind"] == "person_key"
    }
    names = {
        ids[row["id_no"]]: {
            "id_no": masked.id_no(row["id_no"]),
            "name": masked.name(row["name"]),
        }
        for row in rows
    }
    return [{**entry, "whose": names.get(entry["subject_id"])} for entry in entries]
