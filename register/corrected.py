"""A completed case as its correction may know it: what it wrote, what undoes that, and what rests on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from register.entries import Change, Line


@dataclass(frozen=True, slots=True)
class Determined:
    """An amount that the case made payable, as it stands (``register.payables``): cents, and its state.

    ``own_cents`` of it the case took off itself, ``taken_by`` are the later cases that took something off.
    """

    payable_id: int
    amount_cents: int
    open_cents: int
    state: str
    taken_by: Sequence[str] = ()
    own_cents: int = 0


@dataclass(frozen=True, slots=True)
class Later:
    """What was written after the case and rests on it, by the numbers of the cases that did.

    ``changes`` say something else of the same fields, months, relations, benefits or claims, or were reckoned
    under a deferral of the case; ``decided`` are decisions on a benefit of somebody whose months, key data or
    account the case wrote; ``drew`` took something from an account that the case wrote to.
    """

    changes: Sequence[str] = ()
    decided: Sequence[str] = ()
    drew: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Corrected:
    """The case that a correction names, with its level, route and status.

    ``subject`` is (kind, register id) of whom it is about; ``papers`` are the numbers of what it issued in
    writing; ``corrected_by`` is the correction that has been posted, if there is one. ``lines`` are those it
    wrote, in order, ``undoing`` the changes that restore what stood before it. ``payables`` are those its
    lines made, by their numbers (from 1); ``payee`` is whose payables it took something off, ``sums`` what
    stands on the accounts it wrote to.
    """

    case_no: str
    process: str
    subject: tuple[str, str]
    status: str
    level: int
    route: str
    papers: Sequence[str] = ()
    corrected_by: str | None = None
    lines: Sequence[Line] = ()
    undoing: Sequence[Change] = ()
    payables: Mapping[int, Determined] = field(default_factory=dict)
    payee: Mapping[str, Any] | None = None
    later: Later = Later()
    sums: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
