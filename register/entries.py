"""What a completed case writes to the register: ledger lines and dated changes, as plain values.

Processes compute these; only ``engine.posting`` hands them to the writers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from database.direct_slots import set_directly

Side = Literal["debit", "credit"]
SubjectKind = Literal["person", "employer"]


@set_directly
@dataclass(frozen=True, slots=True)
class Line:
    """One line of a double entry: a positive amount on one side of one account.

    ``account`` is a code of the chart (``register.chart``); personal accounts name their person in
    ``subject_id`` (register person id), the fund's own accounts have none. ``month`` is YYYYMM where
    the line belongs to a contribution month.
    """

    account: str
    side: Side
    amount_cents: int
    subject_id: str | None = None
    month: int | None = None
    memo: str = ""


@set_directly
@dataclass(frozen=True, slots=True)
class Change:
    """One dated version of something that is not money.

    ``kind`` is one of ``register.changes.KINDS`` (``person_contact``, ``person_key``, ``payment_account``,
    ``entitlement``, …); ``after`` holds only the fields that change, ``before`` the same fields as
    they were in the record that was read. Values are JSON: text, integers, booleans, null, ISO dates.
    """

    kind: str
    subject_kind: SubjectKind
    subject_id: str
    effective_from: date
    after: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)


@set_directly
@dataclass(frozen=True, slots=True)
class DerivationStep:
    """One line of how an amount was computed, readable by a clerk (zh, en), with its source."""

    zh: str
    en: str
    value: str
    source: str = ""


@set_directly
@dataclass(frozen=True, slots=True)
class Posting:
    """Everything one case writes, with how it was computed.

    ``parameters`` names each dated parameter value that was used (``name``, ``effective_from``,
    ``value``, ``verified``); ``read`` names the register versions it rests on. ``payee`` (``holder``,
    ``bank_name``, ``bank_account``) is who gets what becomes payable; the engine reads it off the form where
    a process doesn't say it (``register.payees``). ``grant`` is the entry that a case of the grant register
    makes there, ``rule`` the version that one of the register of rules does; then it writes nothing else.
    ``corrects`` (``case_no``, ``reason``, ``papers``) is the completed case that this posting reverses, and
    the numbers of its papers that are recalled.
    """

    lines: Sequence[Line] = ()
    changes: Sequence[Change] = ()
    derivation: Sequence[DerivationStep] = ()
    parameters: Sequence[Mapping[str, Any]] = ()
    read: Sequence[Mapping[str, Any]] = ()
    payee: Mapping[str, Any] | None = None
    grant: Mapping[str, Any] | None = None
    rule: Mapping[str, Any] | None = None
    corrects: Mapping[str, Any] | None = None
