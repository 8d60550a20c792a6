"""One bank account with several payees (一户多人): accounts in force on a day that are several persons'."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from database import keys
from oversight.auditing.lists import people, shape
from oversight.auditing.lists.shape import Asked, Page
from register import masked
from register.subjects import Version

READ_AT_ONCE = 1_000


def page(session: Session, asked: Asked, after: str | None, limit: int) -> Page:
    """By account. Account numbers are sealed: each is opened once and compared by its blind index."""
    return shape.numbered(_rows(session, asked), after, limit)


def _rows(session: Session, asked: Asked) -> list[tuple[Any, ...]]:
    holders: dict[str, list[tuple[str, Version]]] = {}
    for person_id, row in _in_force(session, asked).items():
        number = row.after.get("bank_account")
        if isinstance(number, str) and number:
            index = keys.current().blind_index("bank_account", number)
            holders.setdefault(index, []).append((person_id, row))
    shared = {index: held for index, held in holders.items() if len(held) > 1}
    ids = {person_id for held in shared.values() for person_id, _ in held}
    where, names = people.agencies(session, ids), people.named(session, ids)
    rows = []
    for index in sorted(shared):
        held = shared[index]
        mine = any(where[person_id].intersection(asked.scope.codes) for person_id, _ in held)
        rows += (
            [_row(index, person_id, row, held, where, names) for person_id, row in held]
            if mine
            else []
        )
    return rows


def _in_force(session: Session, asked: Asked) -> dict[str, Version]:
    """The payment account of each person on the day: of one day's changes the last recorded."""
    asked_for = (
        select(Version)
        .where(Version.kind == "payment_account", Version.effective_from <= asked.on)
        .order_by(Version.effective_from, Version.version_id)
        .execution_options(yield_per=READ_AT_ONCE)
    )
    return {str(row.person_id): row for row in session.execute(asked_for).scalars()}


def _row(
    index: str,
    person_id: str,
    row: Version,
    held: list[tuple[str, Version]],
    where: dict[str, set[str]],
    names: dict[str, tuple[str, str]],
) -> tuple[Any, ...]:
    name, id_no = names.get(person_id, ("", ""))
    return (
        index[:12],
        masked.bank_account(str(row.after["bank_account"])),
        str(row.after.get("bank_name", "")),
        len(held),
        person_id,
        name,
        id_no,
        " ".join(sorted(where[person_id])),
        row.effective_from,
        row.case_no,
    )
