"""New elements in a diagram that is being mutated: nodes of every kind, and flows to them."""

import random

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
Tree = etree._Element


def every(root: Tree, *kinds: str) -> list[Tree]:
    """Elements of these kinds."""
    return [found for kind in kinds for found in root.iter(f"{BPMN}{kind}")]


def flows(root: Tree) -> list[Tree]:
    """Every flow."""
    return every(root, "sequenceFlow")


def step(root: Tree, choices: random.Random) -> Tree:
    """A human step, in some lane."""
    made = node(root, choices, "userTask")
    lanes = every(root, "lane")
    lane = choices.choice(lanes) if lanes else _lane(every(root, "process")[0])
    etree.SubElement(lane, f"{BPMN}flowNodeRef").text = made.get("id")
    return made


def posting(root: Tree, choices: random.Random) -> Tree:
    """A posting."""
    return node(root, choices, "serviceTask", implementation="post")


def message(root: Tree, choices: random.Random) -> Tree:
    """An event that waits for a message."""
    made = node(root, choices, "intermediateCatchEvent")
    name = f"of_{made.get('id')}"
    declared = etree.Element(f"{BPMN}message", {"id": name, "name": name})
    root.insert(0, declared)
    etree.SubElement(made, f"{BPMN}messageEventDefinition", {"messageRef": name})
    return made


def timer(root: Tree, choices: random.Random) -> Tree:
    """An event that waits for a timer."""
    made = node(root, choices, "intermediateCatchEvent")
    said = etree.SubElement(made, f"{BPMN}timerEventDefinition")
    etree.SubElement(said, f"{BPMN}timeDuration").text = f"deadline_{made.get('id')}"
    return made


def node(root: Tree, choices: random.Random, kind: str, **attributes: str) -> Tree:
    """A node of this kind."""
    (process,) = every(root, "process")
    said = {"id": f"new_{choices.randrange(10**6)}", **attributes}
    return etree.SubElement(process, f"{BPMN}{kind}", said)


def flow(root: Tree, choices: random.Random, source: str, to: str, when: str = "") -> None:
    """A flow, under a condition if there is one."""
    (process,) = every(root, "process")
    said = {"id": f"way_{choices.randrange(10**6)}", "sourceRef": source, "targetRef": to}
    made = etree.SubElement(process, f"{BPMN}sequenceFlow", said)
    if when:
        condition = etree.SubElement(made, f"{BPMN}conditionExpression")
        condition.set(XSI_TYPE, "tFormalExpression")
        condition.text = when


def insert(root: Tree, choices: random.Random, made: Tree) -> None:
    """Put a node on some flow."""
    entering = choices.choice(flows(root))
    flow(root, choices, str(made.get("id")), entering.get("targetRef", ""))
    entering.set("targetRef", str(made.get("id")))


def _lane(process: Tree) -> Tree:
    lanes = etree.Element(f"{BPMN}laneSet")
    process.insert(0, lanes)
    lane = etree.SubElement(lanes, f"{BPMN}lane")
    lane.set("name", "teller")
    return lane
