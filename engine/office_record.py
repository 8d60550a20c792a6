"""What the journal says of the office's own rows: agencies, people, accounts, posts, grants, keys, openings.

Who makes or changes such a row notes it in the agency's stream, column by column, so that verification can
hold rows and journal against each other, both ways. Personal values stand there as keyed fingerprints.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, inspect, select
from sqlalchemy.orm import Session

from authz.absence.stand_in_record import StandIn, StandInEnd
from authz.actors import Actor
from authz.granting.grant_record import Grant, GrantRevocation
from authz.keys.outside_keys import KeyCertificate
from authz.keys.signing_keys import KeyRetirement, SigningKey
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from authz.offices.people import NaturalPerson
from authz.offices.posts import PostHolding
from database import clock, digest, keys
from database.columns import UtcDateTime
from database.declarative import Base, table_of
from engine import indexed_columns, journal
from register.claims import ClaimVersion
from register.ledger import LedgerLine, RegisterPosting
from register.payables import Payable
from register.rights import EntitlementVersion, MonthVersion, RelationVersion
from register.subjects import Version

# By table the columns that the journal notes: as they are, or (the second) as fingerprints.
Noted = Mapping[type[Base], tuple[Sequence[str], Sequence[str]]]

ROWS = "rows"
OPENING = "OPENING-"
PURPOSE = "office-record"
# Passwords aren't noted: a new one is an act of its own, and its hash is nobody's authority to sign.
NOTED: Noted = {
    Agency: (("name", "kind", "parent_code", "sections"), ("phone",)),
    NaturalPerson: ((), ("id_no", "id_no_index", "name")),
    Account: (("staff_no", "person_id", "agency_code", "section", "active", "demo"), ("name",)),
    PostHolding: (
        ("account_id", "post", "agency_code", "section", "valid_from", "valid_to", "revoked_at"),
        ("basis",),
    ),
    Grant: (
        (
            "account_id", "post", "agency_code", "section", "process", "handling", "act",
            "valid_from", "valid_to", "amount_limit_cents", "granted_by", "granted_at", "case_no",
        ),
        ("basis", "reason"),
    ),
    GrantRevocation: (("grant_id", "revoked_by", "revoked_at"), ("reason",)),
    StandIn: (
        (
            "absent_id", "deputy_id", "post", "agency_code", "valid_from", "valid_to",
            "registered_by", "registered_at", "on_absence",
        ),
        ("reason",),
    ),
    StandInEnd: (("stand_in_id", "ended_by", "ended_at"), ()),
    SigningKey: (("account_id", "suite", "public_key", "made_at"), ()),
    KeyRetirement: (("retired_at", "reason"), ()),
    KeyCertificate: (("sha256", "valid_from", "valid_until"), ("certificate",)),
}  # fmt: skip
# What an opening writes, and by what its rows are ordered; every column counts but what storage numbers.
_OPENED: Mapping[str, tuple[type[Base], str]] = {
    "header": (RegisterPosting, "posting_no"),
    "lines": (LedgerLine, "line_no"),
    "changes": (Version, "change_no"),
    "benefits": (EntitlementVersion, "row_id"),
    "relations": (RelationVersion, "row_id"),
    "months": (MonthVersion, "month"),
    "payables": (Payable, "line_no"),
    "claims": (ClaimVersion, "row_id"),
}
# What the first offices' openings don't tell of: it counts where it is there.
_LATER_PARTS = frozenset({"payables", "claims"})
# What of an opening has sealed values: their fingerprints can't be made again of somebody erased.
SEALED_PARTS = frozenset({"changes", "payables"})
_STORAGE = frozenset({"case_no", "line_id", "version_id", "row_id", "payable_id"})
# No opening says a policy, and was noted before there was one; ``oversight.holdings`` finds one there.
_LATER = frozenset({"policy_code"})

_OF_TIME = (Date, UtcDateTime)


def note(
    session: Session,
    agency: str,
    action: str,
    rows: Iterable[Base],
    *,
    actor: Actor | None = None,
    detail: Mapping[str, Any] | None = None,
    noted: Noted = NOTED,
) -> None:
    """Journal an act of the office, and the rows as they stand after it."""
    said = {**(detail or {}), ROWS: {name(row): facts(row, noted) for row in rows}}
    journal.append_office(session, agency, action, actor=actor, detail=said)


def note_account(
    session: Session, account_id: int, action: str, *, actor: Actor | None = None
) -> None:
    """Journal an account, whose it is and its posts, as they stand now."""
    account = session.execute(select(Account).where(Account.account_id == account_id)).scalar_one()
    person = session.get_one(NaturalPerson, account.person_id)
    held = select(PostHolding).where(PostHolding.account_id == account_id)
    holdings = session.execute(held.order_by(PostHolding.holding_id)).scalars()
    rows = [person, account, *holdings]
    note(session, account.agency_code, action, rows, actor=actor)


def opening_of(person_id: str) -> str:
    """The number under which the register began with somebody."""
    return f"{OPENING}{person_id}"[:24]


def note_opening(session: Session, agency: str, subject_id: str) -> None:
    """Journal what the register began with for a person or employer."""
    case_no = opening_of(subject_id)
    said = {ROWS: {case_no: opened(session, case_no)}}
    journal.append_office(session, agency, "register_opened", detail=said)


def name(row: Base) -> str:
    """How the journal and findings name a row: its table and key."""
    key = inspect(row).identity
    told = "-".join(map(str, key or ()))
    return f"{row.__tablename__}#{told}"


def facts(row: Base, noted: Noted = NOTED) -> dict[str, Any]:
    """A row's noted columns as the journal holds them."""
    plain, hidden = noted[type(row)]
    said = {column: _json(indexed_columns.noted(row, column)) for column in plain}
    return said | {
        column: _fingerprint(column, indexed_columns.noted(row, column)) for column in hidden
    }


def opened(session: Session, case_no: str) -> dict[str, str | None]:
    """Fingerprints of all that an opening wrote: header, lines, changes and months."""
    return opened_each(session, [case_no])[case_no]


def opened_each(session: Session, case_nos: Collection[str]) -> dict[str, dict[str, str | None]]:
    """The same of several openings, by their numbers."""
    said: dict[str, dict[str, str | None]] = {case_no: {} for case_no in case_nos}
    for part, (model, order) in _OPENED.items():
        table = table_of(model)
        columns = [column for column in table.c if column.name not in _STORAGE | _LATER]
        found = session.execute(
            select(table.c.case_no.label("opening"), *columns)
            .where(table.c.case_no.in_(case_nos))
            .order_by(table.c[order])
        )
        named = [column.name for column in columns]
        moments = [
            place for place, column in enumerate(columns) if isinstance(column.type, _OF_TIME)
        ]
        written: dict[str, list[list[Any]]] = defaultdict(list)
        # An opening has hundreds of months, so only what has to be is turned into what JSON holds.
        for case_no, *values in found.all():
            for place in moments:
                values[place] = _json(values[place])
            if part == "payables":
                _as_noted(values, named)
            written[case_no].append(values)
        for case_no in case_nos:
            if written[case_no] or part not in _LATER_PARTS:
                said[case_no][part] = _fingerprint(part, written[case_no])
    return said


def _as_noted(values: list[Any], named: Sequence[str]) -> None:
    """Give the index of a payee's account as the opening noted it, whichever version it is under now."""
    place = named.index("account_index")
    account = indexed_columns.payee_account(values[named.index("payee")])
    values[place] = indexed_columns.as_first(indexed_columns.BANK_ACCOUNT, values[place], account)


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.moment_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _fingerprint(column: str, value: Any) -> str | None:
    if value is None:
        return None
    return keys.current().mac(PURPOSE, digest.canonical([column, value])).hex()
