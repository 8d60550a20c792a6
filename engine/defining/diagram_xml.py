"""Reads a diagram's XML without trusting it: no entities, no network, known elements in known places.

A definition is data that gets executed. SpiffWorkflow reads far more of BPMN than our diagrams may
say, so whatever isn't in the grammar below is refused with file, line and element.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

MAX_BYTES = 1024 * 1024
MAX_ATTRIBUTES = 40
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PREFIXES: Mapping[str, str] = {
    BPMN: "",
    BPMNDI: "bpmndi:",
    "http://www.omg.org/spec/DD/20100524/DC": "dc:",
    "http://www.omg.org/spec/DD/20100524/DI": "di:",
}
# Without dots: SpiffWorkflow names its own nodes with them.
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,20})?", re.ASCII)
_FORMAL = re.compile(r"([A-Za-z][A-Za-z0-9_-]*:)?tFormalExpression", re.ASCII)

# One more quoted value than a tag may have: libxml2 walks all of them for each (60,000 take minutes).
_CROWDED = re.compile(
    rf"""<(?:[^<>"']*+(?:"[^"<]*+"|'[^'<]*+')){{{MAX_ATTRIBUTES + 1}}}""",
)

# Attributes whose value matters to SpiffWorkflow beyond being a text we copy.
_VALUES: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(
        ("id", "processRef", "calledElement", "default", "messageRef", "sourceRef", "targetRef"),
        _ID,
    ),
    **dict.fromkeys(("x", "y", "width", "height"), _NUMBER),
    "isExecutable": re.compile("true"),
    "xsi:type": _FORMAL,
}


@dataclass(frozen=True, slots=True)
class _Element:
    """What an element may hold: attributes, child elements, and whether it may hold text."""

    attributes: frozenset[str]
    children: frozenset[str] = frozenset()
    text: bool = False


def _element(attributes: str = "", children: str = "", *, text: bool = False) -> _Element:
    return _Element(frozenset(attributes.split()), frozenset(children.split()), text)


_FLOW = "documentation incoming outgoing"
_GRAMMAR: Mapping[str, _Element] = {
    "definitions": _element(
        "id name targetNamespace exporter exporterVersion",
        "documentation collaboration process message bpmndi:BPMNDiagram",
    ),
    "collaboration": _element("id name", "documentation participant textAnnotation association"),
    "participant": _element("id name processRef", "documentation"),
    "process": _element(
        "id name isExecutable processType",
        "documentation laneSet startEvent endEvent userTask serviceTask callActivity exclusiveGateway"
        " parallelGateway eventBasedGateway intermediateCatchEvent sequenceFlow textAnnotation association",
    ),
    "laneSet": _element("id name", "documentation lane"),
    "lane": _element("id name", "documentation flowNodeRef"),
    "flowNodeRef": _element(text=True),
    "startEvent": _element("id name", _FLOW),
    "endEvent": _element("id name", _FLOW),
    "userTask": _element("id name", _FLOW),
    "serviceTask": _element("id name implementation", _FLOW),
    "callActivity": _element("id name calledElement", _FLOW),
    "exclusiveGateway": _element("id name default gatewayDirection", _FLOW),
    "parallelGateway": _element("id name gatewayDirection", _FLOW),
    "eventBasedGateway": _element("id name gatewayDirection", _FLOW),
    "intermediateCatchEvent": _element(
        "id name", _FLOW + " messageEventDefinition timerEventDefinition"
    ),
    "timerEventDefinition": _element("id", "documentation timeDuration"),
    "timeDuration": _element("id xsi:type", text=True),
    "messageEventDefinition": _element("id messageRef", "documentation"),
    "message": _element("id name", "documentation"),
    "sequenceFlow": _element("id name sourceRef targetRef", "documentation conditionExpression"),
    "conditionExpression": _element("id xsi:type", text=True),
    "incoming": _element(text=True),
    "outgoing": _element(text=True),
    "documentation": _element("id textFormat", text=True),
    "textAnnotation": _element("id textFormat", "documentation text"),
    "text": _element(text=True),
    "association": _element("id sourceRef targetRef associationDirection", "documentation"),
    "bpmndi:BPMNDiagram": _element("id name resolution", "bpmndi:BPMNPlane bpmndi:BPMNLabelStyle"),
    "bpmndi:BPMNPlane": _element("id bpmnElement", "bpmndi:BPMNShape bpmndi:BPMNEdge"),
    "bpmndi:BPMNShape": _element(
        "id bpmnElement isHorizontal isExpanded isMarkerVisible isMessageVisible",
        "dc:Bounds bpmndi:BPMNLabel",
    ),
    "bpmndi:BPMNEdge": _element("id bpmnElement", "di:waypoint bpmndi:BPMNLabel"),
    "bpmndi:BPMNLabel": _element("id labelStyle", "dc:Bounds"),
    "bpmndi:BPMNLabelStyle": _element("id", "dc:Font"),
    "dc:Bounds": _element("x y width height"),
    "dc:Font": _element("name size isBold isItalic isUnderline isStrikeThrough"),
    "di:waypoint": _element("x y"),
}
# Why what people will try is not there.
_NO_CODE = "a diagram carries no code; what must be computed is a fact the process declares"
_ONE_TOKEN = "a step is done once at a time; repeat it with a flow that leads back"  # noqa: S105
_REASONS: Mapping[str, str] = {
    "scriptTask": _NO_CODE,
    "businessRuleTask": _NO_CODE,
    "sendTask": "notices are sent by jobs, not by diagrams",
    "receiveTask": "wait for the outside with an intermediateCatchEvent and a message",
    "timeDate": "a timer's timeDuration names a deadline of the guide",
    "timeCycle": "a timer runs once; repeat it with a flow that leads back",
    "boundaryEvent": "events on the edge of a step are not admitted; wait with an own event",
    "multiInstanceLoopCharacteristics": _ONE_TOKEN,
    "standardLoopCharacteristics": _ONE_TOKEN,
    "extensionElements": "extensions are not admitted: no editor's or engine's own instructions",
    "inclusiveGateway": "use exclusive or parallel gateways, which can be proven",
    "subProcess": "put it into its own diagram and call it",
}


class DiagramRefused(Exception):  # noqa: N818 - a refusal, as in database.refusals
    """A diagram that may not run; says file, line, element and why."""

    def __init__(self, file: str, line: int | None, element: str, reason: str) -> None:
        # An id or a name may be as long as the file.
        self.file, self.line = file, line
        self.element, self.reason = _short(element, 100), _short(reason, 400)
        where = f"{file}:{line}" if line else file
        super().__init__(f"{where}: {self.element}: {self.reason}")


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


def read(file: str, content: bytes) -> etree._Element:
    """The checked ``definitions`` element of one file. Raises DiagramRefused."""
    root = _parsed(file, content)
    if _name(root) != "definitions":
        raise DiagramRefused(file, line_of(root), _name(root), "is no BPMN 2.0 definitions element")
    ids: set[str] = set()
    for element in root.iter():
        _check(file, element)
        identifier = element.get("id")
        if identifier in ids:
            raise DiagramRefused(file, line_of(element), identifier, "is the id of two elements")
        if identifier is not None:
            ids.add(identifier)
    return root


def _parsed(file: str, content: bytes) -> etree._Element:
    if len(content) > MAX_BYTES:
        raise DiagramRefused(file, None, "file", f"is larger than {MAX_BYTES} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise DiagramRefused(file, None, "file", "is not UTF-8") from None
    for mark in ("<!DOCTYPE", "<!ENTITY"):
        if mark in text:
            line = text[: text.index(mark)].count("\n") + 1
            raise DiagramRefused(file, line, mark, "document types and entities are not admitted")
    if crowded := _CROWDED.search(text):
        line = text.count("\n", 0, crowded.start()) + 1
        reason = f"has more than {MAX_ATTRIBUTES} attributes"
        raise DiagramRefused(file, line, crowded.group().split(None, 1)[0], reason)
    parser = etree.XMLParser(
        encoding="utf-8",  # whatever the declaration says: only what was looked at above is parsed
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise DiagramRefused(
            file, broken.lineno, "file", f"is not well-formed XML: {broken.msg}"
        ) from None
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise DiagramRefused(file, 1, "DOCTYPE", "document types and entities are not admitted")
    return root


def _check(file: str, element: etree._Element) -> None:
    """One element against the grammar: its place, its attributes, its text."""
    if not isinstance(element.tag, str):
        raise DiagramRefused(file, line_of(element), "entity", "entities are not admitted")
    name = _name(element)
    shown = element.get("id") or name
    known, parent = _GRAMMAR.get(name), element.getparent()
    if known is None:
        reason = _REASONS.get(name, "only the elements listed in the reference may be used")
        raise DiagramRefused(file, line_of(element), shown, f"{name} is not admitted: {reason}")
    if parent is not None and name not in _GRAMMAR[_name(parent)].children:
        place = f"{name} is not admitted within {_name(parent)}"
        raise DiagramRefused(file, line_of(element), shown, place)
    for key, value in element.attrib.items():
        attribute = _attribute(str(key))
        if attribute not in known.attributes:
            reason = f"the attribute {attribute} of {name} is not admitted"
            raise DiagramRefused(file, line_of(element), shown, reason)
        pattern = _VALUES.get(attribute)
        if pattern is not None and not pattern.fullmatch(str(value)):
            reason = f"{attribute}={str(value)[:60]!r} of {name} is not admitted"
            raise DiagramRefused(file, line_of(element), shown, reason)
    texts = [element.text if not known.text else None, *(child.tail for child in element)]
    if any(text and not text.isspace() for text in texts):
        raise DiagramRefused(file, line_of(element), shown, f"{name} holds text of no meaning")


def line_of(element: etree._Element) -> int | None:
    """The line an element begins on."""
    line: Any = element.sourceline
    return line if isinstance(line, int) else None


def _name(element: etree._Element) -> str:
    """An element's name with our prefix; one of another namespace, or of none, is nothing we know."""
    tag = etree.QName(element)
    prefix = _PREFIXES.get(tag.namespace or "")
    return (
        f"{prefix}{tag.localname}" if prefix is not None else f"{{{tag.namespace}}}{tag.localname}"
    )


def _attribute(key: str) -> str:
    """An attribute's name: BPMN's own have no namespace, and ``xsi:type`` is the only one with."""
    return "xsi:type" if key == f"{{{XSI}}}type" else key
