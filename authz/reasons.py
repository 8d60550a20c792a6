"""Why an act is refused: the first rule that stands in the way, in one fixed order, with what to do.

Beside the rule a refusal tells the row that lacks or blocks, by its number, and since when.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from authz import duties, matching, obstacles, placement, policy
from authz.absence.absences import Why
from authz.acts import READING, Act
from authz.granting import grant_record
from authz.offices import posts
from authz.placement import Holding
from authz.policy import Right
from authz.qualifying import qualification_rules, qualifications
from authz.qualifying.qualifications import Lack
from authz.standing import Standing
from database.clock import moment_text
from database.refusals import Forbidden, InvariantBroken

Candidate = tuple[Right, Holding]


def first(session: Session, standing: Standing, act: Act) -> Forbidden:
    """The refusal of an act that no row allowed, naming the first reason.

    The order: post, section, agency, absence, qualification, grant, another step signed, own case, a
    relative's, route. Raises InvariantBroken where none is found: policy and reasons would then tell
    different stories.
    """
    held = _by_post(standing, act)
    if not held:
        return _post_missing(session, standing, act)
    within = [c for c in held if _serves(standing, c, act)]
    if not within:
        return Forbidden(
            f"Your section does not serve {act.category or 'this'} business: pass it to the section "
            "that does.",
            rule="section.foreign",
            facts={"category": act.category, **_placed(held)},
        )
    here = [c for c in within if _reaches(standing, c, act)]
    if not here:
        return Forbidden(
            f"This belongs to agency {act.agency}: somebody there does it.",
            rule="agency.foreign",
            facts={"agency": act.agency, **_placed(within)},
        )
    fitting = [c for c in here if c[0].is_for(act)]
    usable = [c for c in fitting if _is_usable(standing, c)]
    if fitting and not usable and standing.away is not None:
        return _away(session, standing, standing.away, act)
    if fitting and not usable:
        return _unqualified(session, standing, act, [holding for _, holding in fitting])
    fitting = usable
    return (
        _grant_lacking(session, standing, act, fitting)
        or _duty_broken(session, standing, act)
        or _route_foreign(act, here, fitting)
    )


def _by_post(standing: Standing, act: Act) -> list[Candidate]:
    rights = policy.by_step().get(policy.step_word(act), ())
    return [
        (r, h) for h in standing.holdings for r in rights if r.post == h.post and h.gives(r.step)
    ]


def _serves(standing: Standing, candidate: Candidate, act: Act) -> bool:
    return matching.serves(placement.served(standing.tree, *candidate), act.category)


def _reaches(standing: Standing, candidate: Candidate, act: Act) -> bool:
    right, holding = candidate
    lineage = standing.tree.lineage(act.agency)
    return matching.reaches(right.reach, holding.agency, act.agency, lineage)


def _placed(candidates: Sequence[Candidate]) -> dict[str, Any]:
    """Where somebody holds what he acts by, and since when: what keeps him out of other places."""
    holding = candidates[0][1]
    return {
        "held": {"post": holding.post, "agency": holding.agency, "section": holding.section},
        "since": holding.since.isoformat(),
    }


def _post_missing(session: Session, standing: Standing, act: Act) -> Forbidden:
    rights = policy.by_step().get(policy.step_word(act), ())
    # Of a step that posts of other routes do too, those that do it here.
    here = [right for right in rights if right.is_for(act)] or rights
    wanted = list(dict.fromkeys(right.post for right in here))
    held = list(dict.fromkeys(h.post for h in standing.holdings if h.only_step is None))
    who = posts.english(wanted, "or") or "no post at all"
    yours = posts.english(held, "and") or "none"
    ended = obstacles.post_ended(session, standing.account_id, wanted, standing.today)
    return Forbidden(
        f"The step '{act.step}' is done by {who}; the posts you hold: {yours}.",
        rule="post.missing",
        facts={"posts": wanted, "held": held, **ended},
    )


def _is_usable(standing: Standing, candidate: Candidate) -> bool:
    right, holding = candidate
    return right.step in READING or holding.is_usable(standing.today)


def _away(session: Session, standing: Standing, why: Why, act: Act) -> Forbidden:
    """Whoever is away does nothing meanwhile: his deputies do, or he comes back first."""
    if why == "leave":
        return Forbidden(
            f"You are on leave today: your deputy does '{act.step}', or your leave is ended first.",
            rule="absence.leave",
            facts=obstacles.leave(session, standing.person_id, standing.today),
        )
    return Forbidden(
        f"You left your desk longer ago than the limit: say that you are back, then do '{act.step}'.",
        rule="absence.pause",
        facts=obstacles.pause(session, standing.person_id),
    )


def _unqualified(
    session: Session, standing: Standing, act: Act, held: Sequence[Holding]
) -> Forbidden:
    """What training or certificate is missing for the posts that would do the act, and since when."""
    shown = qualifications.of_persons(session, [standing.person_id])
    wanted = dict.fromkeys(holding.post for holding in held)
    lacks = {post: shown.lacking(standing.person_id, post, standing.today) for post in wanted}
    missing = [
        {
            "post": post,
            "kind": one.kind,
            "subject": one.subject,
            "since": one.since.isoformat(),
            "expired": one.expired,
            "names": _names(one),
        }
        for post, found in lacks.items()
        for one in found
    ]
    expired = any(one["expired"] for one in missing)
    names = "; ".join(_called(one) for found in lacks.values() for one in found)
    return Forbidden(
        f"For '{act.step}' as {posts.english(wanted, 'or')} you lack: {names}. Your supervisor enters it "
        "once you have it; until then a colleague does this.",
        rule="qualification.expired" if expired else "qualification.missing",
        facts={"missing": missing},
    )


def _names(lack: Lack) -> dict[str, str]:
    names = qualification_rules.named(lack.kind, lack.subject)
    return {"zh": names.zh, "en": names.en}


def _called(lack: Lack) -> str:
    names = qualification_rules.named(lack.kind, lack.subject)
    title = names.zh if names.zh == names.en else f"{names.zh} ({names.en})"
    return f"{title} {lack.since}"


def _grant_lacking(
    session: Session, standing: Standing, act: Act, fitting: Sequence[Candidate]
) -> Forbidden | None:
    """What is wrong with the grant, where the posts held need one for this act."""
    if not fitting or any(right.by == "post" for right, _ in fitting):
        return None
    meant = [
        covering
        for covering in standing.coverings
        if covering.is_about(act) and any(covering.is_for(*candidate) for candidate in fitting)
    ]
    limits = [c.limit_cents for c in meant]
    if meant and None not in limits:
        highest = max(limit for limit in limits if limit is not None)
        if highest < act.amount_cents:
            return Forbidden(
                f"The grant covers amounts up to {highest} cents, this is {act.amount_cents}: the back "
                "office (handler) does it.",
                rule="grant.amount",
                facts={"limit_cents": highest, "grant_id": meant[-1].grant_id},
            )
    return None if meant else _grant_gone(session, standing, act, fitting)


def _grant_gone(
    session: Session, standing: Standing, act: Act, fitting: Sequence[Candidate]
) -> Forbidden:
    ask = f"the back office (Handler) does it, or the supervisor of {act.agency} registers a grant."
    newest = grant_record.latest(
        session,
        agency=act.agency,
        posts={holding.post for _, holding in fitting},
        account_id=standing.account_id,
        act=act.step,
        covering=(act.process, act.handling),
    )
    if newest is None:
        return Forbidden(
            f"'{act.step}' of limited business takes a registered grant: {ask}",
            rule="grant.missing",
            facts={"process": act.process, "handling": act.handling, "agency": act.agency},
        )
    grant, revocation = newest
    facts: dict[str, Any] = {"grant_id": grant.grant_id}
    if revocation is not None:
        return Forbidden(
            f"Grant {grant.grant_id} was revoked: {ask}",
            rule="grant.revoked",
            facts={**facts, "since": moment_text(revocation.revoked_at)},
        )
    if grant.valid_to is not None and grant.valid_to < standing.today:
        return Forbidden(
            f"Grant {grant.grant_id} ended on {grant.valid_to}: {ask}",
            rule="grant.expired",
            facts={**facts, "since": grant.valid_to.isoformat()},
        )
    return Forbidden(
        f"Grant {grant.grant_id} (from {grant.valid_from}) does not cover you today: {ask}",
        rule="grant.missing",
        facts={**facts, "from": grant.valid_from.isoformat()},
    )


def _duty_broken(session: Session, standing: Standing, act: Act) -> Forbidden | None:
    done = duties.other_step_signed(act.signed, act.step, standing.person_id)
    if done is not None:
        return Forbidden(
            f"You signed '{done}' of this case, so another person does '{act.step}'.",
            rule="duties.already_signed",
            facts={"signed": done},
        )
    if act.own_case:
        return Forbidden(
            "This is business of your own: a colleague does it.", rule="duties.own_case"
        )
    if act.relatives_case:
        return Forbidden(
            "This is business of a relative whom you declared: a colleague does it.",
            rule="duties.relatives_case",
            facts=obstacles.relatives(session, standing.person_id, standing.today),
        )
    return None


def _route_foreign(act: Act, here: Sequence[Candidate], fitting: Sequence[Candidate]) -> Forbidden:
    if fitting:
        raise InvariantBroken(f"policy refused '{act.step}', and no rule says why")
    who = posts.english(dict.fromkeys(right.post for right, _ in here), "or")
    on = f"level {act.level}" + (f", route {act.route}" if act.route else "")
    return Forbidden(
        f"On {on} the step '{act.step}' is not one of {who}: read the case to see who is next.",
        rule="route.not_for_post",
        facts={"step": act.step, "risk_level": act.level, "route": act.route or None},
    )
