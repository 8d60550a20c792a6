"""Who may see, accept and sign, in the plain words of the design and the guidance: slow, and easy to read.

Written from design §2 and §6 and from 陕社保发〔2016〕27号, never from ``authz``: where the two disagree
about a situation, one of them is wrong.
"""

from collections.abc import Iterator

from tests.authority_days import Days
from tests.authority_situations import (
    COUNTIES,
    OWN_STEP,
    PARENTS,
    Holder,
    Post,
    Question,
    Situation,
)

# Whoever works on cases, oversees or audits them sees them; guides, archivists, finance and
# administrators have no rights over cases (design §6), but for the one of records, who reads (三员).
SEEING = {
    "teller", "handler", "reviewer", "deputy_director", "director", "city_approver", "city_head",
    "auditor", "internal_control", "supervisor", "audit_administrator",
}  # fmt: skip
# The routes of level 1, each step with the post that signs it (design §2, guidance §12).
CHAINS = {
    "county": {"review": "reviewer", "endorse": "deputy_director", "conclude": "director"},
    "city_approval": {
        "review": "reviewer",
        "endorse": "deputy_director",
        "conclude": "director",
        "city_approve": "city_approver",
    },
    "city_meeting": {
        "review": "reviewer",
        "endorse": "deputy_director",
        "conclude": "director",
        "city_conclude": "city_head",
    },
    "city": {
        "review": "reviewer",
        "city_approve": "city_approver",
        "city_conclude": "city_head",
    },
}
# Those who stand at windows and desks serve their section in an office that has sections (guidance §4).
OF_A_SECTION = {"teller", "handler", "reviewer"}
# Accepting makes the case as handling does; escalating is the director's own conclusion.
ONE_STEP = {"accept": "handle", "escalate": "conclude", "review_widened": "review"}


def may(told: Situation, asked: Question) -> bool:
    """Whether this account may do what is asked."""
    holder = next(one for one in told.holders if one.account == asked.account)
    if asked.act == "see":
        return any(sees(post, asked.agency) for post in working_as(told, holder))
    if asked.own_case or signed_another_step(asked, holder.person):
        return False
    if is_away(told, holder.person):
        return False
    if asked.act == "review_widened":
        return asked.level == 2 and any(
            reviews_wider(post, asked.agency) and serves(told, post, asked.category)
            for post in (*working_as(told, holder), *standing_by(told, holder))
        )
    return any(
        post.agency == asked.agency
        and serves(told, post, asked.category)
        and does(told, holder, post, asked)
        for post in working_as(told, holder)
    )


def working_as(told: Situation, holder: Holder) -> Iterator[Post]:
    """The posts he holds today, does for an absent colleague who holds them, or was named for by the city."""
    if not holder.active:
        return
    for post in told.posts:
        if post.account == holder.account and is_today(post.days):
            yield post
    yield from standing_in(told, holder)
    for named in told.named:
        if named.account == holder.account and is_today(named.days):
            yield Post(named.account, named.post, named.agency, None, named.days)


def reviews_wider(post: Post, agency: str) -> bool:
    """Who reviews what nobody took: the deputy director, and reviewers there and one office up."""
    if post.post == "reviewer":
        return agency == post.agency or PARENTS[agency] == post.agency
    return (post.post, post.agency) == ("deputy_director", agency)


def standing_by(told: Situation, holder: Holder) -> Iterator[Post]:
    """The reviewers' posts for which he is named as deputy, whether or not those reviewers are there."""
    if holder.active:
        yield from (p for p in standing_in(told, holder, waits=False) if p.post == "reviewer")


def standing_in(told: Situation, holder: Holder, *, waits: bool = True) -> Iterator[Post]:
    """The posts he does for absent colleagues who hold them today; without ``waits`` also for others."""
    for deputy in told.deputies:
        if deputy.account != holder.account or not is_today(deputy.days):
            continue
        absent = next(one for one in told.holders if one.account == deputy.absent)
        if waits and deputy.only_away and not is_away(told, absent.person):
            continue
        for post in told.posts:
            same = (post.account, post.post, post.agency) == (
                deputy.absent,
                deputy.post,
                deputy.agency,
            )
            if absent.active and same and is_today(post.days):
                yield post


def is_away(told: Situation, person: int) -> bool:
    """Whether a human being is on a leave that somebody confirmed; whoever is signs nothing (AB角)."""
    return any(
        leave.person == person and leave.confirmed and is_today(leave.days) for leave in told.leaves
    )


def is_today(days: Days) -> bool:
    """Whether today is one of them, and nobody withdrew it."""
    begun = days.since <= 0
    over = days.until is not None and days.until < 0
    return begun and not over and not days.withdrawn


def sees(post: Post, agency: str) -> bool:
    """His own office's cases and those of the offices below it."""
    if post.post not in SEEING:
        return False
    while agency:
        if agency == post.agency:
            return True
        agency = PARENTS[agency]
    return False


def serves(told: Situation, post: Post, category: str) -> bool:
    """A county's desk serves everything; in a city or province a section serves what is listed for it."""
    if post.agency in COUNTIES or post.post not in OF_A_SECTION:
        return True
    return category in told.sections[post.agency].get(post.section or "", ())


def does(told: Situation, holder: Holder, post: Post, asked: Question) -> bool:
    """Whether the post, as he holds it, is the one that does this."""
    if asked.act == "handle":
        if post.post == "teller" and asked.level == 1:
            return is_granted(told, holder, post, asked)
        return post.post in {"teller", "handler"}
    return post.post == signer(asked)


def signer(asked: Question) -> str | None:
    """The one post that does anything but handling; None where nobody does."""
    if asked.act == OWN_STEP:
        return asked.lane
    if asked.act == "accept":
        return "teller"
    if asked.level == 1:
        chain = CHAINS[asked.route]
        if asked.act == "escalate":
            return "director" if asked.route == "county" else None
        return chain.get(asked.act)
    return "reviewer" if (asked.level, asked.act) == (2, "review") else None


def is_granted(told: Situation, holder: Holder, post: Post, asked: Question) -> bool:
    """Limited business takes a grant, to the post of the agency or to himself (guidance §10)."""
    for granted in told.permissions:
        for_him = granted.account == holder.account or granted.post == post.post
        here = granted.agency == post.agency and granted.section in (None, post.section)
        this = granted.process in (None, asked.process)
        enough = granted.limit_cents is None or asked.amount_cents <= granted.limit_cents
        if for_him and here and this and enough and is_today(granted.days):
            return True
    return False


def signed_another_step(asked: Question, person: int) -> bool:
    """Nobody signs two different steps of one case; accounts of one natural person are one."""
    wanted = ONE_STEP.get(asked.act, asked.act)
    return any(
        signer == person and ONE_STEP.get(step, step) != wanted for step, signer in asked.signed
    )
