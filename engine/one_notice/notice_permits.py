"""A supervisor's permit for a notice that names what an earlier one kept back: coded, signed, counted.

Only so may an applicant be sent home twice for what could have been said once; the register of these is the
list of violations. Source: 宁社保发[2014]24号 二(一) 一次性告知制; domain handbook R000-02c.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from authz import decisions, epoch
from authz.actors import Actor
from authz.acts import Act
from database import digest, suites
from database.clock import moment_text
from database.refusals import Conflict, Invalid
from engine import applications, handling
from engine.handling import Handling, NoSigningKey
from engine.office import Office
from engine.one_notice import faults
from engine.one_notice.faults import Named
from engine.one_notice.notice_record import CaseNotice, NoticePermit, covered
from engine.process import Names

STEP = "permit_notice"
REASONS: Mapping[str, Names] = {
    "overlooked": Names(
        "首次告知遗漏（本机构责任）", "overlooked the first time: the office's own fault"
    ),
    "hidden": Names("首次告知时无法发现的隐蔽问题", "hidden: it couldn't be seen the first time"),
    "brought_on_paper": Names(
        "重新提交的纸质材料又有问题", "brought anew on paper, without a scan, and wrong again"
    ),
    "rules_changed": Names("首次告知后政策规定有变", "the rules changed since"),
    "elsewhere": Names("首次告知后其他部门数据有变", "another authority's data changed since"),
}


class PermitNotAsked(Conflict):
    """This case waits for no correction: there is no notice to be permitted."""

    rule = "notice_permit.not_asked"


class PermitRequest(BaseModel):
    """The body of a permit: which items, which coded reason, and the supervisor's words."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    items: list[Named] = Field(min_length=1, max_length=faults.MOST)
    reason: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=500)


def give(
    session: Session, office: Office, actor: Actor, case_no: str, request: PermitRequest
) -> Handling:
    """Sign that one later notice of this case may name these items.

    Raises CaseNotFound, Forbidden, Invalid, PermitNotAsked, NoSigningKey.
    """
    epoch.hold(session)
    work = handling.open_case(session, office, actor, case_no)
    case, signer = work.case, actor.signer
    permit = decisions.require(
        session, actor, Act(STEP, agency=case.agency_code, category=case.category)
    )
    if request.reason not in REASONS:
        text = f"is one of: {', '.join(REASONS)}"
        error = applications.field_error("reason", text, rule="notice_permit.reason")
        raise Invalid("The permit is not complete.", errors=[error])
    if not any(task.step == "correct" for task in work.tasks):
        raise PermitNotAsked(facts={"case_no": case_no})
    if signer is None:
        raise NoSigningKey
    salt = digest.new_salt()
    row: dict[str, Any] = {
        "case_id": case.case_id,
        "seq": _count(session, case.case_id) + 1,
        "cycle": case.cycle,
        "items": sorted({item.key for item in request.items}),
        "reason": request.reason,
        "text": [salt, request.text],
        "commitment": digest.commitment(salt, request.text, suites.named(signer.suite)),
        "signer": actor.staff_no,
        "signer_person": actor.person_id,
        "post": permit.post,
        "on_behalf_of": permit.on_behalf_of,
        "grant": permit.grant,
        "policy_epoch": permit.epoch,
        "signed_at": work.now,
        "suite": signer.suite,
        "key_id": signer.key_id,
    }
    said = covered(row, case_no)
    row["digest"] = suites.named(signer.suite).hash(said).hex()
    row["signature"] = signer.sign(said).hex()
    session.execute(insert(NoticePermit), [row])
    told = {name: row[name] for name in ("seq", "cycle", "items", "reason", "digest")}
    work.note("notice_permitted", post=permit.post, **told)
    handling.save_journal(work)
    return work


def covering(session: Session, case_id: int, items: Iterable[str]) -> NoticePermit | None:
    """The newest unused permit of a case that names all these items."""
    used = select(CaseNotice.permit_id).where(CaseNotice.permit_id.is_not(None))
    free = select(NoticePermit).where(
        NoticePermit.case_id == case_id, NoticePermit.permit_id.not_in(used)
    )
    listed = session.execute(free.order_by(NoticePermit.permit_id.desc())).scalars()
    wanted = set(items)
    return next((permit for permit in listed if wanted <= set(permit.items)), None)


def of_case(session: Session, case_id: int) -> list[dict[str, Any]]:
    """The permits of a case, in order, as answers show them."""
    asked = select(NoticePermit).where(NoticePermit.case_id == case_id)
    return [shown(row) for row in session.execute(asked.order_by(NoticePermit.seq)).scalars()]


def shown(row: NoticePermit) -> dict[str, Any]:
    """One permit as answers show it."""
    names = REASONS.get(row.reason) or Names(row.reason, row.reason)
    return {
        "items": row.items,
        "reason": {"code": row.reason, "zh": names.zh, "en": names.en},
        "text": row.text[1],
        "signer": row.signer,
        "on_behalf_of": row.on_behalf_of,
        "signed_at": moment_text(row.signed_at),
        "digest": row.digest,
    }


def _count(session: Session, case_id: int) -> int:
    asked = select(func.count()).select_from(NoticePermit)
    return session.execute(asked.where(NoticePermit.case_id == case_id)).scalar_one()
