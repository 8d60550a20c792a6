"""What is said of a case that can't be signed any more: which step, from when, and who could help."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from authz import duties
from authz.absence import named_signer_record
from authz.offices import families
from authz.roster import Member
from database.clock import moment_text
from engine.defining.ways import HumanStep
from engine.foresight import assignment, open_cases, signable
from engine.foresight.open_cases import OpenCase
from engine.foresight.signable import Outlook, Stuck
from engine.office import Office

NAMED = 10


def of_case(session: Session, office: Office, case_no: str) -> dict[str, Any] | None:
    """What is said of one case (``shown``); None where it isn't open."""
    case = open_cases.of_case(session, office, case_no)
    if case is None:
        return None
    outlook = signable.look(session, [case.agency])
    return shown(outlook, case, outlook.stuck(case))


def shown(outlook: Outlook, case: OpenCase, stuck: Stuck | None) -> dict[str, Any]:
    """Whether it can be signed as things stand today; from when not, for which steps, who could help.

    ``who_can`` are those there for ``step`` on that day who signed nothing else: where two steps have one
    person together, he is named. ``could`` are those who would make it possible. ``offered_wider`` is said of
    a review that lacks people but for those.
    """
    wider = _wider(outlook, case)
    if stuck is None:
        free: dict[str, Any] = {"from": None, "step": None, "steps": [], "who_can": [], "could": []}
        return {"possible": True, **free, "offered_wider": wider}
    last = stuck.steps[-1]
    out = case.own | {person for _, person in case.signed if not _free(case, last, person)}
    return {
        "possible": stuck.since > outlook.today,
        "from": stuck.since.isoformat(),
        "step": last.step,
        "steps": [
            {"step": one.step, "post": one.post, "agency": outlook.act(case, one).agency}
            for one in stuck.steps
        ],
        "who_can": outlook.roster.who(outlook.act(case, last), stuck.since, out),
        "could": list(_could(outlook, case, stuck)),
        "offered_wider": wider,
    }


def _wider(outlook: Outlook, case: OpenCase) -> dict[str, Any] | None:
    """From when a review that lacks people is offered wider (扩大派送), and who is there for it then.

    ``from`` is None of one that doesn't wait yet: its minutes begin when it does. None where nobody is, or
    nobody lacks.
    """
    stuck = outlook.stuck(case, wider=False)
    review = None if stuck is None else stuck.steps[-1]
    act = None if review is None else outlook.wider_act(case, review)
    if stuck is None or review is None or act is None:
        return None
    out = case.own | {person for _, person in case.signed if not _free(case, review, person)}
    found = [who for who in outlook.roster.who(act, stuck.since, out) if who["staff"]]
    begins = None if case.wider_from is None else moment_text(case.wider_from)
    return {"from": begins, "who_can": found} if found else None


def _could(outlook: Outlook, case: OpenCase, stuck: Stuck) -> Iterator[dict[str, Any]]:
    """Of the step's office and the one above: who, able to sign the step, would make it possible.

    Nobody whose posts are of another family (业务, 财务, 数据, 稽核内控). ``how``: ``back`` where he is only
    away, ``stand_in`` where somebody holds the post whom he can do it for, ``naming`` by the city where he
    sits above the county, else ``appointment``.
    """
    last = stuck.steps[-1]
    agency = outlook.act(case, last).agency
    near = outlook.roster.tree.lineage(agency)[:2]
    members = [
        m for m in outlook.roster.members.values() if m.agency in near and _business(m, stuck.since)
    ]
    named: set[int] = set()
    for member in sorted(members, key=lambda m: (m.agency != agency, m.staff_no)):
        person = member.person_id
        if len(named) < NAMED and person not in named and _helps(outlook, case, stuck, person):
            named.add(person)
            yield {
                "staff_no": member.staff_no,
                "name": member.name,
                "agency": member.agency,
                "how": _how(outlook, last, agency, member, stuck),
            }


def _business(member: Member, day: date) -> bool:
    held = {holding.post for holding in member.holdings if holding.holds(day)}
    return bool(held) and all(families.FAMILIES[post] == families.BUSINESS for post in held)


def _helps(outlook: Outlook, case: OpenCase, stuck: Stuck, person: int) -> bool:
    last = stuck.steps[-1]
    if person in case.own or not _free(case, last, person):
        return False
    left = next(left for way in case.ways if last in (left := signable.remaining(case, way)))
    days = [day for day in outlook.days(case) if day >= stuck.since]
    able = [outlook.able(case, one, days) for one in left]
    able[left.index(last)] = [people | {person} for people in able[left.index(last)]]
    return assignment.is_possible(able, 0, len(days))


def _how(outlook: Outlook, wanted: HumanStep, agency: str, member: Member, stuck: Stuck) -> str:
    if member.does(wanted.post, stuck.since):
        return "back"
    others = outlook.roster.members.values()
    held = any(one.agency == agency and one.does(wanted.post, stuck.since) for one in others)
    if held:
        return "stand_in"
    # Nobody of another office is appointed to a county's post: the city names him for it.
    above = member.agency != agency and wanted.post in named_signer_record.POSTS
    return "naming" if above and _is_county(outlook, agency) else "appointment"


def _is_county(outlook: Outlook, agency: str) -> bool:
    return outlook.roster.tree.kinds.get(agency) == "county"


def _free(case: OpenCase, wanted: HumanStep, person: int) -> bool:
    return duties.free_to_sign(case.signed, wanted.step, person)
