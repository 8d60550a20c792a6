"""The form: which completed case is corrected, why, and which of its papers are recalled."""

from typing import Literal

from engine import process
from engine.process import Names, text

REASONS = {
    "office_error": Names("经办机构差错", "the office's own error"),
    "applicant_error": Names("申请人申报有误", "the applicant stated it wrongly"),
    "changed_evidence": Names("依据材料被撤销或变更", "the evidence was withdrawn or changed"),
    "audit_finding": Names("稽核内控发现", "found by audit or internal control"),
    "legal_decision": Names("行政复议或法院裁判", "decided by a review or a court"),
}
MOST_PAPERS = 20


class Paper(process.Row):
    """One paper of the corrected case that is recalled."""

    number: str = text("文书编号", "Number of the paper", min_length=1, max_length=40)


class Form(process.Correcting):
    """All that the other case posted is reversed; what is right is applied for as ordinary business."""

    corrected_case: str = text("被更正业务件", "Case to be corrected", min_length=1, max_length=24)
    reason_code: Literal[
        "office_error", "applicant_error", "changed_evidence", "audit_finding", "legal_decision"
    ] = text("更正原因", "Reason", choices=REASONS)
    explanation: str = text("情况说明", "Explanation", min_length=1, max_length=500)
    papers: list[Paper] = text(
        "收回的文书", "Papers that are recalled", default_factory=list, max_length=MOST_PAPERS
    )
