"""Every column of blind indexes, and what each is over: how they move, and how the journal notes them.

The journal is never written anew, so a note has an index as the first version of the key makes it, whichever
version its row is under by now.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import object_session

from authz.offices import people
from authz.offices.people import NaturalPerson
from authz.personnel.relative_record import Relative
from authz.signing_in import identities
from authz.signing_in.identity_record import OutsideIdentity
from database import keys, own_keys
from database.declarative import Base
from database.refusals import InvariantBroken
from database.reindexing import IndexedColumn
from register import versions
from register.payables import Payable
from register.subjects import Person

BANK_ACCOUNT = "bank_account"


def _own_number(row: NaturalPerson | Relative) -> str:
    return row.id_no


def _number_on_record(row: Person) -> str | None:
    """The number in force, as the register's changes say it."""
    session = object_session(row)
    if session is None:
        raise InvariantBroken("a person's number is asked for outside a transaction")
    said = versions.folded(versions.of_person(session, row.person_id, "person_key"), "person_key")
    number: str = said["id_no"]
    return None if own_keys.key_id_of_erased(number) else number


def _subject(row: OutsideIdentity) -> str:
    return identities.indexed_text(row.issuer, row.subject)


def _account(row: Payable) -> str | None:
    return payee_account(row.payee)


def payee_account(payee: Mapping[str, Any]) -> str | None:
    """The account of a payee that an index is over; None where he was erased, or has none."""
    return None if own_keys.key_id_of_erased(payee) else payee.get("bank_account")


COLUMNS: Sequence[IndexedColumn] = (
    IndexedColumn(NaturalPerson, "id_no_index", people.ID_NO, _own_number),
    IndexedColumn(OutsideIdentity, "subject_index", identities.INDEXED, _subject),
    IndexedColumn(Payable, "account_index", BANK_ACCOUNT, _account),
    IndexedColumn(Person, "id_no_index", people.ID_NO, _number_on_record),
    IndexedColumn(Relative, "id_no_index", people.ID_NO, _own_number),
)
_BY_MODEL = {(one.model, one.column): one for one in COLUMNS}


def noted(row: Base, column: str) -> Any:
    """The value of a row's column as the journal has it."""
    value, indexed = getattr(row, column), _BY_MODEL.get((type(row), column))
    return value if indexed is None else as_first(indexed.purpose, value, indexed.text(row))


def as_first(purpose: str, stored: str | None, text: str | None) -> str | None:
    """The index of a text under the first version; what is stored, where that is no index of it."""
    ring = keys.current()
    if stored is None or text is None or stored not in ring.blind_indexes(purpose, text):
        return stored
    return ring.first_index(purpose, text)
