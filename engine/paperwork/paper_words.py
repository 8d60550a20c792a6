"""What printed forms call things: fields of form and register, their values, steps and decisions, in Chinese.

A form's own fields are called what the process calls them; the rest of the words are here, since paper has
no switch of language.
"""

from collections.abc import Mapping
from typing import Any

from engine.defining.definitions import Definition
from engine.process import yuan

FIELDS: Mapping[str, str] = {
    "id_no": "公民身份号码",
    "uscc": "统一社会信用代码",
    "name": "姓名",
    "sex": "性别",
    "birth": "出生日期",
    "first_work_on": "参加工作时间",
    "post_kind": "岗位性质",
    "mobile": "手机号码",
    "address": "联系地址",
    "postcode": "邮政编码",
    "education": "文化程度",
    "bank_name": "开户银行",
    "bank_account": "银行账号",
    "holder": "户名",
    "relation_id": "参保关系编号",
    "agency_code": "经办机构",
    "kind": "种类",
    "status": "状态",
    "from_month": "起始年月",
    "to_month": "截止年月",
    "employer_id": "参保单位",
    "entitlement_id": "待遇编号",
    "monthly_cents": "月待遇（元）",
    "components": "待遇构成",
    "base_cents": "缴费基数（元）",
    "month": "年月",
    "origin": "来源",
    "method": "认证方式",
    "certified_on": "认证日期",
    "next_due_on": "下次认证期限",
    "document_no": "文书号",
    "court": "法院",
    "until": "截止日期",
    "legal_person": "法定代表人",
    "phone": "联系电话",
    "contact_name": "联系人",
    "claim_id": "应收编号",
    "account_cents": "其中个人缴费（元）",
    "pooled_cents": "其中单位缴费（元）",
    "late_fee_cents": "滞纳金（元）",
    "assessed_on": "核定日期",
    "receipt_no": "到账凭证号",
    "received_on": "到账日期",
    "guarantee": "担保",
    "approval_no": "批准文号",
}
VALUES: Mapping[tuple[str, str], str] = {
    ("sex", "M"): "男",
    ("sex", "F"): "女",
    ("post_kind", "M"): "男职工",
    ("post_kind", "F55"): "女职工（管理技术岗）",
    ("post_kind", "F50"): "女职工（工人岗）",
    ("education", "primary"): "小学",
    ("education", "junior"): "初中",
    ("education", "senior"): "高中",
    ("education", "vocational"): "中专（职高、技校）",
    ("education", "college"): "大学专科",
    ("education", "bachelor"): "大学本科",
    ("education", "master"): "硕士研究生",
    ("education", "doctor"): "博士研究生",
    ("kind", "pension"): "基本养老金",
    ("status", "APPROVED"): "已核定",
    ("status", "PAYING"): "发放中",
    ("status", "SUSPENDED"): "暂停发放",
    ("status", "ENDED"): "终止",
    ("status", "ACTIVE"): "参保缴费",
    ("status", "INTERRUPTED"): "中断缴费",
    ("status", "CLOSED"): "已注销",
    ("status", "FROZEN"): "已冻结",
    ("status", "LIFTED"): "已解除冻结",
    ("origin", "PAID"): "正常缴费",
    ("origin", "BACK_PAID"): "补缴",
    ("origin", "BACKFILLED"): "历史补录",
    ("origin", "DEEMED"): "视同缴费",
    ("origin", "TRANSFERRED_IN"): "转入",
    ("origin", "VOID"): "不再计算",
    ("status", "VOID"): "不再计算",
    ("method", "DATA"): "数据比对",
    ("method", "FACE"): "人脸识别",
    ("method", "VISIT"): "上门核实",
    ("method", "ABROAD"): "境外证明",
    ("status", "ASSESSED"): "已核定待到账",
    ("status", "SETTLED"): "已到账",
    ("kind", "hardship"): "生产经营困难延缴",
    ("kind", "force_majeure"): "不可抗力缓缴",
    ("components", "basic"): "基础养老金",
    ("components", "account"): "个人账户养老金",
    ("components", "transition"): "过渡性养老金",
    ("components", "adjustment"): "待遇调整",
}
CHANGES: Mapping[str, str] = {
    "person_key": "关键信息",
    "person_contact": "联系信息",
    "payment_account": "待遇发放账户",
    "entitlement": "待遇",
    "relation": "参保关系",
    "months": "缴费月",
    "declared_base": "缴费基数",
    "certification": "待遇领取资格认证",
    "claim": "应收补缴",
    "deferral": "缓缴",
    "hold": "司法冻结",
    "employer_key": "单位关键信息",
    "employer_contact": "单位联系信息",
}
STEPS: Mapping[str, str] = {
    "handle": "经办",
    "review": "复核",
    "endorse": "主管副主任审核",
    "conclude": "主任审签",
    "city_approve": "市处审批",
    "city_conclude": "处长签批",
}
DECISIONS: Mapping[str, str] = {
    "approve": "同意",
    "return": "退回补正",
    "refuse": "不予办理",
    "escalate": "同意，报市处审批",
}
CATEGORIES: Mapping[str, str] = {
    "registration": "参保登记",
    "contribution": "缴费",
    "account": "个人账户与证明",
    "transfer": "转移接续",
    "benefit": "退休与待遇",
}
STATUSES: Mapping[str, str] = {
    "awaiting_materials": "待补材料",
    "in_progress": "审批中",
    "returned": "退回补正",
    "completed": "已办结",
    "refused": "不予办理",
    "withdrawn": "申请人撤回",
}
LEVELS: Mapping[int, str] = {1: "一级（限时）", 2: "二级（即时）", 3: "三级（即时）"}
ROUTES: Mapping[str, str] = {
    "": "",
    "county": "县级审批",
    "city_approval": "县级审核、市处审批",
    "city_meeting": "县级审核、市处会议决定",
    "city": "市处审批",
    "registration": "业务科申请、内控复核、处长审批",
}
SIDES: Mapping[str, str] = {"debit": "借", "credit": "贷"}
NOTHING = "—"
# Beside a masked value that looks like the one before.
ALTERED = "（已更改）"


def form_rows(definition: Definition, form: Mapping[str, Any]) -> list[dict[str, str]]:
    """The filled fields of a form: ``{name, value}``, in the form's order."""
    known = definition.form_schema()["properties"]
    return [
        {"name": _title(known, field), "value": form_value(known[field], form[field])}
        for field in known
        if form.get(field) is not None
    ]


def form_value(field: Mapping[str, Any], value: Any) -> str:
    """One value of a form, by the schema of its field."""
    if isinstance(value, list):
        columns = field["items"]["properties"]
        return "；".join(
            "，".join(
                f"{columns[name]['title_zh']} {form_value(columns[name], said)}"
                for name, said in row.items()
                if said is not None
            )
            for row in value
        )
    chosen = field.get("choices", {}).get(value) if isinstance(value, str) else None
    if chosen is not None:
        return str(chosen["zh"])
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int) and field.get("unit") == "cents":
        return f"{yuan(value)} 元"
    if isinstance(value, int) and field.get("unit") == "month":
        return month(value)
    return str(value)


def choice(definition: Definition, code: str) -> str:
    """What a code is called that one of the form's fields lets choose; any other text as it is."""
    for field in definition.form_schema()["properties"].values():
        if code in field.get("choices", {}):
            return str(field["choices"][code]["zh"])
    return code


def change_rows(definition: Definition, change: Mapping[str, Any]) -> list[dict[str, str]]:
    """The fields of one change: ``{name, before, after}``, as the register will have them.

    What looks the same masked and isn't says so.
    """
    known = definition.form_schema()["properties"]
    before, after = change["before"] or {}, change["after"] or {}
    found = []
    for field in dict.fromkeys([*after, *before]):
        if field.endswith("_id"):
            continue
        name = FIELDS.get(field) or _title(known, field)
        was, now = (register_value(field, half.get(field)) for half in (before, after))
        hidden = was == now and field in change.get("altered", ())
        found.append({"name": name, "before": was, "after": now + ALTERED if hidden else now})
    return found


def register_value(field: str, value: Any) -> str:
    """One value of the register."""
    if value is None:
        return NOTHING
    if isinstance(value, Mapping):
        parts = (
            f"{VALUES.get((field, name), name)} {_part(part)}"
            for name, part in value.items()
            if part
        )
        return "；".join(parts) or NOTHING
    if isinstance(value, int) and field.endswith("_cents"):
        return yuan(value)
    if isinstance(value, int) and field.endswith("month"):
        return month(value)
    return VALUES.get((field, str(value)), str(value))


def month(value: int) -> str:
    """``202610`` as 2026-10."""
    return f"{value // 100}-{value % 100:02d}"


def _part(value: Any) -> str:
    return yuan(value) if isinstance(value, int) else str(value)


def _title(known: Mapping[str, Any], field: str) -> str:
    return str(known.get(field, {}).get("title_zh") or FIELDS.get(field, field))
