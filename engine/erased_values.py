"""What stands in a case where a person's values were erased: enough that the rest of the case can be read."""

from database.own_keys import ERASED, ErasedFields, ErasedList


def applicant(key_id: str) -> ErasedFields:
    """Of the applicant: that it was a person. Only persons are erased."""
    return ErasedFields(key_id, kind="person", id_no=ERASED, name=ERASED)


def posting(key_id: str) -> ErasedFields:
    """Of a posting: nothing. What it wrote stands in the ledger, under its number in the register."""
    return ErasedFields(key_id, lines=[], changes=[], derivation=[], parameters=[], read=[])


def reason(key_id: str) -> ErasedList:
    """Of why a case was withdrawn: that there was a reason, with its salt."""
    return ErasedList(key_id, 2)
