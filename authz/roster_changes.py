"""A roster as it would be: somebody dismissed, moved, absent, his account closed, a grant revoked.

Nothing is written anywhere.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from authz.placement import Covering, Holding
from authz.roster import Absence, Member, Roster
from authz.spans import ENDLESS


def dismissed(roster: Roster, member: Member, post: str | None, since: date) -> Roster:
    """Without his own holding of a post, of all where it is None; his deputies lose what they did for him."""

    def over(one: Member, holding: Holding) -> bool:
        whose = holding.on_behalf_of == member.staff_no or (
            one.account_id == member.account_id and not holding.on_behalf_of
        )
        return whose and post in (None, holding.post)

    return _ending(roster, over, since)


def closed(roster: Roster, member: Member, since: date) -> Roster:
    """As if his account were closed: what he does for others ends as well."""

    def over(one: Member, holding: Holding) -> bool:
        return one.account_id == member.account_id or holding.on_behalf_of == member.staff_no

    return _ending(roster, over, since)


def absent(roster: Roster, member: Member, since: date, until: date) -> Roster:
    """As if he were away, both days included; who is registered to do his posts then does them."""
    return _again(roster, absences=[*roster.absences, Absence(member.person_id, since, until)])


def moved(roster: Roster, member: Member, holding: Holding, since: date) -> Roster:
    """As if all his own posts ended and he held this one: a transfer or a promotion."""
    without = dismissed(roster, member, None, since)
    his = without.members[member.account_id]
    after = replace(his, agency=holding.agency, holdings=(*his.holdings, holding))
    return _again(without, members={**without.members, member.account_id: after})


def revoked(roster: Roster, grant: Covering, since: date) -> Roster:
    """Without a grant from a day on; one that begins later never does."""
    last = since - timedelta(days=1)
    kept = [
        replace(one, until=min(one.until or ENDLESS, last)) if one == grant else one
        for one in roster.coverings
        if one != grant or one.since <= last
    ]
    return _again(roster, coverings=kept)


def _ending(roster: Roster, over: Callable[[Member, Holding], bool], since: date) -> Roster:
    last = since - timedelta(days=1)
    members = {
        number: replace(
            one,
            holdings=tuple(
                replace(h, until=min(h.until or ENDLESS, last)) if over(one, h) else h
                for h in one.holdings
                if not (over(one, h) and h.since > last)
            ),
        )
        for number, one in roster.members.items()
    }
    return _again(roster, members=members)


def _again(
    roster: Roster,
    *,
    members: dict[int, Member] | None = None,
    absences: list[Absence] | None = None,
    coverings: list[Covering] | None = None,
) -> Roster:
    """A roster of its own: what the other one worked out doesn't hold for it."""
    return Roster(
        roster.tree,
        roster.members if members is None else members,
        roster.coverings if coverings is None else coverings,
        roster.absences if absences is None else absences,
    )
