"""How long somebody has held a post without a break (任职年限), and who has held a high-risk one too long.

Source: 岗位权限管理办法 (人社厅发〔2021〕64号) and what provinces make of it: five years at most.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz import spans
from authz.offices import posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.qualifying import qualification_rules, qualifications
from authz.spans import Span
from database.clock import office_date

_DAY = timedelta(days=1)
_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Tenure:
    """A post that somebody has held for longer than he should: since when without a break, and until when."""

    staff_no: str
    agency: str
    post: str
    since: date
    rotate_on: date


def held_since(terms: Iterable[Span], day: date) -> date | None:
    """Since when these terms have run on without a day between them; None where none holds the day."""
    found = spans.around(spans.union(terms), day)
    return None if found is None else found[0]


def too_long(session: Session, codes: Collection[str], today: date) -> list[Tenure]:
    """Who holds a high-risk post at these agencies for longer than the years of rotation.

    The terms of a natural person in one post of one agency are one, through whichever of his accounts.
    """
    rules = qualification_rules.shipped()
    asked = (
        select(PostHolding, Account.person_id, Account.staff_no)
        .join(Account, Account.account_id == PostHolding.account_id)
        .where(PostHolding.agency_code.in_(codes), PostHolding.post.in_(rules.rotation_posts))
        .order_by(PostHolding.holding_id)
    )
    terms: dict[tuple[str, int, str], list[Span]] = {}
    names: dict[tuple[str, int, str], str] = {}
    for holding, person_id, staff_no in session.execute(asked):
        whose = (holding.agency_code, person_id, holding.post)
        terms.setdefault(whose, []).append(_term(holding))
        names[whose] = staff_no
    found = []
    for (agency, person_id, post), held in terms.items():
        since = held_since(held, today)
        if since is None:
            continue
        rotate_on = qualifications.months_later(since, rules.rotation_years.value * _MONTHS)
        if rotate_on <= today:
            staff_no = names[agency, person_id, post]
            found.append(Tenure(staff_no, agency, post, since, rotate_on))
    order = list(posts.POSTS)
    return sorted(found, key=lambda one: (one.agency, order.index(one.post), one.staff_no))


def _term(holding: PostHolding) -> Span:
    """From when to when a post was held; a dismissal ended it the day before."""
    since, until = spans.span(holding.valid_from, holding.valid_to)
    if holding.revoked_at is not None:
        until = min(until, office_date(holding.revoked_at) - _DAY)
    return (since, until)
