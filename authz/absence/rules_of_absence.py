"""The rules about leaves, pauses and signers that the city names: ids and texts."""

from collections.abc import Mapping

from authz.rule import Rule

ABSENCE_RULES: Mapping[str, Rule] = {
    "leave.already_confirmed": Rule("该请假已确认", "The leave is confirmed already."),
    "leave.already_ended": Rule("该请假已结束或已撤回", "The leave is over already."),
    "leave.dates": Rule("请假起止日期有误", "The dates of the leave don't fit."),
    "leave.invalid": Rule(
        "请假登记内容不完整或有误", "The entry of a leave is incomplete or wrong."
    ),
    "leave.not_found": Rule(
        "没有此项请假登记，或无权查看", "There is no such leave, or not yours to see."
    ),
    "leave.staff": Rule("工号不属于本机构", "Nobody of your office has this number."),
    "leave.to_self": Rule(
        "不得确认本人的请假",
        "Nobody confirms a leave of his own: his supervisor, or one above, does.",
    ),
    "named_signer.already_ended": Rule("此项指派已结束", "The naming is over already."),
    "named_signer.county": Rule(
        "只能为所辖县级机构指派", "The city names signers for the counties below it."
    ),
    "named_signer.dates": Rule("指派起止日期有误", "The dates of the naming don't fit."),
    "named_signer.invalid": Rule(
        "指派登记内容不完整或有误", "The entry of a named signer is incomplete or wrong."
    ),
    "named_signer.not_found": Rule(
        "没有此项指派，或无权查看", "There is no such naming, or not yours to see."
    ),
    "named_signer.post": Rule(
        "只能指派复核、主管副主任、主任岗位", "Named are reviewers, deputy directors and directors."
    ),
    "named_signer.staff": Rule(
        "工号不属于本机构及所辖机构", "Nobody of your office or below has this number."
    ),
    "named_signer.to_self": Rule("不得指派本人", "Nobody names himself."),
    "pause.already": Rule("您已登记暂离", "You left your desk already."),
    "pause.none": Rule("您没有登记暂离", "You didn't leave your desk."),
}
