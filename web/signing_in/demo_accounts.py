"""The demo accounts, as the sign-in page of a demo server lists them: by post, then by agency."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from authz.offices import posts
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from authz.offices.posts import PostHolding
from database import clock

PASSWORD = "tongban-demo"  # noqa: S105 - the demo's; it works on this machine only


def by_post(session: Session) -> list[dict[str, Any]]:
    """Posts with who holds them; empty in an agency's own office."""
    rows = session.execute(
        select(PostHolding.post, Account.staff_no, Account.name, Agency.name, Account.section)
        .join(Account, Account.account_id == PostHolding.account_id)
        .join(Agency, Agency.code == Account.agency_code)
        .where(Account.demo, Account.active, posts.in_force(clock.today(session)))
        .order_by(Account.account_id)
    ).all()
    held: dict[str, list[dict[str, Any]]] = {}
    for post, staff_no, name, agency, section in rows:
        held.setdefault(post, []).append(
            {"staff_no": staff_no, "name": name, "agency": agency, "section": section}
        )
    return [{"post": post, "people": held[post]} for post in posts.POSTS if post in held]
