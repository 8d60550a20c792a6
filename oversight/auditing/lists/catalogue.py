"""All fixed lists by their code (``lists.yaml`` declares them): a page of one, and the whole of one."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from database import clock, plain_yaml
from database.refusals import Conflict, NotFound
from engine.office import Office
from oversight.auditing import scope
from oversight.auditing.lists import (
    benefits_twice,
    given_out,
    late_entries,
    paid_twice,
    payables_check,
    register_check,
    reversals,
    rights,
    rule_changes,
    same_pair,
    shared_accounts,
    split_amounts,
    unmasked,
)
from oversight.auditing.lists.shape import Asked, AuditList, Column, Page, Paging
from oversight.auditing.scope import Days

DECLARED = "lists.yaml"
# The queries by the codes of their lists.
PAGES: Mapping[str, Paging] = {
    "rights": rights.page,
    "rule_changes": rule_changes.page,
    "reversals": reversals.page,
    "shared_accounts": shared_accounts.page,
    "benefits_twice": benefits_twice.page,
    "paid_twice": paid_twice.page,
    "register_check": register_check.page,
    "payables_check": payables_check.page,
    "split_amounts": split_amounts.page,
    "same_pair": same_pair.page,
    "late_entries": late_entries.page,
    "given_out": given_out.page,
    "unmasked": unmasked.page,
}
PAGE = 100
MOST_ROWS = 100_000


class ListNotFound(NotFound):
    """There is no such list."""

    rule = "list.not_found"


class ListTooLong(Conflict):
    """A file of this list would be longer than a spreadsheet can well hold: choose fewer days."""

    rule = "list.too_long"


@cache
def lists() -> Mapping[str, AuditList]:
    """All lists by their code, in the order in which a first day goes. Raises KeyError for a wrong file."""
    text = (resources.files(__package__) / DECLARED).read_text("utf-8")
    declared = plain_yaml.load(text)
    return {code: _declared(code, said) for code, said in declared.items()}


def get(code: str) -> AuditList:
    """One list. Raises ListNotFound."""
    found = lists().get(code)
    if found is None:
        raise ListNotFound
    return found


def asked(session: Session, office: Office, actor: Actor, on: Any, days: Days) -> Asked:
    """What the auditor asks of a list; ``on`` is today unless said. Raises Forbidden."""
    return Asked(scope.of(session, actor), on or clock.today(session), days, office)


def page(session: Session, one: AuditList, wanted: Asked, after: str | None) -> Page:
    """A page of a list. Raises DaysReversed."""
    return one.page(session, wanted, after, PAGE)


def whole(session: Session, one: AuditList, wanted: Asked) -> Sequence[Sequence[Any]]:
    """Every row of a list. Raises ListTooLong, DaysReversed."""
    found = one.page(session, wanted, None, MOST_ROWS)
    if found.after is not None or len(found.rows) > MOST_ROWS:
        raise ListTooLong(facts={"most": MOST_ROWS})
    return found.rows


def _declared(code: str, said: Mapping[str, Any]) -> AuditList:
    columns = tuple(Column(**column) for column in said["columns"])
    return AuditList(code=code, **{**said, "columns": columns}, page=PAGES[code])
