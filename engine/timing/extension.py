"""Giving a case longer (延长办理期限): once, for a coded reason, by the head, and told in writing.

Nothing is lengthened in silence: the approver is another person than who handles the case, the guide or the
law limits the days, and the notice is fixed in the same transaction. The approver signs it, as who stops a
clock signs that.
Source: 人社窗口单位服务规范 二(一); 行政许可法 42 by analogy, to be confirmed.
"""

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.signing_in.passwords import PasswordProof
from database.clock import office_date
from database.refusals import Conflict, Forbidden, Invalid
from engine import applications, handling
from engine.handling import Handling
from engine.office import Office
from engine.one_notice import notices
from engine.timing import case_clocks, clock_orders, clock_reasons
from engine.timing.clock_order_record import EXTEND

STEP = "extend"


class ExtendedAlready(Conflict):
    """This case was given longer already: that is done once."""

    rule = "extension.once"


class ExtensionTooLate(Conflict):
    """This case is overdue: its time is lengthened while it runs, not afterwards."""

    rule = "extension.too_late"


class OwnExtension(Forbidden):
    """Who accepted or handled a case does not give it longer: another person approves that."""

    rule = "extension.own"


class ExtensionAsked(BaseModel):
    """By how many days of each clock a case is lengthened, and the coded reason."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    days: int = Field(ge=1, le=365)
    reason: str = Field(min_length=1, max_length=40)


def extend(
    session: Session,
    office: Office,
    actor: Actor,
    case_no: str,
    asked: ExtensionAsked,
    *,
    proof: PasswordProof | None,
    recall: bool = False,
) -> Handling:
    """Lengthen both clocks, and issue the notice that tells the applicant.

    Raises OwnExtension, ExtendedAlready, ExtensionTooLate, Invalid, and as orders to stop a clock do.
    """
    work, permit = clock_orders.opened(session, office, actor, case_no, STEP)
    if actor.person_id in _makers(work):
        raise OwnExtension(facts={"case_no": case_no})
    if "extended_days" in work.case.deadline:
        raise ExtendedAlready(facts={"case_no": case_no})
    if work.case.due_on < office_date(work.now):
        raise ExtensionTooLate(facts={"case_no": case_no, "due_on": work.case.due_on.isoformat()})
    _check(work, asked)
    told = clock_orders.given(work, proof, recall=recall)
    before = work.case.due_on
    work.case.sequence += 1
    case_clocks.extend(work, asked.days)
    work.note(
        "extended",
        post=permit.post,
        days=asked.days,
        reason=asked.reason,
        before=before.isoformat(),
        order=clock_orders.sign(
            work,
            permit,
            EXTEND,
            days=asked.days,
            reason=asked.reason,
            legal_basis=clock_reasons.EXTENDING.cited,
            basis="",
            clocks=[clock.name for clock in case_clocks.terms(work.case, work.definition).clocks],
        ),
        **case_clocks.told(work),
        **told,
    )
    notices.longer(work, before, clock_reasons.EXTENSIONS[asked.reason].zh)
    handling.save(work)
    return work


def longest(work: Handling) -> int:
    """The most days that this case may be lengthened by."""
    own = work.definition.guide.time_limit.extension
    return clock_reasons.LONGEST_EXTENSION_DAYS if own is None else own.days


def _makers(work: Handling) -> set[int]:
    """The natural persons who accepted or handled the case."""
    handled = {row.signer_person for row in work.signed if row.step == "handle"}
    return {work.case.accepted_person, *handled}


def _check(work: Handling, asked: ExtensionAsked) -> None:
    errors = []
    if asked.days > longest(work):
        text = f"at most {longest(work)} days"
        errors.append(applications.field_error("days", text, rule="extension.days"))
    if asked.reason not in clock_reasons.EXTENSIONS:
        text = f"is one of {', '.join(clock_reasons.EXTENSIONS)}"
        errors.append(applications.field_error("reason", text, rule="extension.reason"))
    if errors:
        raise Invalid("The extension does not fit; each field says why.", errors=errors)
