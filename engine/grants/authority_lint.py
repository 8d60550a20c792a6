"""What of the registers of grants, posts and stand-ins wants somebody's eye: nothing is wrong yet.

Grants that nobody used, grants and posts that end soon, posts that one natural person alone can fill, the
same pair of colleagues standing in again and again, high-risk posts held too long, posts whose holder isn't
trained, and cases whose owner left. Source: 宁社保发[2014]24号 附件 三(二) (AB角制度),
陕社保发〔2016〕27号 §14.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from authz import decisions, roster_reading
from authz.absence.stand_in_record import StandIn
from authz.actors import Actor
from authz.acts import Act
from authz.granting import grant_record
from authz.granting.grant_record import Grant
from authz.offices import agencies, posts
from authz.offices.accounts import Account
from authz.offices.posts import PostHolding
from authz.qualifying import qualification_rules, qualifications, tenure
from authz.roster import Roster
from database import clock
from engine.foresight.staffing import READ
from engine.grants import toxic_pairs
from engine.ownership import owned_cases
from engine.rules.risk_file import STEPS
from engine.signoffs import SignOff

ENDS_WITHIN = timedelta(days=30)
# A grant is given for work to come: unused is one that nobody needed for so long.
UNUSED_AFTER = timedelta(days=90)
AGAIN_WITHIN = timedelta(days=365)
AGAIN_AND_AGAIN = 3
SHOWN = 200

# What a line may name; the rest is None.
_ABOUT = (
    "post",
    "section",
    "staff_no",
    "grant_id",
    "to",
    "absent",
    "deputy",
    "times",
    "other_post",
)

Line = dict[str, Any]


def read(session: Session, actor: Actor) -> list[Line]:
    """What there is at one's own agency and those below: ``{kind, agency, reason, …}``. Raises Forbidden."""
    decisions.require(session, actor, Act(READ, agency=actor.agency))
    codes = agencies.below(session, actor.agency)
    today = clock.today(session)
    roster = roster_reading.read(session, codes, today)
    lines = [
        *_toxic(roster, codes, today),
        *_single(roster, codes, today),
        *_ending_grants(session, codes, today),
        *_ending_posts(session, codes, today),
        *_unused(session, codes, today),
        *_repeated(session, codes, today),
        *_held_long(session, codes, today),
        *_not_qualified(session, codes, today),
        *_left_behind(session, codes),
    ]
    return lines[:SHOWN]


def _line(kind: str, agency: str, zh: str, en: str, **said: Any) -> Line:
    return {
        "kind": kind,
        "agency": agency,
        **dict.fromkeys(_ABOUT),
        **said,
        "reason": {"zh": zh, "en": en},
    }


def _toxic(roster: Roster, codes: Collection[str], today: date) -> Iterator[Line]:
    """Pairs of posts in one hand; those of two families, which no appointment makes, first."""
    found = sorted(toxic_pairs.read(roster, codes, today), key=lambda pair: not pair.forbidden)
    for pair in found:
        both = f"{posts.POSTS[pair.post]}、{posts.POSTS[pair.other_post]}"
        if pair.forbidden:
            zh = f"{both}属不相容岗位，不得由同一人兼任：请免去其一"
            en = "One person never holds posts of these two families: take one back."
        else:
            zh = f"{both}由同一人{'任职或代办' if pair.on_behalf else '兼任'}：其办理的业务须由他人复核、审批"
            en = "One person holds both: what he handled, somebody else reviews and approves."
        said = {"post": pair.post, "other_post": pair.other_post, "staff_no": pair.staff_no}
        yield _line("toxic_pair", pair.agency, zh, en, **said)


def _single(roster: Roster, codes: Collection[str], today: date) -> Iterator[Line]:
    """Posts that sign, where a person alone can fill them; a section of an office is a place of its own."""
    filled: dict[tuple[str, str, str], set[int]] = {}
    names: dict[int, str] = {}
    for member in roster.members.values():
        names[member.person_id] = member.staff_no
        for holding in member.holdings:
            if holding.post in STEPS and holding.agency in codes and holding.holds(today):
                place = (holding.agency, holding.post, holding.section or "")
                filled.setdefault(place, set()).add(member.person_id)
    for (agency, post, section), people in sorted(filled.items()):
        if len(people) == 1:
            (person,) = people
            zh = f"{posts.POSTS[post]}岗位只有一人能履行，其缺勤时无人签批"
            en = "One natural person alone can fill this post: while he is away nobody signs."
            said = {"post": post, "section": section or None, "staff_no": names[person]}
            yield _line("single_person", agency, zh, en, **said)


def _ending_grants(session: Session, codes: Collection[str], today: date) -> Iterator[Line]:
    ending = Grant.valid_to <= today + ENDS_WITHIN
    for grant in _grants(session, codes, today, ending):
        zh = f"授权将于{grant.valid_to}到期"
        en = f"The grant ends on {grant.valid_to}."
        yield _line("grant_ends", grant.agency_code, zh, en, **_of_grant(grant))


def _ending_posts(session: Session, codes: Collection[str], today: date) -> Iterator[Line]:
    asked = (
        select(PostHolding, Account.staff_no)
        .join(Account, Account.account_id == PostHolding.account_id)
        .where(
            PostHolding.agency_code.in_(codes),
            posts.in_force(today),
            PostHolding.valid_to <= today + ENDS_WITHIN,
            Account.active,
        )
        .order_by(PostHolding.valid_to, PostHolding.holding_id)
        .limit(SHOWN)
    )
    for holding, staff_no in session.execute(asked):
        zh = f"{posts.POSTS[holding.post]}岗位任期将于{holding.valid_to}届满"
        en = f"The appointment ends on {holding.valid_to}."
        said = {"post": holding.post, "staff_no": staff_no, "to": str(holding.valid_to)}
        yield _line("post_ends", holding.agency_code, zh, en, **said)


def _unused(session: Session, codes: Collection[str], today: date) -> Iterator[Line]:
    since = today - UNUSED_AFTER
    long_held = _grants(session, codes, today, Grant.valid_from <= since)
    entries = {f"grant:{grant.grant_id}": grant for grant in long_held}
    used = select(SignOff.grant).where(
        SignOff.grant.in_(list(entries)),
        SignOff.signed_at >= datetime.combine(since, time(), clock.OFFICE_ZONE),
    )
    found = set(session.execute(used.distinct()).scalars()) if entries else set()
    for entry, grant in entries.items():
        if entry not in found:
            zh = f"授权{UNUSED_AFTER.days}日内无人使用"
            en = f"Nobody has used the grant for {UNUSED_AFTER.days} days."
            yield _line("grant_unused", grant.agency_code, zh, en, **_of_grant(grant))


def _repeated(session: Session, codes: Collection[str], today: date) -> Iterator[Line]:
    absent, deputy = aliased(Account), aliased(Account)
    asked = (
        select(StandIn.agency_code, StandIn.post, absent.staff_no, deputy.staff_no)
        .join(absent, absent.account_id == StandIn.absent_id)
        .join(deputy, deputy.account_id == StandIn.deputy_id)
        .where(StandIn.agency_code.in_(codes), StandIn.valid_to >= today - AGAIN_WITHIN)
    )
    counted: Mapping[tuple[str, str, str, str], int] = Counter(
        (row[0], row[1], row[2], row[3]) for row in session.execute(asked)
    )
    for (agency, post, whose, by), times in sorted(counted.items()):
        if times >= AGAIN_AND_AGAIN:
            zh = f"一年内{times}次由同一人代办，请考虑正式任职"
            en = (
                f"The same colleague stood in {times} times within a year: consider an appointment."
            )
            said = {"post": post, "absent": whose, "deputy": by, "times": times}
            yield _line("stand_in_again", agency, zh, en, **said)


def _held_long(session: Session, codes: Collection[str], today: date) -> Iterator[Line]:
    """High-risk posts that somebody has held for longer than he should (轮岗)."""
    years = qualification_rules.shipped().rotation_years.value
    for one in tenure.too_long(session, codes, today):
        zh = f"自{one.since}起连续任{posts.POSTS[one.post]}岗位已满{years}年，应当轮岗"
        en = f"He has held this post since {one.since}, over {years} years: it is time to rotate."
        said = {"post": one.post, "staff_no": one.staff_no}
        yield _line("held_long", one.agency, zh, en, **said)


def _not_qualified(session: Session, codes: Collection[str], today: date) -> Iterator[Line]:
    """Posts whose holder lacks a training or certificate, so that he may not do all of it (未培训)."""
    for one in qualifications.deviations(session, codes, today):
        named = [qualification_rules.named(lack.kind, lack.subject) for lack in one.lacks]
        since = min(lack.since for lack in one.lacks)
        zh = f"自{since}起缺少：{'、'.join(name.zh for name in named)}"
        en = f"Since {since} he lacks: {', '.join(name.en for name in named)}."
        said = {"post": one.post, "staff_no": one.staff_no}
        yield _line("not_qualified", one.agency, zh, en, **said)


def _left_behind(session: Session, codes: Collection[str]) -> Iterator[Line]:
    """Cases whose owner left, or serves no window there any more: somebody else must answer for them."""
    for agency, staff_no, count in owned_cases.left_behind(session, codes):
        zh = f"全程代理人已离岗，其{count}件未办结业务须移交他人"
        en = f"Their owner left: {count} open cases must be handed over."
        yield _line("owner_left", agency, zh, en, staff_no=staff_no, times=count)


def _grants(session: Session, codes: Collection[str], today: date, more: Any) -> list[Grant]:
    asked = (
        select(Grant)
        .where(Grant.agency_code.in_(codes), grant_record.holds(today), more)
        .order_by(Grant.valid_to, Grant.grant_id)
        .limit(SHOWN)
    )
    return list(session.execute(asked).scalars())


def _of_grant(grant: Grant) -> dict[str, Any]:
    return {
        "grant_id": grant.grant_id,
        "post": grant.post,
        "to": grant.valid_to and grant.valid_to.isoformat(),
    }
