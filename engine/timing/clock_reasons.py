"""Why a clock may be stopped, and why a case may be given longer: coded reasons, each with what it rests on.

The statutory clock stops for nothing but what a law leaves out of its time; the promised one also for what
the office agreed with the applicant. What is the office's own fault (自身原因) stops neither, and has codes
only so that whoever tries is told so. ``verified: false`` is shown as 待核实.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.defining.guides import Basis
from engine.process import Names
from engine.timing.clocks import BOTH, PROMISED

_LICENSING = Basis(
    title="行政许可法", article="第四十五条（参照）", source="主席令第7号", verified=False
)
_INVESTIGATING = Basis(
    title="社会保险经办条例", article="第二十六条（参照）", source="国务院令第765号", verified=False
)
_SUPPLEMENT = Basis(
    title="行政许可法", article="第三十二条（参照）", source="主席令第7号", verified=False
)
_AGREED = Basis(title="办理时限承诺", source="本机构", verified=False)
EXTENDING = Basis(
    title="行政许可法", article="第四十二条（参照）", source="主席令第7号", verified=False
)
# As the law on licences has it (ten days, once, by the head); to be confirmed for this business.
LONGEST_EXTENSION_DAYS = 10


@dataclass(frozen=True, slots=True)
class StopReason:
    """A reason that stops these clocks, by this rule."""

    names: Names
    clocks: tuple[str, ...]
    basis: Basis


STOPS: Mapping[str, StopReason] = {
    "appraisal": StopReason(Names("鉴定、检验检测", "an appraisal or test"), BOTH, _LICENSING),
    "hearing": StopReason(Names("听证", "a hearing"), BOTH, _LICENSING),
    "expert_review": StopReason(Names("专家评审", "a review by experts"), BOTH, _LICENSING),
    "investigation": StopReason(
        Names("涉嫌违规调查核实", "an investigation of a suspicion"), BOTH, _INVESTIGATING
    ),
    "supplement": StopReason(
        Names("申请人补正材料", "the applicant completes his materials"), BOTH, _SUPPLEMENT
    ),
    "other_agency": StopReason(
        Names("等待其他机关协查", "another agency is asked"), (PROMISED,), _AGREED
    ),
    "applicant_wish": StopReason(
        Names("申请人书面要求暂缓", "the applicant asked in writing to wait"), (PROMISED,), _AGREED
    ),
}
# The office's own fault: it stops no clock.
OWN_FAULT: Mapping[str, Names] = {
    "scan_illegible": Names("本机构扫描件不清", "the office's own scan is bad"),
    "staff_absent": Names("本机构人员缺岗", "staff of the office are away"),
    "system_down": Names("系统故障", "the office's system was down"),
    "entry_wrong": Names("录入差错", "something was entered wrongly"),
}
EXTENSIONS: Mapping[str, Names] = {
    "complex": Names("案情复杂", "the case is complex"),
    "other_agency": Names("须其他机关配合", "another agency must contribute"),
    "archives": Names("档案需要查找核对", "files must be found and compared"),
    "force_majeure": Names("不可抗力", "force majeure"),
}


def shown() -> dict[str, list[dict[str, Any]]]:
    """What may be chosen, with what each rests on."""
    return {
        "stop": [
            {
                "code": code,
                "zh": reason.names.zh,
                "en": reason.names.en,
                "clocks": list(reason.clocks),
                "basis": reason.basis.cited,
                "verified": reason.basis.verified,
            }
            for code, reason in STOPS.items()
        ],
        "extension": [
            {"code": code, "zh": names.zh, "en": names.en} for code, names in EXTENSIONS.items()
        ],
    }


def named(code: str) -> Names:
    """What a cause of a stop or a reason of an extension is called."""
    if code in STOPS:
        return STOPS[code].names
    return EXTENSIONS.get(code) or Names(code, code)
