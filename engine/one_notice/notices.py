"""What the applicant gets in writing before the end: the one notice of all that lacks, the acceptance slip.

A notice names everything at once: what is missing, worked out from the guide, and what somebody found wrong.
An internal return is none: it goes to whoever handled the case, who corrects what is the office's own, and
turns into a notice only what the applicant has to do (decision 0035).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from authz import decisions
from authz.acts import Act
from database.declarative import table_of
from database.prepared import Prepared
from database.refusals import Conflict, Forbidden
from engine import progress
from engine.handling import Handling
from engine.one_notice import faults, notice_guarantee, notice_permits
from engine.one_notice.faults import MATERIAL, MISSING, Fault, key
from engine.one_notice.notice_guarantee import Earlier
from engine.one_notice.notice_record import CaseNotice, NoticePermit
from engine.paperwork import document_contents
from engine.record import CaseContent

_NOTICES, _CONTENTS = table_of(CaseNotice), table_of(CaseContent)
_INSERT = Prepared(insert(_NOTICES))
_EARLIER = Prepared(
    select(_NOTICES.c["items"].label("told"), _CONTENTS.c.form, _CONTENTS.c.materials)
    .join(
        _CONTENTS,
        (_CONTENTS.c.case_id == _NOTICES.c.case_id) & (_CONTENTS.c.cycle == _NOTICES.c.cycle),
    )
    .where(_NOTICES.c.case_id == bindparam("of_case"))
    .order_by(_NOTICES.c.seq)
)


class SecondNotice(Conflict):
    """An earlier notice kept this back although it was so already: only a supervisor permits asking now."""

    rule = "notice.second"


class OwnPermit(Forbidden):
    """Whoever permitted a late notice does not give it himself: another person does."""

    rule = "notice.own_permit"


def give(work: Handling, found: Sequence[Fault] = ()) -> None:
    """Issue the one notice (一次性告知) of a case that waits to be corrected: all that lacks, at once.

    Raises SecondNotice where it names what an earlier notice kept back and no supervisor permitted that.
    """
    case, content = work.case, work.content
    items = [{"kind": MATERIAL, "code": code, "reason": MISSING} for code in content.missing]
    items += [{"kind": one.kind, "code": one.code, "reason": one.reason} for one in found]
    earlier = earlier_of(work.session, case.case_id) if case.sequence > 1 else []
    keys = [key(item["kind"], item["code"]) for item in items]
    said = notice_guarantee.states(content.form, content.materials)
    late = notice_guarantee.late(keys, said, earlier)
    permit = _permitted(work, late) if late else None
    issued = progress.issue(work, "notice", _content(work, found), ordinal=len(earlier) + 1)
    row: dict[str, Any] = {
        "case_id": case.case_id,
        "seq": len(earlier) + 1,
        "cycle": case.cycle,
        "number": issued.number,
        "items": items,
        "late": late,
        "late_count": len(late),
        "permit_id": permit and permit.permit_id,
        "issued_by": work.actor.account_id,
        "issued_at": work.now,
    }
    _INSERT.write(work.session, row)
    told = {name: row[name] for name in ("seq", "cycle", "number", "items", "late")}
    work.note("notified", permit=permit and permit.digest, **told)
    case.status = "awaiting_materials"


def earlier_of(session: Session, case_id: int) -> list[Earlier]:
    """The notices of a case so far, each with what the case said when it was given."""
    return [
        Earlier(
            frozenset(key(item["kind"], item["code"]) for item in row.told),
            notice_guarantee.states(row.form, row.materials),
        )
        for row in _EARLIER.all(session, {"of_case": case_id})
    ]


def _permitted(work: Handling, late: Sequence[str]) -> NoticePermit:
    """The supervisor's permit that covers what comes late. Raises SecondNotice, OwnPermit."""
    case = work.case
    permit = notice_permits.covering(work.session, case.case_id, late)
    if permit is None:
        act = Act(notice_permits.STEP, agency=case.agency_code, category=case.category)
        raise SecondNotice(
            who_can=decisions.who_can(work.session, act),
            facts={"case_no": case.case_no, "items": list(late)},
        )
    if permit.signer_person == work.actor.person_id:
        raise OwnPermit(facts={"case_no": case.case_no})
    return permit


def _content(work: Handling, found: Sequence[Fault]) -> dict[str, Any]:
    definition = work.definition
    missing = [faults.named(definition, MATERIAL, code).zh for code in work.content.missing]
    wrong = [
        {
            "kind": one.kind,
            "name": faults.named(definition, one.kind, one.code).zh,
            "reason": faults.reason(one.kind, one.reason).zh,
            "text": one.text,
        }
        for one in found
    ]
    return document_contents.notice(progress.about(work), missing, work.now, wrong)


def acceptance_slip(work: Handling) -> None:
    """Issue the slip (受理通知书) of a case that does not end with the visit: until when it is decided.

    A case gets one, when all it needs is there: a correction of the same case brings no other.
    """
    case = work.case
    content = document_contents.acceptance(
        progress.about(work),
        case.accepted_at,
        case.due_on,
        case.deadline["text"]["zh"],
        instant=case.risk_level > 1,
    )
    progress.issue(work, "acceptance", content)


def longer(work: Handling, before: date, reason: str) -> None:
    """Issue the notice (延长办理期限告知书) that a case takes longer than was said: why, and until when."""
    content = document_contents.extension(
        progress.about(work),
        reason=reason,
        before=before,
        due_on=work.case.due_on,
        derivation=work.case.deadline["text"]["zh"],
        issued_at=work.now,
    )
    progress.issue(work, "extension", content)
