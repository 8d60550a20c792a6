"""What documents call the register's values, in Chinese: paper has no switch of language."""

from collections.abc import Mapping

INSURANCE = "城镇企业职工基本养老保险"
SEX: Mapping[str, str] = {"M": "男", "F": "女"}
PERSON_STATUS: Mapping[str, str] = {
    "ACTIVE": "参保缴费",
    "INTERRUPTED": "中断缴费",
    "RETIRED": "已退休",
    "ENDED": "关系终止",
}
EMPLOYER_STATUS: Mapping[str, str] = {"ACTIVE": "参保", "CLOSED": "已注销"}
RELATION_KIND: Mapping[str, str] = {
    "EMPLOYEE": "单位职工",
    "FLEX": "灵活就业",
    "OVERAGE": "超龄参保",
}
RELATION_STATUS: Mapping[str, str] = {
    "ACTIVE": "参保缴费",
    "INTERRUPTED": "中断缴费",
    "ENDED": "关系终止",
}
ENTITLEMENT_KIND: Mapping[str, str] = {"pension": "基本养老金"}
ENTITLEMENT_STATUS: Mapping[str, str] = {
    "APPROVED": "已核定",
    "PAYING": "正常发放",
    "SUSPENDED": "暂停发放",
    "ENDED": "终止",
}
