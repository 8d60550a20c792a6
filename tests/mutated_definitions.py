"""Diagrams with something wrong or merely otherwise: rewired, dropped, swapped, forked, in another lane."""

import random
from collections.abc import Callable, Mapping

from lxml import etree

from engine.defining.diagram_xml import BPMNDI
from tests import new_elements as new
from tests.further_definitions import FACT
from tests.new_elements import BPMN, Tree

DECISIONS = ("approve", "return", "refuse", "escalate", "correct", "")
ROUTES = ("county", "city_approval", "city_meeting", "city", "")


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


def _nodes(root: Tree) -> list[Tree]:
    more = ("parallelGateway", "intermediateCatchEvent", "eventBasedGateway")
    kinds = ("userTask", "serviceTask", "callActivity", "exclusiveGateway", "endEvent")
    return new.every(root, *kinds, *more)


def rewire(root: Tree, choices: random.Random) -> None:
    """A flow leads elsewhere."""
    choices.choice(new.flows(root)).set("targetRef", choices.choice(_nodes(root)).get("id", ""))


def short_cut(root: Tree, choices: random.Random) -> None:
    """A node's only way out leads past whatever came next."""
    flow = choices.choice(new.flows(root))
    onward = [f for f in new.flows(root) if f.get("sourceRef") == flow.get("targetRef")]
    if onward:
        flow.set("targetRef", choices.choice(onward).get("targetRef", ""))


def drop(root: Tree, choices: random.Random) -> None:
    """A node goes; who led to it leads on to where it led first."""
    droppable = new.every(root, "userTask", "serviceTask", "exclusiveGateway")
    if not droppable:
        return
    node = choices.choice(droppable)
    name = node.get("id")
    leaving = [flow for flow in new.flows(root) if flow.get("sourceRef") == name]
    if not leaving:
        return
    onward = choices.choice(leaving).get("targetRef", "")
    for flow in new.flows(root):
        if flow.get("targetRef") == name:
            flow.set("targetRef", onward)
    for flow in leaving:
        _remove(flow)
    for reference in new.every(root, "flowNodeRef"):
        if reference.text == name:
            _remove(reference)
    _remove(node)


def swap(root: Tree, choices: random.Random) -> None:
    """Two nodes change places: whoever led to one leads to the other, and on from there."""
    one, other = choices.choice(_nodes(root)).get("id"), choices.choice(_nodes(root)).get("id")
    turned = {one: other, other: one}
    for flow in new.flows(root):
        for end in ("sourceRef", "targetRef"):
            flow.set(end, str(turned.get(flow.get(end), flow.get(end))))
    for node in new.every(root, "exclusiveGateway"):
        if node.get("id") in turned and node.get("default"):
            del node.attrib["default"]


def rename(root: Tree, choices: random.Random) -> None:
    """Two human steps change their names."""
    steps = new.every(root, "userTask")
    if len(steps) > 1:
        one, other = choices.sample(steps, 2)
        names = {one.get("id"): other.get("id"), other.get("id"): one.get("id")}
        one.set("id", str(names[one.get("id")]))
        other.set("id", str(next(name for name in names if name != one.get("id"))))
        for flow in new.flows(root):
            for end in ("sourceRef", "targetRef"):
                flow.set(end, str(names.get(flow.get(end), flow.get(end))))


def re_lane(root: Tree, choices: random.Random) -> None:
    """A node stands in another post's lane."""
    lanes, references = new.every(root, "lane"), new.every(root, "flowNodeRef")
    if lanes and references:
        choices.choice(lanes).append(choices.choice(references))


def re_condition(root: Tree, choices: random.Random) -> None:
    """A condition asks something else."""
    conditions = new.every(root, "conditionExpression")
    if conditions:
        facts = {"decision": DECISIONS, "route": ROUTES, "risk_level": ("1", "2", "3")}
        fact = choices.choice(sorted(facts))
        value = choices.choice(facts[fact])
        sign = choices.choice(("==", "==", "!="))
        choices.choice(conditions).text = f'{fact} {sign} "{value}"'


def other_default(root: Tree, choices: random.Random) -> None:
    """A gateway's default and one of its conditions change places."""
    gateways = [node for node in new.every(root, "exclusiveGateway") if node.get("default")]
    if not gateways:
        return
    gateway = choices.choice(gateways)
    flows = {flow.get("id"): flow for flow in new.flows(root)}
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
    gateways = [node for node in new.every(root, "exclusiveGateway") if node.get("default")]
    if not gateways:
        return
    gateway = choices.choice(gateways)
    to = choices.choice(_nodes(root)).get("id", "")
    when = f'decision == "{choices.choice(DECISIONS)}"'
    new.flow(root, choices, str(gateway.get("id")), to, when)


def another_step(root: Tree, choices: random.Random) -> None:
    """A human step more, on some flow, in the lane of whoever: at most level 3 forbids that."""
    new.insert(root, choices, new.step(root, choices))


def post_again(root: Tree, choices: random.Random) -> None:
    """One more posting, on some flow."""
    new.insert(root, choices, new.posting(root, choices))


def wait(root: Tree, choices: random.Random) -> None:
    """A message or a timer to wait for, on some flow."""
    new.insert(root, choices, choices.choice((new.message, new.timer))(root, choices))


def first_decides(root: Tree, choices: random.Random) -> None:
    """A choice on some flow: a message, or a timer; the one leads on, the other often elsewhere."""
    flow = choices.choice(new.flows(root))
    onward, gateway = (
        flow.get("targetRef", ""),
        new.node(root, choices, "eventBasedGateway"),
    )
    flow.set("targetRef", str(gateway.get("id")))
    elsewhere = choices.choice(_nodes(root)).get("id", "")
    for made, to in ((new.message, elsewhere), (new.timer, onward)):
        event = str(made(root, choices).get("id"))
        new.flow(root, choices, str(gateway.get("id")), event)
        new.flow(root, choices, event, to if choices.random() < 0.7 else onward)


def ask_a_fact(root: Tree, choices: random.Random) -> None:
    """Some flow leads elsewhere where a fact of the process says so."""
    gateway = new.node(root, choices, "exclusiveGateway")
    name = str(gateway.get("id"))
    new.insert(root, choices, gateway)
    (default,) = [flow for flow in new.flows(root) if flow.get("sourceRef") == name]
    gateway.set("default", str(default.get("id")))
    new.flow(root, choices, name, choices.choice(_nodes(root)).get("id", ""), f"{FACT} > 5")


def fork(root: Tree, choices: random.Random) -> None:
    """Beside some node runs another: a step, a message, a posting or nothing; mostly both are joined."""
    split = str(new.node(root, choices, "parallelGateway").get("id"))
    join = str(new.node(root, choices, "parallelGateway").get("id"))
    entering = choices.choice(new.flows(root))
    beside = entering.get("targetRef", "")
    leaving = [flow for flow in new.flows(root) if flow.get("sourceRef") == beside]
    made = choices.choice((new.step, new.message, new.timer, new.posting))(root, choices).get(
        "id", ""
    )
    entering.set("targetRef", split)
    new.flow(root, choices, split, beside)
    new.flow(root, choices, split, made)
    new.flow(root, choices, made, join)
    if len(leaving) == 1 and choices.random() < 0.8:
        new.flow(root, choices, join, leaving[0].get("targetRef", ""))
        leaving[0].set("targetRef", join)
    else:
        new.flow(root, choices, join, choices.choice(_nodes(root)).get("id", ""))


def _draw(root: Tree) -> None:
    """Draw what is new; what nodes say of their flows beside the flows themselves goes."""
    for said in new.every(root, "incoming", "outgoing"):
        _remove(said)
    (plane,) = root.iter(f"{{{BPMNDI}}}BPMNPlane")
    drawn = {each.get("bpmnElement") for each in plane}
    for kind, elements in (
        ("BPMNShape", [*new.every(root, "startEvent"), *_nodes(root)]),
        ("BPMNEdge", new.flows(root)),
    ):
        for element in elements:
            if element.get("id") not in drawn:
                shown = {"bpmnElement": str(element.get("id"))}
                etree.SubElement(plane, f"{{{BPMNDI}}}{kind}", shown)


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
    wait,
    first_decides,
    ask_a_fact,
    fork,
    fork,
)
