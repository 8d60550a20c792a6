"""A verdict in words: for the command line, and the sentences behind each rule's id in both languages."""

from collections.abc import Iterator, Mapping
from typing import Any

RULES: Mapping[str, tuple[str, str]] = {
    "unsigned": (
        "未经应有的签批即入账，缺：{0}",
        "posts without the sign-offs it needs; missing: {0}",
    ),
    "out_of_order": ("签批次序不对：{0}", "posts on sign-offs in the wrong order: {0}"),
    "not_approved": (
        "被退回或不予办理后仍入账：{0}",
        "posts although somebody returned or refused: {0}",
    ),
    "wrong_post": (
        "签批环节不在应有岗位的泳道：{0}",
        "a mandated step stands in another post's lane: {0}",
    ),
    "materials_missing": ("材料不齐即入账", "posts while materials are missing"),
    "posted_twice": ("入账不止一次", "posts more than once"),
    "completed_unposted": ("未入账即办结", "reports completion without having posted"),
    "refused_after_posting": ("入账后又不予办理", "refuses after it has posted"),
    "changed_after_posting": (
        "入账后仍可更改内容：{0}",
        "the form may change after it has posted, at: {0}",
    ),
    "changed_beside_step": (
        "有人待签时内容仍可因来件改变：{0}",
        "a message may change the case while somebody is to sign it: {0}",
    ),
    "message_missing": (
        "所需来件未到即入账，缺：{0}",
        "posts before what it needs from outside came: {0}",
    ),
    "waited_before_posting": (
        "最后签批之后又等待外部，其后无人再签即入账",
        "posts after it waited for the outside, with nobody signing since",
    ),
    "two_ends": ("同时到达两个结束：{0}", "reaches two ends: {0}"),
    "deadlock": ("流程停在此处无法继续：{0}", "gets stuck at: {0}"),
    "livelock": (
        "从此处再也到不了任何结束：{0}",
        "can reach no end any more from: {0}",
    ),
    "never_completed": (
        "此等级和路径的业务件永远到不了：{0}",
        "no case of this level and route can ever reach: {0}",
    ),
    "step_twice": (
        "未经补正，同一环节须签两次：{0}",
        "the same step is signed twice over one form: {0}",
    ),
    "extra_step": (
        "三级业务不得另设环节：{0}（附件3(九)）",
        "level 3 has no extra step: {0} (附件3(九))",
    ),
    "unreachable": (
        "任何等级和路径都到不了此处：{0}",
        "is reached at no level and route: {0}",
    ),
    "loop": ("无人经手即可无限循环：{0}", "a loop that needs no person: {0}"),
    "too_large": ("状态超过 {0} 个，无法证明", "has more than {0} states: it can't be proven"),
}


def sentence(example: Mapping[str, Any], language: str = "en") -> str:
    """What a counter-example shows, in one sentence."""
    said = RULES[example["rule"]][0 if language == "zh" else 1]
    return said.format(", ".join(example["detail"]))


def path(example: Mapping[str, Any]) -> str:
    """The path through the diagram: element ids, what was decided, what a case became."""
    return " → ".join(_step(move) for move in example["path"])


def lines(said: Mapping[str, Any]) -> Iterator[str]:
    """A verdict for a terminal: one line for each level and route, the path below a refused one."""
    yield f"{said['process']}: {said['verdict']} ({said['states']} states, rules {said['rules']})"
    for one in said["levels"]:
        route = f" {one['route']}" if one["route"] else ""
        yield f"  level {one['risk_level']}{route}: {one['verdict']} ({one['states']} states)"
        yield from _example(one["counter_example"])
    yield from _example(said["drawing"])


def _example(example: Mapping[str, Any] | None) -> Iterator[str]:
    if example is not None:
        yield f"    {example['rule']}: {sentence(example)}"
        if example["path"]:
            yield f"    path: {path(example)}"


def _step(move: Mapping[str, Any]) -> str:
    said = "/".join([*move["calls"], move["element"]])
    if "decision" in move:
        said += f" [{move['decision']}]"
    if "became" in move:
        level, route = move["became"]
        said += f" (now level {level}{' ' + route if route else ''})"
    return said
