"""Refusals people can act on, and the one defect they must never be mixed with.

A refusal is an expected answer: it names the rule that refused and, where that helps, who could act.
The edge maps each family to a status in one table; nothing below the edge knows about HTTP.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The request cannot be done.

    Attributes:
        rule: stable id of the rule that refused, listed in ``docs/reference/rules.md``.
        detail: what is wrong and what to do, for the person at the desk.
        who_can: who could act instead: ``{"post", "agency", "staff": [{"staff_no", "name"}]}``.
        errors: for forms, one entry a field: ``{"field", "message", "rule"}``.
        facts: further members of the problem document (ids and numbers, never personal data).
    """

    rule = "refused"

    def __init__(
        self,
        detail: str | None = None,
        *,
        rule: str | None = None,
        who_can: Sequence[Mapping[str, Any]] = (),
        errors: Sequence[Mapping[str, Any]] = (),
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.detail = detail or (type(self).__doc__ or "").split("\n", 1)[0]
        self.rule = rule or type(self).rule
        self.who_can = list(who_can)
        self.errors = list(errors)
        self.facts = dict(facts or {})
        super().__init__(self.detail)


class NotSignedIn(Refusal):
    """Sign in first: the session is missing, ended or unknown."""

    rule = "session.missing"


class NotFound(Refusal):
    """There is nothing here that you may see."""

    rule = "not_found"


class Forbidden(Refusal):
    """You may not do this."""

    rule = "forbidden"


class Conflict(Refusal):
    """The state has changed: read again before you act."""

    rule = "conflict"


class Invalid(Refusal):
    """What was sent does not fit; each field says why."""

    rule = "form.invalid"


class Unavailable(Refusal):
    """The office cannot do this right now; nothing was written, try again."""

    rule = "unavailable"


class InvariantBroken(Exception):  # noqa: N818 - it says what happened
    """A defect: something that must always hold does not. Nothing is committed."""
