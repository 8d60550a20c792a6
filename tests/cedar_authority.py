"""Who may see, accept and sign, said a third time: as policies of Cedar, a policy engine of other people.

A seat is a post as somebody holds it, or does it for somebody: Cedar is asked for each of a person's seats.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import cedarpy

from tests.authority_situations import (
    COUNTIES,
    OWN_STEP,
    PARENTS,
    Deputy,
    Permission,
    Post,
    Question,
    Situation,
)

ENDLESS, LONG_AGO = 1_000_000, -1_000_000
# The step that each act signs.
_SIGNS = {"accept": "handle", "escalate": "conclude", "review_widened": "review"}
_STEPS = ("handle", "review", "endorse", "conclude", "city_approve", "city_conclude", OWN_STEP)

POLICIES = """
permit (principal, action == Action::"see", resource) when {
  ["teller", "handler", "reviewer", "deputy_director", "director", "city_approver", "city_head",
   "auditor", "internal_control", "supervisor", "audit_administrator"].contains(principal.post)
  && context.place in principal.place };
permit (principal, action == Action::"accept", resource) when { principal.post == "teller" };
permit (principal, action == Action::"handle", resource) when { principal.post == "handler" };
permit (principal, action == Action::"handle", resource) when {
  principal.post == "teller" && context.level != 1 };
permit (principal, action == Action::"review", resource) when {
  principal.post == "reviewer" && context.level <= 2 };
permit (principal, action == Action::"review_widened", resource) when {
  principal.post == "reviewer" && context.level == 2
  && (context.place == principal.place || context.above == principal.place) };
permit (principal, action == Action::"review_widened", resource) when {
  principal.post == "deputy_director" && context.level == 2 && context.place == principal.place };
permit (principal, action == Action::"endorse", resource) when {
  principal.post == "deputy_director" && context.level == 1 && context.route != "city" };
permit (principal, action == Action::"conclude", resource) when {
  principal.post == "director" && context.level == 1 && context.route != "city" };
permit (principal, action == Action::"escalate", resource) when {
  principal.post == "director" && context.level == 1 && context.route == "county" };
permit (principal, action == Action::"city_approve", resource) when {
  principal.post == "city_approver" && context.level == 1
  && ["city_approval", "city"].contains(context.route) };
permit (principal, action == Action::"city_conclude", resource) when {
  principal.post == "city_head" && context.level == 1
  && ["city_meeting", "city"].contains(context.route) };
permit (principal, action == Action::"check_archive", resource) when { principal.post == context.lane };

forbid (principal, action, resource) unless {
  principal.open && !principal.withdrawn && principal.since <= 0 && principal.until >= 0 };
forbid (principal, action, resource) when {
  principal.standing_by && !(action == Action::"review_widened" && principal.post == "reviewer") };
forbid (principal, action, resource) when { action != Action::"see" && principal.away };
forbid (principal, action, resource) when {
  action != Action::"see" && context.own_case };
forbid (principal, action, resource) when {
  action != Action::"see" && action != Action::"review_widened" && context.place != principal.place };
forbid (principal, action, resource) when {
  action != Action::"see" && principal.sectioned && !principal.served.contains(context.category) };
forbid (principal, action, resource) when {
  action != Action::"see" && context.signed_else.contains(principal.person) };
"""


def may(told: Situation, asked: Sequence[Question]) -> list[bool]:
    """The answers to these questions, in one batch."""
    seats = list(_seats(told))
    policies = POLICIES + "".join(_granting(one) for one in told.permissions)
    requests, whose = [], []
    for number, question in enumerate(asked):
        context = _context(question)
        for seat, attributes in enumerate(seats):
            if attributes["account"] == question.account:
                whose.append(number)
                requests.append(
                    {
                        "principal": f'Seat::"{seat}"',
                        "action": f'Action::"{question.act}"',
                        "resource": 'Case::"this"',
                        "context": context,
                    }
                )
    answers = [False] * len(asked)
    said = cedarpy.is_authorized_batch(requests, policies, _entities(seats))
    for number, one in zip(whose, said, strict=True):
        assert not one.diagnostics.errors, one.diagnostics.errors
        answers[number] = answers[number] or one.allowed
    return answers


def _context(asked: Question) -> dict[str, Any]:
    wanted = _SIGNS.get(asked.act, asked.act)
    others = {person for step, person in asked.signed if _SIGNS.get(step, step) != wanted}
    return {
        "place": _agency(asked.agency),
        "above": _agency(PARENTS[asked.agency]),
        "process": asked.process,
        "category": asked.category,
        "level": asked.level,
        "route": asked.route,
        "amount": asked.amount_cents,
        "own_case": asked.own_case,
        "lane": asked.lane,
        "signed_else": sorted(others),
    }


def _granting(granted: Permission) -> str:
    """One grant of the register as a policy of its own."""
    said = [
        'principal.post == "teller"',
        "context.level == 1",
        f'principal.place == Agency::"{granted.agency}"',
        "true" if granted.account is None else f"principal.account == {granted.account}",
        "true" if granted.section is None else f'principal.section == "{granted.section}"',
        "true" if granted.process is None else f'context.process == "{granted.process}"',
        "true" if granted.limit_cents is None else f"context.amount <= {granted.limit_cents}",
        str(not granted.days.withdrawn).lower(),
        f"{granted.days.since} <= 0",
        "true" if granted.days.until is None else f"{granted.days.until} >= 0",
    ]
    return (
        'permit (principal, action == Action::"handle", resource) when { '
        + " && ".join(said)
        + " };\n"
    )


def _seats(told: Situation) -> Iterator[dict[str, Any]]:
    """Every post as it is held, and every one that is done for somebody, whatever the day."""
    for post in told.posts:
        yield _seat(told, post, post.account)
    for deputy in told.deputies:
        for post in told.posts:
            if (post.account, post.post, post.agency) == (
                deputy.absent,
                deputy.post,
                deputy.agency,
            ):
                yield _seat(told, post, deputy.account, deputy)
    for named in told.named:
        yield _seat(
            told, Post(named.account, named.post, named.agency, None, named.days), named.account
        )


def _seat(told: Situation, post: Post, account: int, done: Deputy | None = None) -> dict[str, Any]:
    holders = {one.account: one for one in told.holders}
    on_leave = {
        one.person
        for one in told.leaves
        if one.confirmed
        and not one.days.withdrawn
        and one.days.since <= 0 <= (ENDLESS if one.days.until is None else one.days.until)
    }
    served = told.sections.get(post.agency, {}).get(post.section or "", ())
    days = [post.days, *([] if done is None else [done.days])]
    waits = done is not None and done.only_away
    return {
        "account": account,
        "person": holders[account].person,
        "post": post.post,
        "place": _agency(post.agency),
        "section": post.section or "",
        "sectioned": post.agency not in COUNTIES and post.post in ("teller", "handler", "reviewer"),
        "served": list(served),
        "open": holders[account].active and holders[post.account].active,
        "away": holders[account].person in on_leave,
        "standing_by": waits and holders[post.account].person not in on_leave,
        "withdrawn": any(one.withdrawn for one in days),
        "since": max((LONG_AGO, *(one.since for one in days))),
        "until": min(ENDLESS if one.until is None else one.until for one in days),
    }


def _entities(seats: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    agencies = [
        {
            "uid": {"type": "Agency", "id": code},
            "attrs": {},
            "parents": [{"type": "Agency", "id": parent}] if parent else [],
        }
        for code, parent in PARENTS.items()
    ]
    held = [
        {"uid": {"type": "Seat", "id": str(number)}, "attrs": seat, "parents": []}
        for number, seat in enumerate(seats)
    ]
    return agencies + held


def _agency(code: str) -> dict[str, dict[str, str]]:
    return {"__entity": {"type": "Agency", "id": code}}
