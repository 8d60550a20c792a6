"""Diagrams with something wrong or merely otherwise: rewired, dropped, swapped, forked, in another lane."""

import random
from collections.abc import Callable, Mapping

from lxml import etree

from engine.diagram_xml import BPMNDI
from tests.further_definitions import FACT

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
    _draw(root)
    return {**files, name: etree.tostring(root)}, " and ".join(done)


def _all(root: Tree, *kinds: str) -> list[Tree]:
    return [found for kind in kinds for found in root.iter(f"{BPMN}{kind}")]


def _nodes(root: Tree) -> list[Tree]:
    more = ("parallelGateway", "intermediateCatchEvent")
    kinds = ("userTask", "serviceTask", "callActivity", "exclusiveGateway", "endEvent")
    return _all(root, *kinds, *more)


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
    droppable = _all(root, "userTask", "serviceTask", "exclusiveGateway")
    if not droppable:
        return
    node = choices.choice(droppable)
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
    to = choices.choice(_nodes(root)).get("id", "")
    when = f'decision == "{choices.choice(DECISIONS)}"'
    _flow(root, choices, str(gateway.get("id")), to, when)


def another_step(root: Tree, choices: random.Random) -> None:
    """A human step more, on some flow, in the lane of whoever: at most level 3 forbids that."""
    _insert(root, choices, _step(root, choices))


def post_again(root: Tree, choices: random.Random) -> None:
    """One more posting, on some flow."""
    _insert(root, choices, _posting(root, choices))


def wait(root: Tree, choices: random.Random) -> None:
    """A message to wait for, on some flow."""
    _insert(root, choices, _message(root, choices))


def ask_a_fact(root: Tree, choices: random.Random) -> None:
    """Some flow leads elsewhere where a fact of the process says so."""
    gateway = _node(root, choices, "exclusiveGateway")
    name = str(gateway.get("id"))
    _insert(root, choices, gateway)
    (default,) = [flow for flow in _flows(root) if flow.get("sourceRef") == name]
    gateway.set("default", str(default.get("id")))
    _flow(root, choices, name, choices.choice(_nodes(root)).get("id", ""), f"{FACT} > 5")


def fork(root: Tree, choices: random.Random) -> None:
    """Beside some node runs another: a step, a message, a posting or nothing; mostly both are joined."""
    split = str(_node(root, choices, "parallelGateway").get("id"))
    join = str(_node(root, choices, "parallelGateway").get("id"))
    entering = choices.choice(_flows(root))
    beside = entering.get("targetRef", "")
    leaving = [flow for flow in _flows(root) if flow.get("sourceRef") == beside]
    made = choices.choice((_step, _message, _posting))(root, choices).get("id", "")
    entering.set("targetRef", split)
    _flow(root, choices, split, beside)
    _flow(root, choices, split, made)
    _flow(root, choices, made, join)
    if len(leaving) == 1 and choices.random() < 0.8:
        _flow(root, choices, join, leaving[0].get("targetRef", ""))
        leaving[0].set("targetRef", join)
    else:
        _flow(root, choices, join, choices.choice(_nodes(root)).get("id", ""))


def _step(root: Tree, choices: random.Random) -> Tree:
    step = _node(root, choices, "userTask")
    lanes = _all(root, "lane")
    lane = choices.choice(lanes) if lanes else _lane(_all(root, "process")[0])
    etree.SubElement(lane, f"{BPMN}flowNodeRef").text = step.get("id")
    return step


def _posting(root: Tree, choices: random.Random) -> Tree:
    return _node(root, choices, "serviceTask", implementation="post")


def _message(root: Tree, choices: random.Random) -> Tree:
    node = _node(root, choices, "intermediateCatchEvent")
    name = f"of_{node.get('id')}"
    message = etree.Element(f"{BPMN}message", {"id": name, "name": name})
    root.insert(0, message)
    etree.SubElement(node, f"{BPMN}messageEventDefinition", {"messageRef": name})
    return node


def _node(root: Tree, choices: random.Random, kind: str, **attributes: str) -> Tree:
    (process,) = _all(root, "process")
    said = {"id": f"new_{choices.randrange(10**6)}", **attributes}
    return etree.SubElement(process, f"{BPMN}{kind}", said)


def _flow(root: Tree, choices: random.Random, source: str, to: str, when: str = "") -> None:
    (process,) = _all(root, "process")
    said = {"id": f"way_{choices.randrange(10**6)}", "sourceRef": source, "targetRef": to}
    flow = etree.SubElement(process, f"{BPMN}sequenceFlow", said)
    if when:
        condition = etree.SubElement(flow, f"{BPMN}conditionExpression")
        condition.set(XSI_TYPE, "tFormalExpression")
        condition.text = when


def _insert(root: Tree, choices: random.Random, node: Tree) -> None:
    flow = choices.choice(_flows(root))
    _flow(root, choices, str(node.get("id")), flow.get("targetRef", ""))
    flow.set("targetRef", str(node.get("id")))


def _draw(root: Tree) -> None:
    """Draw what is new; what nodes say of their flows beside the flows themselves goes."""
    for said in _all(root, "incoming", "outgoing"):
        _remove(said)
    (plane,) = root.iter(f"{{{BPMNDI}}}BPMNPlane")
    drawn = {each.get("bpmnElement") for each in plane}
    for kind, elements in (
        ("BPMNShape", [*_all(root, "startEvent"), *_nodes(root)]),
        ("BPMNEdge", _flows(root)),
    ):
        for element in elements:
            if element.get("id") not in drawn:
                shown = {"bpmnElement": str(element.get("id"))}
                etree.SubElement(plane, f"{{{BPMNDI}}}{kind}", shown)


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
    wait,
    ask_a_fact,
    fork,
    fork,
)
