"""What stands in a case where a person's values were erased: enough that the rest of the case can be read."""

from collections.abc import Iterable
from typing import Any

from database import own_keys
from database.own_keys import ERASED, ErasedFields, ErasedList
from database.refusals import NotFound


class DocumentErased(NotFound):
    """What this paper said was erased by law: it can't be printed any more."""

    rule = "document.erased"


def applicant(key_id: str) -> ErasedFields:
    """Of the applicant: that it was a person. Only persons are erased."""
    return ErasedFields(key_id, kind="person", id_no=ERASED, name=ERASED)


def posting(key_id: str) -> ErasedFields:
    """Of a posting: nothing. What it wrote stands in the ledger, under its number in the register."""
    return ErasedFields(key_id, lines=[], changes=[], derivation=[], parameters=[], read=[])


def reason(key_id: str) -> ErasedList:
    """Of why a case was withdrawn: that there was a reason, with its salt."""
    return ErasedList(key_id, 2)


def form_shown(form: dict[str, Any], committed: Iterable[str]) -> dict[str, Any]:
    """What was filled in; of an erased form its fields by name, as their commitments still have them."""
    if own_keys.key_id_of_erased(form) is None:
        return form
    named = (name.partition("form.") for name in committed)
    return {field: ERASED for before, part, field in named if part and not before}
