"""Where a right applies: a post as it is held, a grant as it was given, as decisions compare them."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from authz import matching, spans
from authz.acts import READING, Act
from authz.granting.grant_record import Grant
from authz.offices.agencies import Tree
from authz.policy import Right
from authz.spans import ENDLESS, Spans


@dataclass(frozen=True, slots=True)
class Holding:
    """A post held at an agency, or done there for an absent colleague: in a section or the whole office."""

    post: str
    agency: str
    section: str | None
    since: date
    until: date | None
    # Where it is done for somebody (代): the principal's staff number, or the city's naming.
    on_behalf_of: str = ""
    # The natural person without whom alone it counts, where days to come are asked about (``roster``).
    only_without: int | None = None
    # The days on which whoever holds it is there and qualified for it; None where that is always so.
    usable: Spans | None = None
    # The one step that it gives, where it doesn't give all of the post's.
    only_step: str | None = None

    def gives(self, step: str) -> bool:
        """Whether a step is among those that it can give."""
        return self.only_step in (None, step)

    def holds(self, day: date) -> bool:
        """Whether it counts on a day."""
        return self.since <= day <= (self.until or ENDLESS)

    def is_usable(self, day: date) -> bool:
        """Whether whoever holds it is there and qualified for it on a day."""
        return self.usable is None or spans.around(self.usable, day) is not None

    def days(self, step: str) -> Spans:
        """The days on which it gives a step; reading takes no qualification, and somebody away may read."""
        if not self.gives(step):
            return ()
        held = (spans.span(self.since, self.until),)
        if self.usable is None or step in READING:
            return held
        return spans.intersection(held, self.usable)


@dataclass(frozen=True, slots=True)
class Covering:
    """What one grant covers."""

    grant_id: int
    account_id: int | None
    post: str | None
    agency: str
    section: str | None
    process: str | None
    handling: str | None
    act: str
    since: date
    until: date | None
    limit_cents: int | None

    @classmethod
    def of(cls, grant: Grant) -> Self:
        """The register's row as a plain value."""
        return cls(
            grant_id=grant.grant_id,
            account_id=grant.account_id,
            post=grant.post,
            agency=grant.agency_code,
            section=grant.section,
            process=grant.process,
            handling=grant.handling,
            act=grant.act,
            since=grant.valid_from,
            until=grant.valid_to,
            limit_cents=grant.amount_limit_cents,
        )

    def is_for(self, right: Right, holding: Holding) -> bool:
        """Whether it supplies the grant that a right of this holder takes."""
        return (
            self.act == right.step
            and self.agency == holding.agency
            and self.post in (None, holding.post)
            and self.section in (None, holding.section)
            and self.handling in (None, right.handling)
        )

    def is_about(self, act: Act) -> bool:
        """Whether it covers the act's process; its amount aside."""
        return self.process in (None, act.process)


def served(tree: Tree, right: Right, holding: Holding) -> str:
    """The categories a right is bound to, as ``matching.serves`` reads them; ``*`` for none.

    A teller of a city or provincial office serves within his section (§4); without one he serves
    nothing there, since nobody said what.
    """
    if right.scope == "office" or tree.kinds.get(holding.agency) == "county":
        return matching.ANY
    return matching.listed(tree.categories(holding.agency, holding.section or ""))
