"""Who may sign what on which day, of many people at once: posts, stand-ins, grants, absences as plain values.

One person's acts are decided by ``standing``; here everybody of some agencies is read once, for questions
about many cases and days to come. What decides is the same enforcement over the same rows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from authz import policy
from authz.acts import Act
from authz.enforcement import Enforcement
from authz.offices.agencies import Tree
from authz.placement import Covering, Holding
from authz.spans import ENDLESS

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Member:
    """One open account with the posts it holds, or will hold, himself or for an absent colleague."""

    account_id: int
    person_id: int
    staff_no: str
    name: str
    agency: str
    holdings: tuple[Holding, ...]

    def does(self, post: str, day: date) -> bool:
        """Whether he holds a post himself on a day."""
        return any(h.post == post and not h.on_behalf_of and h.holds(day) for h in self.holdings)


@dataclass(frozen=True, slots=True)
class Absence:
    """A natural person who is away, both days included.

    ``stood_in`` where that follows from a stand-in for him: nobody said so, and he may come back.
    """

    person_id: int
    since: date
    until: date
    stood_in: bool = False


@dataclass(frozen=True)
class Roster:
    """The people of some agencies, from one day on; never changed, so answers are kept."""

    tree: Tree
    members: Mapping[int, Member]
    coverings: Sequence[Covering]
    absences: Sequence[Absence]
    _able: dict[Any, frozenset[int]] = field(default_factory=dict, repr=False, compare=False)
    _deciders: dict[int, Enforcement] = field(default_factory=dict, repr=False, compare=False)
    _changes: dict[frozenset[str], list[date]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def able(self, act: Act, day: date) -> frozenset[int]:
        """The natural persons who may do an act on a day, were they no party to the case.

        An absent colleague isn't among them, though nothing forbids him to come back.
        """
        asked = (self._alike(act), day)
        if asked not in self._able:
            self._able[asked] = frozenset(m.person_id for m, _ in self._doing(asked[0], day))
        return self._able[asked]

    def who(self, act: Act, day: date, without: Collection[int] = ()) -> list[dict[str, Any]]:
        """As ``able``, by post: ``{post, agency, staff: [{staff_no, name}]}``; one of nobody stays, empty."""
        wanted = [right.post for right in self._rights(act)]
        staff: dict[tuple[str, str], list[dict[str, Any]]] = {
            (post, act.agency): [] for post in wanted
        }
        for member, holding in self._doing(replace(act, own_case=False, relatives_case=False), day):
            if member.person_id not in without:
                named = {"staff_no": member.staff_no, "name": member.name}
                people = staff.setdefault((holding.post, holding.agency), [])
                if named not in people:
                    people.append(named)
        return [
            {"post": post, "agency": place, "staff": people}
            for (post, place), people in staff.items()
        ]

    def away(self, person_id: int, day: date) -> bool:
        """Whether somebody is absent on a day."""
        return any(a.since <= day <= a.until for a in self._absences.get(person_id, ()))

    def on_leave(self, person_id: int, day: date) -> bool:
        """Whether somebody is away on a day because it was said, so that his deputies begin."""
        found = self._absences.get(person_id, ())
        return any(a.since <= day <= a.until and not a.stood_in for a in found)

    def holders(self, post: str, agency: str, day: date) -> frozenset[int]:
        """The natural persons who do a post of an agency on a day, for themselves or for others."""
        return frozenset(
            member.person_id
            for member, holding in self._places.get((post, agency), ())
            if self._counts(member, holding, day)
            and holding.is_usable(day)
            and holding.only_step is None
        )

    def doing_for(self, staff_no: str, day: date) -> frozenset[int]:
        """The natural persons who do a post for this absent colleague on a day."""
        return frozenset(
            member.person_id
            for member in self.members.values()
            for holding in member.holdings
            if holding.on_behalf_of == staff_no
            and holding.only_step is None
            and self._counts(member, holding, day)
        )

    def instead_of(self, member: Member, day: date) -> list[str]:
        """For whom (``Holding.on_behalf_of``) somebody does a post on a day."""
        held = [h for h in member.holdings if h.on_behalf_of and h.only_step is None]
        done = [h for h in held if self._counts(member, h, day)]
        return list(dict.fromkeys(holding.on_behalf_of for holding in done))

    def changes(self, agencies: Collection[str], since: date, until: date) -> list[date]:
        """The days after ``since`` up to ``until`` on which something of these agencies begins or is over."""
        asked = frozenset(agencies)
        if asked not in self._changes:
            self._changes[asked] = sorted(self._edges_of(asked))
        return [day for day in self._changes[asked] if since < day <= until]

    def _edges_of(self, agencies: Collection[str]) -> set[date]:
        found: set[date] = set()
        for member in self.members.values():
            here = [h for h in member.holdings if h.agency in agencies]
            for holding in here:
                found |= _edges(holding.since, holding.until)
                for days in holding.usable or ():
                    found |= _edges(*days)
            away = {member.person_id} if here else set()
            away |= {h.only_without for h in here if h.only_without is not None}
            for absence in (one for person in away for one in self._absences.get(person, ())):
                found |= _edges(absence.since, absence.until)
        for covering in self.coverings:
            if covering.agency in agencies:
                found |= _edges(covering.since, covering.until)
        return found

    def named(self, staff_no: str) -> Member | None:
        """The member of this staff number."""
        return next((m for m in self.members.values() if m.staff_no == staff_no), None)

    @cached_property
    def _absences(self) -> Mapping[int, Sequence[Absence]]:
        found: dict[int, list[Absence]] = {}
        for absence in self.absences:
            found.setdefault(absence.person_id, []).append(absence)
        return found

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], Sequence[tuple[Member, Holding]]]:
        found: dict[tuple[str, str], list[tuple[Member, Holding]]] = {}
        for member in sorted(self.members.values(), key=lambda one: one.staff_no):
            for holding in member.holdings:
                found.setdefault((holding.post, holding.agency), []).append((member, holding))
        return found

    @cached_property
    def _named_processes(self) -> frozenset[str]:
        return frozenset(c.process for c in self.coverings if c.process is not None)

    @cached_property
    def _limits(self) -> Sequence[int]:
        return sorted({c.limit_cents for c in self.coverings if c.limit_cents is not None})

    def _alike(self, act: Act) -> Act:
        """The act that stands for all that no row here tells apart: thousands of cases ask alike."""
        limit = next((limit for limit in self._limits if act.amount_cents <= limit), None)
        above = self._limits[-1] + 1 if self._limits else 0
        # An office above serves by its sections, whatever the one below has.
        of_county = self.tree.kinds.get(act.agency) == "county" and self._stays(self._rights(act))
        return replace(
            act,
            process=act.process if act.process in self._named_processes else "",
            category="" if of_county else act.category,
            amount_cents=above if limit is None else limit,
            signed=(),
            own_case=False,
            relatives_case=False,
        )

    @staticmethod
    def _rights(act: Act) -> list[policy.Right]:
        return [r for r in policy.by_step().get(policy.step_word(act), ()) if r.is_for(act)]

    @staticmethod
    def _stays(rights: Sequence[policy.Right]) -> bool:
        """Whether rights are good at the office itself alone."""
        return all(right.reach == "own" for right in rights)

    def _doing(self, act: Act, day: date) -> Iterator[tuple[Member, Holding]]:
        rights = self._rights(act)
        places = self.tree.lineage(act.agency)
        if self._stays(rights):
            places = places[:1]
        for post in dict.fromkeys(right.post for right in rights):
            for place in places:
                for member, holding in self._places.get((post, place), ()):
                    if self._counts(member, holding, day) and self._decider(
                        member, holding
                    ).allowing(act, member.person_id, day):
                        yield member, holding

    def _counts(self, member: Member, holding: Holding, day: date) -> bool:
        """Whether a post is held on a day by somebody who is there, and whom he deputises for isn't."""
        principal = holding.only_without
        return (
            holding.holds(day)
            and not self.away(member.person_id, day)
            and (principal is None or self.on_leave(principal, day))
        )

    def _decider(self, member: Member, holding: Holding) -> Enforcement:
        """What decides over one holding of a member: so that it is known in which post he may."""
        key = id(holding)
        if key not in self._deciders:
            his = [c for c in self.coverings if c.account_id in (None, member.account_id)]
            his = [c for c in his if c.agency == holding.agency]
            self._deciders[key] = Enforcement(self.tree, [holding], his)
        return self._deciders[key]


def _edges(since: date, until: date | None) -> set[date]:
    return {since} if until is None or until >= ENDLESS else {since, until + _DAY}
