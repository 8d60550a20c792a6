"""Shipped diagrams with something wrong or merely otherwise: rewired, dropped, swapped, in another lane."""

import random
from collections.abc import Callable, Mapping

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
DECISIONS = ("approve", "return", "refuse", "escalate", "correct", "")
ROUTES = ("county", "city_approval", "city_meeting", "city", "")
Tree = etree._Element


def mutated(files: Mapping[str, bytes], choices: random.Random) -> tuple[dict[str, bytes], str]:
    """The files with one to three changes in one of them, and what was changed."""
    name = choices.choice(sorted(files))
    root = etree.fromstring(files[name])
    done = []
    for _ in range(choices.choice((1, 1, 1, 2, 3))):
        change = choices.choice(CHANGES)
        change(root, choices)
        done.append(change.__name__.strip("_"))
    return {**files, name: etree.tostring(root)}, " and ".join(done)


def _all(root: Tree, *kinds: str) -> list[Tree]:
    return [found for kind in kinds for found in root.iter(f"{BPMN}{kind}")]


def _nodes(root: Tree) -> list[Tree]:
    kinds = ("userTask", "serviceTask", "callActivity", "exclusiveGateway", "endEvent")
    return _all(root, *kinds)


def _flows(root: Tree) -> list[Tree]:
    return _all(root, "sequenceFlow")


def rewire(root: Tree, choices: random.Random) -> None:
    """A flow leads elsewhere."""
    choices.choice(_flows(root)).set("targetRef", choices.choice(_nodes(root)).get("id", ""))


def short_cut(root: Tree, choices: random.Random) -> None:
    """A node's only way out leads past whatever came next."""
    flow = choices.choice(_flows(root))
    onward = [f for f in _flows(root) if f.get("sourceRef") == flow.get("targetRef")]
    if onward:
        flow.set("targetRef", choices.choice(onward).get("targetRef", ""))


def drop(root: Tree, choices: random.Random) -> None:
    """A node goes; who led to it leads on to where it led first."""
    node = choices.choice(_all(root, "userTask", "serviceTask", "exclusiveGateway"))
    name = node.get("id")
    leaving = [flow for flow in _flows(root) if flow.get("sourceRef") == name]
    if not leaving:
        return
    onward = choices.choice(leaving).get("targetRef", "")
    for flow in _flows(root):
        if flow.get("targetRef") == name:
            flow.set("targetRef", onward)
    for flow in leaving:
        _remove(flow)
    for reference in _all(root, "flowNodeRef"):
        if reference.text == name:
            _remove(reference)
    _remove(node)


def swap(root: Tree, choices: random.Random) -> None:
    """Two nodes change places: whoever led to one leads to the other, and on from there."""
    one, other = choices.choice(_nodes(root)).get("id"), choices.choice(_nodes(root)).get("id")
    turned = {one: other, other: one}
    for flow in _flows(root):
        for end in ("sourceRef", "targetRef"):
            flow.set(end, str(turned.get(flow.get(end), flow.get(end))))
    for node in _all(root, "exclusiveGateway"):
        if node.get("id") in turned and node.get("default"):
            del node.attrib["default"]


def rename(root: Tree, choices: random.Random) -> None:
    """Two human steps change their names."""
    steps = _all(root, "userTask")
    if len(steps) > 1:
        one, other = choices.sample(steps, 2)
        names = {one.get("id"): other.get("id"), other.get("id"): one.get("id")}
        one.set("id", str(names[one.get("id")]))
        other.set("id", str(next(name for name in names if name != one.get("id"))))
        for flow in _flows(root):
            for end in ("sourceRef", "targetRef"):
                flow.set(end, str(names.get(flow.get(end), flow.get(end))))


def re_lane(root: Tree, choices: random.Random) -> None:
    """A node stands in another post's lane."""
    lanes, references = _all(root, "lane"), _all(root, "flowNodeRef")
    if lanes and references:
        choices.choice(lanes).append(choices.choice(references))


def re_condition(root: Tree, choices: random.Random) -> None:
    """A condition asks something else."""
    conditions = _all(root, "conditionExpression")
    if conditions:
        facts = {"decision": DECISIONS, "route": ROUTES, "risk_level": ("1", "2", "3")}
        fact = choices.choice(sorted(facts))
        value = choices.choice(facts[fact])
        sign = choices.choice(("==", "==", "!="))
        choices.choice(conditions).text = f'{fact} {sign} "{value}"'


def other_default(root: Tree, choices: random.Random) -> None:
    """A gateway's default and one of its conditions change places."""
    gateways = [node for node in _all(root, "exclusiveGateway") if node.get("default")]
    if not gateways:
        return
    gateway = choices.choice(gateways)
    flows = {flow.get("id"): flow for flow in _flows(root)}
    leaving = [f for f in flows.values() if f.get("sourceRef") == gateway.get("id")]
    default = flows[gateway.get("default")]
    others = [flow for flow in leaving if flow is not default]
    if not others:
        return
    other = choices.choice(others)
    for condition in other.findall(f"{BPMN}conditionExpression"):
        default.append(condition)
    gateway.set("default", str(other.get("id")))


def guarded_way(root: Tree, choices: random.Random) -> None:
    """A gateway gets one more way out, under a condition."""
    gateways = [node for node in _all(root, "exclusiveGateway") if node.get("default")]
    if not gateways:
        return
    gateway = choices.choice(gateways)
    parent = gateway.getparent()
    assert parent is not None
    flow = etree.SubElement(parent, f"{BPMN}sequenceFlow")
    flow.set("id", f"more_{choices.randrange(10**6)}")
    flow.set("sourceRef", str(gateway.get("id")))
    flow.set("targetRef", choices.choice(_nodes(root)).get("id", ""))
    condition = etree.SubElement(flow, f"{BPMN}conditionExpression")
    condition.set(XSI_TYPE, "tFormalExpression")
    condition.text = f'decision == "{choices.choice(DECISIONS)}"'


def another_step(root: Tree, choices: random.Random) -> None:
    """A human step more, on some flow, in the lane of whoever: at most level 3 forbids that."""
    flow = choices.choice(_flows(root))
    parent = flow.getparent()
    assert parent is not None
    name = f"own_{choices.randrange(10**6)}"
    step = etree.SubElement(parent, f"{BPMN}userTask")
    step.set("id", name)
    onward = etree.SubElement(parent, f"{BPMN}sequenceFlow")
    onward.set("id", f"on_{name}")
    onward.set("sourceRef", name)
    onward.set("targetRef", flow.get("targetRef", ""))
    flow.set("targetRef", name)
    for lanes in _all(root, "lane")[:1] or [_lane(parent)]:
        etree.SubElement(lanes, f"{BPMN}flowNodeRef").text = name


def post_again(root: Tree, choices: random.Random) -> None:
    """One more posting, on some flow."""
    flow = choices.choice(_flows(root))
    parent = flow.getparent()
    assert parent is not None
    name = f"post_{choices.randrange(10**6)}"
    task = etree.SubElement(parent, f"{BPMN}serviceTask")
    task.set("id", name)
    task.set("implementation", "post")
    onward = etree.SubElement(parent, f"{BPMN}sequenceFlow")
    onward.set("id", f"on_{name}")
    onward.set("sourceRef", name)
    onward.set("targetRef", flow.get("targetRef", ""))
    flow.set("targetRef", name)


def _lane(process: Tree) -> Tree:
    lanes = etree.Element(f"{BPMN}laneSet")
    process.insert(0, lanes)
    lane = etree.SubElement(lanes, f"{BPMN}lane")
    lane.set("name", "teller")
    return lane


def _remove(element: Tree) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


CHANGES: tuple[Callable[[Tree, random.Random], None], ...] = (
    rewire,
    short_cut,
    drop,
    swap,
    rename,
    re_lane,
    re_condition,
    other_default,
    guarded_way,
    another_step,
    post_again,
)
