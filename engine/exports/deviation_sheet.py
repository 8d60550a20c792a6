"""The report of deviations (差异报告) as a workbook: who may do otherwise than the others of his post."""

from sqlalchemy.orm import Session

from authz.actors import Actor
from authz.granting import deviations
from authz.granting.deviations import Deviation
from engine.exports import exporting
from engine.exports.exporting import Asked, Mark
from engine.office import Office
from engine.process import yuan
from engine.workbooks import marked_book

KIND = "deviations"
ACTION = "deviations_exported"
SHEET = "差异报告"
HEAD = (
    "工号", "姓名", "机构", "业务事项", "权限", "金额上限（元）", "个人授权理由", "授权依据",
    "起始日期", "截止日期", "授权编号", "业务件编号",
)  # fmt: skip
CLASSES = {"limited": "全部限时业务", "instant": "全部即时业务"}
# What a grant lets somebody do, in the desk's words; any other act is written as it is registered.
ACTS = {"handle": "经办"}


def give(session: Session, actor: Actor, office: Office) -> tuple[Mark, bytes]:
    """Every deviation that the reader may see, as an export. Raises Forbidden, ExportLimit."""
    found = deviations.read(session, actor, None)
    asked = Asked(ACTION, KIND, {"list": KIND}, len(found), len(found))
    rows = [_row(one, office) for one in found]
    return exporting.give(
        session, actor, asked, lambda mark: marked_book.written(SHEET, HEAD, rows, mark)
    )


def _row(one: Deviation, office: Office) -> tuple[str, ...]:
    grant = one.grant
    names = {each.code: each.names.zh for each in office.catalogue.known()}
    business = names.get(grant.process, grant.process) if grant.process else None
    limit = grant.amount_limit_cents
    return (
        one.staff_no,
        one.name,
        grant.agency_code,
        business or CLASSES[grant.handling or "instant"],
        ACTS.get(grant.act, grant.act),
        "" if limit is None else yuan(limit),
        grant.reason or "",
        grant.basis,
        grant.valid_from.isoformat(),
        "" if grant.valid_to is None else grant.valid_to.isoformat(),
        str(grant.grant_id),
        grant.case_no or "",
    )
