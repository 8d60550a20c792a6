"""The form: which rule, the digest of its new text, from which day on, and on what basis."""

from typing import Literal

from engine import process
from engine.process import IsoDate, Names, text

KINDS = {
    "risk_table": Names("风险等级表", "risk table"),
    "parameters": Names("参数表", "parameters"),
    "calendar": Names("工作日历", "calendar"),
    "definition": Names("流程定义", "process definition"),
}


class Form(process.Form):
    """An application as it was checked; the text itself is kept by its digest, word for word."""

    kind: Literal["risk_table", "parameters", "calendar", "definition"] = text(
        "规则类别", "Kind", choices=KINDS
    )
    rule_name: str = text("规则名称", "Name", min_length=1, max_length=40)
    digest: str = text("新文本摘要", "Digest of the new text", min_length=64, max_length=64)
    effective_on: IsoDate = text("生效日期", "In force from")
    basis: str = text("依据文件", "Basis", min_length=1, max_length=400)
