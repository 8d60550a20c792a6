"""What a change of authority would block: cases, posts, business at the window, and the change itself.

A revocation, a transfer or promotion, a dismissal, a closed account, an absence. Nothing is written.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions, duties
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies, families
from authz.offices.families import PostsIncompatible
from authz.personnel import appointments
from authz.placement import Covering
from authz.qualifying import qualifications
from authz.roster import Roster
from engine.foresight import open_cases, outlook, signable, simulated, staffing
from engine.foresight.open_cases import OpenCase
from engine.foresight.signable import Outlook
from engine.foresight.simulated import Simulated
from engine.foresight.staffing import READ, SHOWN, Report
from engine.office import Office
from engine.rules import risk

# A change without an end is looked at so far for posts that nobody would hold.
_LOOK = timedelta(days=60)


def simulate(session: Session, office: Office, actor: Actor, wanted: Simulated) -> dict[str, Any]:
    """Which cases could not be signed, or earlier not, which posts nobody would hold, and what else.

    ``refusals``: what a transfer or promotion would be refused by, or he would lack at his new post;
    ``barred``: open cases that wait there for a step which he may not sign, since he signed another;
    ``business``: what a revocation sends to the back office, and who could still handle it.
    Raises Forbidden, AccountNotFound, GrantNotFound, StaffingInvalid.
    """
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    codes = agencies.below(session, actor.agency)
    before = signable.look(session, codes)
    since, until = days = wanted.days(before.today)
    roster = simulated.changed(session, before.roster, codes, wanted, days)
    after = Outlook(roster, before.today)
    found, count, barred = Report(), 0, []
    for page in open_cases.of_agencies(session, office, codes):
        for case in page:
            was, would = before.stuck(case), after.stuck(case)
            if would is not None and (was is None or would.since < was.since):
                count += 1
                found.found.append((case, would))
            if wanted.move is not None and _bars(before, case, wanted):
                barred.append(case.case_no)
    return {
        "as_of": before.today.isoformat(),
        "count": count,
        "items": [staffing.line(after, case, stuck) for case, stuck in found.first()],
        "posts": list(_left_to_nobody(before.roster, roster, codes, since, until)),
        "refusals": _refusals(session, before.roster, wanted, since),
        "barred_cases": len(barred),
        "barred": barred[:SHOWN],
        "business": _business(office, before.roster, roster, codes, wanted, since),
    }


def _bars(before: Outlook, case: OpenCase, wanted: Simulated) -> bool:
    """Whether a step that the new post signs is left in a case, and he signed another one of it."""
    member = before.roster.named(wanted.move or "")
    if member is None or member.person_id not in {person for _, person in case.signed}:
        return False
    place = wanted.agency or member.agency
    left = {one for way in case.ways for one in signable.remaining(case, way)}
    return any(
        one.post == wanted.post
        and before.act(case, one).agency == place
        and not duties.free_to_sign(case.signed, one.step, member.person_id)
        for one in left
    )


def _refusals(
    session: Session, roster: Roster, wanted: Simulated, since: date
) -> list[dict[str, Any]]:
    """What an appointment would be refused by, and what he would lack at his new post."""
    if wanted.move is None or wanted.post is None:
        return []
    member = simulated.member_of(roster, list(roster.tree.agencies), wanted.move)
    found: list[dict[str, Any]] = []
    try:
        kept = appointments.held_by_person(session, member.person_id, besides=member.account_id)
        families.require_one(kept, wanted.post)
    except PostsIncompatible as refused:
        found.append({"rule": refused.rule, "facts": refused.facts})
    shown = qualifications.of_persons(session, [member.person_id])
    for lack in shown.lacking(member.person_id, wanted.post, since):
        facts = {"kind": lack.kind, "subject": lack.subject, "since": lack.since.isoformat()}
        rule = "qualification.expired" if lack.expired else "qualification.missing"
        found.append({"rule": rule, "facts": facts})
    return found


def _business(
    office: Office,
    before: Roster,
    after: Roster,
    codes: Sequence[str],
    wanted: Simulated,
    since: date,
) -> list[dict[str, Any]]:
    """The business of a revoked grant that somebody could handle and then can't, by its code."""
    if wanted.revoke is None:
        return []
    grant = simulated.grant_of(before, codes, wanted.revoke)
    found = []
    for definition in office.catalogue.all():
        if grant.process not in (None, definition.code):
            continue
        level, route = outlook.at_first(office.risk, definition.code)
        if grant.handling not in (None, risk.timing(level)):
            continue
        act = Act(
            grant.act,
            agency=grant.agency,
            process=definition.code,
            handling=risk.timing(level),
            category=definition.category,
            level=level,
            route=route,
        )
        day = max(since, grant.since)
        lose = before.able(act, day) - after.able(act, day)
        if lose:
            line = {"process": definition.code, "lose": _named(before, lose, grant)}
            found.append({**line, "left": len(after.able(act, day))})
    return sorted(found, key=lambda one: str(one["process"]))


def _named(roster: Roster, people: frozenset[int], grant: Covering) -> list[str]:
    """The staff numbers of these natural persons in the grant's agency, or wherever they have one."""
    ranked = sorted(
        roster.members.values(), key=lambda one: (one.agency != grant.agency, one.staff_no)
    )
    numbers: dict[int, str] = {}
    for member in ranked:
        if member.person_id in people:
            numbers.setdefault(member.person_id, member.staff_no)
    return sorted(numbers.values())[:SHOWN]


def _left_to_nobody(
    before: Roster, after: Roster, codes: Sequence[str], since: date, until: date | None
) -> Iterator[dict[str, Any]]:
    """The posts that somebody would hold on a day, and after the change nobody; each with its first day."""
    last = until or since + _LOOK
    days = [since, *after.changes(codes, since, last)]
    held = {(h.agency, h.post) for m in before.members.values() for h in m.holdings}
    for agency, post in sorted(place for place in held if place[0] in codes):
        for day in days:
            if before.holders(post, agency, day) and not after.holders(post, agency, day):
                yield {"agency": agency, "post": post, "from": day.isoformat()}
                break
