"""What is wrong with an application that can be told to its applicant: materials and fields, by coded reason.

A fault names one material of the guide or one field of the form. It is found at the window, or when somebody
returned the case; what is missing altogether needs nobody to find it. Source: 宁社保发[2014]24号 二(一).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from database.refusals import Invalid
from engine.defining.definition import Definition
from engine.process import Names

MOST = 60
MATERIAL, FIELD = "material", "field"
MISSING = "missing"
OF_MATERIALS: Mapping[str, Names] = {
    "illegible": Names("字迹或扫描件无法辨认", "it can't be read"),
    "expired": Names("已过有效期", "it has expired"),
    "unfit": Names("不是所要求的材料", "it is not the material that is asked for"),
    "unsigned": Names("缺少签名或盖章", "a signature or stamp is missing"),
    "inconsistent": Names(
        "与其他材料或申请内容不一致", "it differs from the rest of the application"
    ),
    "other": Names("其他（见说明）", "other (see the text)"),
}
OF_FIELDS: Mapping[str, Names] = {
    "not_as_original": Names("与材料原件不一致", "it differs from the original"),
    "unproven": Names("缺少证明依据", "nothing shows it"),
    "unclear": Names("内容不明确", "it is not clear"),
    "other": Names("其他（见说明）", "other (see the text)"),
}
REASONS: Mapping[str, Mapping[str, Names]] = {MATERIAL: OF_MATERIALS, FIELD: OF_FIELDS}
_NOT_GIVEN = Names("未提交", "not handed in")


class Named(BaseModel):
    """One material or field, by its code in the guide or its name in the form."""

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    kind: Literal["material", "field"]
    code: str = Field(min_length=1, max_length=60)

    @property
    def key(self) -> str:
        """The item in one word, as journal and register of notices name it."""
        return key(self.kind, self.code)


class Fault(Named):
    """What is wrong with one material or field: a coded reason, and what the applicant is told beside it."""

    reason: str = Field(min_length=1, max_length=40)
    text: str = Field(default="", max_length=200)


def key(kind: str, code: str) -> str:
    """``material:id_card``, ``field:mobile``."""
    return f"{kind}:{code}"


def check(definition: Definition, faults: Sequence[Fault], there: Collection[str]) -> None:
    """Raise Invalid naming every fault that names nothing, has no such reason or says too little.

    ``there`` are the codes of the materials that were handed in: one that wasn't is missing, not faulty.
    """
    errors: list[dict[str, str]] = []
    seen: set[str] = set()
    for place, fault in enumerate(faults):
        if fault.key in seen:
            errors.append(_error(place, "code", "named twice: once is enough", rule="fault.twice"))
        seen.add(fault.key)
        if fault.code not in _known(definition, fault.kind):
            errors.append(
                _error(place, "code", "this business has no such one", rule="fault.unknown")
            )
        elif fault.kind == MATERIAL and fault.code not in there:
            text = "was not handed in: what is missing is named by itself"
            errors.append(_error(place, "code", text, rule="fault.not_there"))
        if fault.reason not in REASONS[fault.kind]:
            allowed = ", ".join(REASONS[fault.kind])
            errors.append(_error(place, "reason", f"is one of: {allowed}", rule="fault.reason"))
        elif fault.reason == "other" and not fault.text:
            errors.append(_error(place, "text", "say what is wrong in words", rule="fault.text"))
    if errors:
        raise Invalid("Some faults don't fit; each says why. Nothing was done.", errors=errors)


def named(definition: Definition, kind: str, code: str) -> Names:
    """What a material or field is called."""
    if kind == MATERIAL:
        found = {material.code: material.name for material in definition.guide.materials}
        return Names(found[code].zh, found[code].en) if code in found else Names(code, code)
    field = definition.form_schema()["properties"].get(code, {})
    return Names(str(field.get("title_zh") or code), str(field.get("title") or code))


def reason(kind: str, code: str) -> Names:
    """What a reason is called; that of a missing material too."""
    return _NOT_GIVEN if code == MISSING else REASONS[kind].get(code) or Names(code, code)


def choices(definition: Definition, there: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """What may be named, by kind, as pages list it: materials that are there, and the form's fields."""
    given = set(there)
    listed = {
        MATERIAL: [one.code for one in definition.guide.materials if one.code in given],
        FIELD: list(definition.form_schema()["properties"]),
    }
    return {
        kind: [
            {"code": code, "zh": names.zh, "en": names.en}
            for code in codes
            for names in (named(definition, kind, code),)
        ]
        for kind, codes in listed.items()
    }


def _known(definition: Definition, kind: str) -> Collection[str]:
    if kind == MATERIAL:
        return {material.code for material in definition.guide.materials}
    return set(definition.form_schema()["properties"])


def _error(place: int, member: str, message: str, *, rule: str) -> dict[str, Any]:
    return {"field": f"faults.{place}.{member}", "message": message, "rule": rule}
