"""The ladder of a case (签批阶梯): who signed in this cycle, whose turn it is, who is still to come."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from authz import decisions, widening
from authz.absence import named_signer_record
from authz.acts import Act
from authz.offices import accounts
from engine import signoffs, task_permits
from engine.handling import Handling
from engine.progress import CITY_POSTS
from engine.record import FINAL_STATUSES
from engine.rules import risk, risk_history
from engine.signoffs import SignOff
from web import case_labels, steps
from web.templates import post_name
from web.texts import mark, translate

ANY_OF = mark("any of %(number)s")
NOBODY = mark("nobody holds this post")
WIDER = mark("offered wider, as %(post)s")
NAMING = mark("the city's naming no. %(number)s")


def shown(work: Handling, language: str) -> list[Mapping[str, Any]]:
    """The rungs in order; of an ended case only those that were signed."""
    case = work.case
    signed = signoffs.effective(work.session, case.case_id, case.cycle)
    given = {row.step: row for row in signed}
    names = accounts.names(work.session, signoffs.people(signed))
    rungs = [_given(row, names, language) for row in signed]
    if case.status in FINAL_STATUSES:
        return rungs
    table = risk_history.at(work.session, work.office.risk, case.risk_table)
    chain = zip(
        risk.steps(table, case.risk_level, case.route),
        risk.posts(table, case.risk_level, case.route),
        strict=True,
    )
    to_come = [(step, post) for step, post in chain if step not in given]
    return [*rungs, *(_to_come(work, step, post, language) for step, post in to_come)]


def _act(work: Handling, step: str, post: str) -> Act:
    """What this signature takes: of the waiting task as it stands, of a later one as it will."""
    task = next((task for task in work.tasks if task.step == step), None)
    if task is not None:
        return replace(task_permits.asked_of(work, task), own_case=False, relatives_case=False)
    case, agency = work.case, work.agency
    above = agency.parent_code if post in CITY_POSTS and agency.kind == "county" else None
    return Act(
        step,
        agency=above or agency.code,
        process=case.process,
        handling=risk.timing(case.risk_level),
        category=case.category,
        level=case.risk_level,
        route=case.route,
        signed=(("accept", case.accepted_person), *signoffs.signed_steps(work.signed)),
    )


def _given(row: SignOff, names: Mapping[str, str], language: str) -> Mapping[str, Any]:
    opinion = row.opinion
    if row.decision != "approve":
        said = translate(language, case_labels.DECISIONS[row.decision])
        opinion = f"{said}：{opinion}" if language == "zh" else f"{said}: {opinion}"
    return {
        "title": translate(language, steps.name(row.step)),
        "state": "done",
        "name": names.get(row.signer, row.signer),
        "staff_no": row.signer,
        **_behalf(row.on_behalf_of, names, language),
        "at": row.signed_at,
        "opinion": opinion,
    }


def _behalf(
    on_behalf_of: str | None, names: Mapping[str, str], language: str
) -> Mapping[str, str | None]:
    """For whom it was given, or the post that gave a review which was offered wider."""
    if on_behalf_of is None:
        return {"on_behalf_of": None}
    post = widening.referred(on_behalf_of)
    if post is None:
        return {"on_behalf_of": _whom(on_behalf_of, names, language)}
    wider = translate(language, WIDER) % {"post": post_name(language, post)}
    return {"on_behalf_of": None, "wider": wider}


def _whom(on_behalf_of: str, names: Mapping[str, str], language: str) -> str:
    """The absent colleague, or the city's naming where the county has nobody for the step."""
    number = named_signer_record.referred(on_behalf_of)
    if number is None:
        return names.get(on_behalf_of, on_behalf_of)
    return translate(language, NAMING) % {"number": number}


def _to_come(work: Handling, step: str, post: str, language: str) -> Mapping[str, Any]:
    able = decisions.who_can(work.session, _act(work, step, post))
    staff = [person for who in able for person in who["staff"]]
    one = staff[0] if len(staff) == 1 else None
    text = translate(language, ANY_OF if staff else NOBODY)
    opinion = text % {"number": len(staff)} if staff else text
    waiting = any(task.step == step for task in work.tasks)
    return {
        "title": translate(language, steps.name(step)),
        "state": "now" if waiting else "todo",
        "name": one["name"] if one else "",
        "staff_no": one["staff_no"] if one else "",
        "on_behalf_of": None,
        "at": None,
        "opinion": "" if one else opinion,
    }
