"""Who may act on a waiting task: what its step takes, who holds it, and the review that is offered wider.

A level-2 review that nobody took for some minutes, while the client waits at the window, is offered wider
(扩大派送). Whoever signs it then signs the step ``review``; what keeps people apart does so here too.
Source: design §2; ``authz.widening`` has the limit.
"""

from dataclasses import replace
from datetime import datetime

from authz import actors, decisions, policy, widening
from authz.actors import AccountClosed
from authz.acts import Act
from authz.decisions import Permit
from authz.duties import step_signed
from database.clock import moment_text
from database.refusals import Forbidden
from engine import contents, maker, signoffs
from engine.handling import Handling
from engine.queueing import claim_terms
from engine.record import Task

# These say only that the ordinary review isn't one's own: whatever else bars one is told before them.
_NOT_MINE = ("post.missing", "section.foreign", "agency.foreign")


def task_act(work: Handling, task: Task, step: str) -> Act:
    """What acting on this task takes, with everything already signed in this cycle.

    Accepting counts as the maker's step, and so does delivering a message's data: whoever did it to a case
    that the back office handled can't review it either (受理–复核).
    """
    makers = (work.case.accepted_person, *contents.deliverers(work.content))
    accepted = (("accept", person) for person in makers)
    return maker.act(
        work,
        step,
        agency=task.agency_code,
        lane=task.post,
        signed=(*accepted, *signoffs.signed_steps(work.signed)),
    )


def asked_of(work: Handling, task: Task) -> Act:
    """What somebody must be permitted to act on this task, as widely as it is offered now."""
    return task_act(work, task, widening.STEP if is_wider(work, task) else task.step)


def required(work: Handling, task: Task) -> Permit:
    """The permit to act on a task, as it goes into a sign-off. Raises Forbidden."""
    permit = may(work, task)
    if permit is None:
        raise _refusal(work, task)
    return permit


def why_not(work: Handling, task: Task) -> Forbidden | None:
    """The refusal that ``required`` would raise, None where one may act."""
    return _refusal(work, task) if may(work, task) is None else None


def may(work: Handling, task: Task) -> Permit | None:
    """The permit to act on a task, None where there is none.

    Of a review that is offered wider the post is the step's own, as the risk table demands it; the post that
    gave it stands in ``grant``, and in ``on_behalf_of`` unless that names whom the signer is deputy of.
    """
    permit = decisions.may(work.session, work.actor, task_act(work, task, task.step))
    if permit is not None or not is_wider(work, task):
        return permit
    wider = decisions.may(work.session, work.actor, task_act(work, task, widening.STEP))
    if wider is None:
        return None
    behalf = wider.on_behalf_of or widening.reference(wider.post)
    return replace(wider, post=task.post, on_behalf_of=behalf)


def is_wider(work: Handling, task: Task) -> bool:
    """Whether a task is offered wider now: its minutes are over, and nobody else's claim stands."""
    since = widening.of_task(task)
    return since is not None and since <= work.now and not held_by_another(work, task)


def wider_since(work: Handling, task: Task) -> datetime | None:
    """Since when a task is offered wider; None where it isn't, or somebody's claim stands."""
    since = widening.of_task(task)
    taken = task.claimed_by is not None and not claim_terms.lapsed(task, work.now)
    return None if since is None or since > work.now or taken else since


def held_by_another(work: Handling, task: Task) -> bool:
    """Whether somebody else holds a task, who could still sign it: a claim ends with its holder's right.

    It also ends when he leaves the task alone for too long (``claim_terms``).
    """
    if task.claimed_by in (None, work.actor.account_id) or claim_terms.lapsed(task, work.now):
        return False
    try:
        holder = actors.load(work.session, task.claimed_by or 0)
    except AccountClosed:
        return False
    return may(replace(work, actor=holder), task) is not None


def dated(work: Handling, refused: Forbidden) -> Forbidden:
    """A refusal for another step that somebody signed, with that sign-off's number and since when it stands.

    Of an acceptance, which is no sign-off by itself, only since when.
    """
    done, mine = refused.facts.get("signed"), work.actor.person_id
    if done is None:
        return refused
    for row in work.signed:
        if row.signer_person == mine and step_signed(row.step) == step_signed(done):
            refused.facts |= {"sign_off": row.seq, "since": moment_text(row.signed_at)}
            return refused
    if done == "accept" and work.case.accepted_person == mine:
        refused.facts["since"] = moment_text(work.case.accepted_at)
    return refused


def _refusal(work: Handling, task: Task) -> Forbidden:
    """Why one may not act on a task; of a review that is or will be offered wider, from when and to whom."""
    refused = _refused(work, task_act(work, task, task.step))
    since = widening.of_task(task)
    if since is None:
        return dated(work, refused)
    if is_wider(work, task):
        wider = _refused(work, task_act(work, task, widening.STEP))
        if refused.rule in _NOT_MINE and wider.rule not in _NOT_MINE:
            refused = wider
        refused.who_can = wider.who_can
    posts = list(dict.fromkeys(right.post for right in policy.by_step()[widening.STEP]))
    refused.facts |= {"offered_wider_from": moment_text(since), "offered_wider_to": posts}
    return dated(work, refused)


def _refused(work: Handling, act: Act) -> Forbidden:
    refused = decisions.why_not(work.session, work.actor, act)
    return refused or Forbidden()
