"""The only door to Casbin: enforcers over one person's own rows alone.

A single enforcer over all rows slows down as grants grow; over one person's rows a decision takes the
same time whatever else is registered. ``model.conf`` says how rows decide.
"""

import copy
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

import casbin
from casbin.model.model import Model

from authz import duties, matching, placement, policy
from authz.acts import Act
from authz.matching import ANY
from authz.offices.agencies import Tree
from authz.placement import Covering, Holding
from authz.policy import Right
from authz.spans import ENDLESS, Span
from database.refusals import InvariantBroken

Row = list[str]
# How many of a person's decisions are kept: the same few, over and over, of a day at the window.
_ANSWERS_KEPT = 64
# Where a row keeps its process, by model.conf.
_PROCESS = 6

_WORDS: Mapping[str, Callable[..., bool]] = {
    "fits": matching.fits,
    "routed": matching.routed,
    "reaches": matching.reaches,
    "serves": matching.serves,
    "covers": matching.covers,
    "free_to_sign": duties.free_to_sign,
}
# Casbin comes without types.
_untyped: Any = casbin.Enforcer
_empty_model: Any = Model
# Casbin would write every refused request into the log, values and all.
logging.getLogger("casbin").setLevel(logging.CRITICAL + 1)
_threads = threading.local()
_building = threading.Lock()


class Allowed(NamedTuple):
    """The entry or grant that allows an act, the post it is done in, and for whom if not himself."""

    entry: str
    post: str
    on_behalf_of: str


class _Enforcer(casbin.Enforcer):
    """Casbin's enforcer, with the matcher parsed once a thread instead of at every decision.

    Parsing takes longer than deciding. An evaluator holds the values it is working on, so threads
    don't share one; its words know no state, so all enforcers of a thread do.
    """

    @staticmethod
    def _get_expression(expr: str, functions: Any = None) -> Any:
        kept = getattr(_threads, "matcher", None)
        if kept is None or kept[0] != expr:
            # The evaluator's constructor changes the process's warning filters for a moment.
            with _building:
                kept = (expr, _untyped._get_expression(expr, functions))  # noqa: SLF001 - its base
            _threads.matcher = kept
        return kept[1]


class Enforcement:
    """Decides the acts of one person; safe to share between threads."""

    def __init__(
        self, tree: Tree, holdings: Sequence[Holding], coverings: Sequence[Covering]
    ) -> None:
        self._tree = tree
        self._rows = _rows(tree, holdings, coverings)
        self._named = {(step, row[_PROCESS]) for step, rows in self._rows.items() for row in rows}
        self._enforcers: dict[tuple[str, str], Any] = {}
        # Nothing but rows, act, person and day decides, and the rows of an enforcement never change.
        self._answer = lru_cache(maxsize=_ANSWERS_KEPT)(self._decide)

    def rows_of(self, step: str) -> Sequence[Row]:
        """The person's rows for a step (as policy writes it), of all processes."""
        return self._rows.get(step, [])

    def allowing(self, act: Act, person_id: int, today: date) -> Allowed | None:
        """What allows the act, or None. His own posts come before those he does for others."""
        return self._answer(act, person_id, today)

    def _decide(self, act: Act, person_id: int, today: date) -> Allowed | None:
        step = policy.step_word(act)
        if step not in self._rows:
            return None
        allowed, row = self._enforcer(step, act.process).enforce_ex(
            step,
            policy.level_word(act),
            policy.route_word(act),
            act.handling,
            act.process,
            act.agency,
            self._tree.lineage(act.agency),
            act.category,
            act.amount_cents,
            act.step,
            act.signed,
            act.own_case,
            act.relatives_case,
            person_id,
            today.isoformat(),
        )
        if not allowed:
            return None
        if not row:
            # Casbin says yes without a row when it is switched off.
            raise InvariantBroken("an act was allowed by no row of the policy")
        return Allowed(row[0], row[1], row[-1])

    def _enforcer(self, step: str, process: str) -> Any:
        """The enforcer over the rows of one step that can be about a process."""
        # Processes that no grant names share one, so that callers can't fill the memory with names.
        key = (step, process if (step, process) in self._named else ANY)
        if key not in self._enforcers:
            rows = [row for row in self._rows[step] if row[_PROCESS] in (ANY, key[1])]
            self._enforcers[key] = _enforcer(rows)
        return self._enforcers[key]


@lru_cache(maxsize=1)
def _model() -> Any:
    """The shipped model. Casbin reads it from its text, wherever the package lies."""
    text = resources.files("authz").joinpath("model.conf").read_text(encoding="utf-8")
    return _untyped.new_model(text=text)


def _enforcer(rows: list[Row]) -> Any:
    """An enforcer over these rows. They are put in place whole: adding one by one is quadratic."""
    shipped = _model()
    model = _empty_model()
    for section in ("r", "e", "m"):
        model[section] = shipped[section]
    policies = copy.copy(shipped["p"]["p"])
    policies.policy, policies.policy_map = rows, {}
    model["p"] = {"p": policies}
    enforcer: Any = _Enforcer(model, enable_log=False)
    for name, word in _WORDS.items():
        enforcer.add_function(name, word)
    return enforcer


def _rows(
    tree: Tree, holdings: Sequence[Holding], coverings: Sequence[Covering]
) -> dict[str, list[Row]]:
    """All rows of a person by step: what comes with his posts, then what grants add."""
    rows: dict[str, list[Row]] = {}
    for holding in holdings:
        for right in policy.by_post()[holding.post]:
            if right.by == "post":
                rows.setdefault(right.step, []).extend(_of_right(tree, right, holding))
    for covering in coverings:
        for holding in holdings:
            for right in policy.by_post()[holding.post]:
                if right.by == "grant" and covering.is_for(right, holding):
                    found = _of_right(tree, right, holding, covering)
                    rows.setdefault(right.step, []).extend(found)
    return rows


def _of_right(
    tree: Tree, right: Right, holding: Holding, covering: Covering | None = None
) -> list[Row]:
    """A row for each stretch of days on which the holding gives the right."""
    return [_row(tree, right, holding, days, covering) for days in holding.days(right.step)]


def _row(tree: Tree, right: Right, holding: Holding, days: Span, covering: Covering | None) -> Row:
    since, until = days
    entry, process, limit = right.entry, ANY, ANY
    if covering is not None:
        since, until = max(since, covering.since), min(until, covering.until or ENDLESS)
        entry, process = f"grant:{covering.grant_id}", covering.process or ANY
        limit = ANY if covering.limit_cents is None else str(covering.limit_cents)
    return [
        entry,
        right.post,
        right.step,
        right.level,
        right.route,
        right.handling,
        process,
        right.reach,
        holding.agency,
        placement.served(tree, right, holding),
        since.isoformat(),
        until.isoformat(),
        limit,
        holding.on_behalf_of,
    ]
