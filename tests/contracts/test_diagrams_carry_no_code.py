"""No diagram gets code run, reads more than the case's facts, or says other than it draws.

Every entry is a good definition with one thing changed; it must be refused for that thing, with file,
line and element, and without anything having been run on the way.
"""

import pytest

from engine import bpmn
from tests.bpmn_diagrams import approval, files, process, refused
from tests.canary import canary

EVIL = "__import__('os').system('true')"
CONDITION = 'decision == "refuse"'
WRITTEN = f'<conditionExpression xsi:type="tFormalExpression">{CONDITION}</conditionExpression>'
PROCESS = "<process "
SERVICE = '<serviceTask id="post" name="登记生效" implementation="post">'
CALL = '<callActivity id="approve" name="审批" calledElement="approval">'
START = '<startEvent id="begin" name="受理">'
END = '<endEvent id="completed" name="办结">'
PLANE = "<bpmndi:BPMNPlane "
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPIFF = 'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core"'
INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
BILLION = """<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
"""

Change = tuple[str, str, str]


def ahead(of: str, added: str, reason: str) -> Change:
    """Something added before an element."""
    return of, added + of, reason


def within(element: str, added: str, reason: str) -> Change:
    """Something added within an element."""
    return element, element + added, reason


def attribute(added: str) -> Change:
    """An attribute added to the call."""
    return CALL, CALL.replace(" name=", f" {added} name="), "is not admitted"


# Elements of BPMN that SpiffWorkflow or an editor knows and we don't admit.
NODES = (
    "scriptTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "manualTask",
    "task",
    "subProcess",
    "adHocSubProcess",
    "transaction",
    "boundaryEvent",
    "inclusiveGateway",
    "complexGateway",
    "intermediateThrowEvent",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "group",
    "ioSpecification",
    "property",
    "extensionElements",
)
AROUND = (
    "dataStore",
    "import",
    "signal",
    "error",
    "escalation",
    "correlationProperty",
    "itemDefinition",
    "interface",
    "category",
    "globalScriptTask",
    "globalTask",
    "extension",
    "relationship",
)
EVENTS = (
    "timerEventDefinition",
    "terminateEventDefinition",
    "errorEventDefinition",
    "signalEventDefinition",
    "escalationEventDefinition",
    "cancelEventDefinition",
    "compensateEventDefinition",
    "conditionalEventDefinition",
    "linkEventDefinition",
    "messageEventDefinition",
)
CONDITIONS = {
    "runs python": EVIL,
    "reads attributes": "decision.__class__ == 'a'",
    "is a lambda": "(lambda: 1)()",
    "formats": "f\"{decision!r}\" == 'a'",
    "joins two": 'decision == "refuse" or 1 == 1',
    "is empty": "",
    "is huge": "decision == '" + "a" * 100_000 + "'",
    "reads the unknown": 'salary == "1"',
    "can never hold": 'decision == "refused"',
    "compares types": "risk_level == 3",
}

# Name: what is replaced in the process, by what, and what the refusal must speak of.
CHANGED: dict[str, Change] = {
    **{f"condition {n}": (CONDITION, text, "its condition") for n, text in CONDITIONS.items()},
    **{f"{n} in the process": ahead(SERVICE, f'<{n} id="x"/>', f"{n} is not") for n in NODES},
    **{f"{n} beside it": ahead(PROCESS, f'<{n} id="x"/>', f"{n} is not") for n in AROUND},
    **{f"{n} at the start": within(START, f"<{n}/>", f"{n} is not") for n in EVENTS},
    **{f"{n} at the end": within(END, f"<{n}/>", f"{n} is not") for n in EVENTS},
    "condition in a language": (WRITTEN, WRITTEN.replace(" xsi", ' language="x" xsi'), "language"),
    "condition of another type": ('"tFormalExpression"', '"evil"', "xsi:type='evil'"),
    "script with text": ahead(
        SERVICE, f"<scriptTask><script>{EVIL}</script></scriptTask>", "no code"
    ),
    "another operation": ('implementation="post"', 'implementation="os.system"', "is no operation"),
    "web service": ('implementation="post"', 'implementation="##WebService"', "is no operation"),
    "no operation": (' implementation="post"', "", "is no operation"),
    "operator": within(
        SERVICE,
        f'<extensionElements><s:serviceTaskOperator {SPIFF} id="http/GetRequest"/></extensionElements>',
        "extensionElements is not admitted",
    ),
    "pre-script": within(
        CALL,
        f"<extensionElements><s:preScript {SPIFF}>{EVIL}</s:preScript></extensionElements>",
        "extensionElements is not admitted",
    ),
    "bare pre-script": within(
        CALL, f"<s:preScript {SPIFF}>{EVIL}</s:preScript>", "is not admitted"
    ),
    "foreign attribute": attribute(
        f'xmlns:c="http://camunda.org/schema/1.0/bpmn" c:expression="{EVIL}"'
    ),
    "attribute twice named": attribute(
        'xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" b:id="x"'
    ),
    "quantity of tokens": attribute('startQuantity="9"'),
    "compensation": attribute('isForCompensation="true"'),
    "language of expressions": (
        "<definitions ",
        '<definitions expressionLanguage="python" ',
        "expression",
    ),
    "element of no namespace": ahead(
        CALL, '<userTask xmlns="" id="s"/>', "userTask is not admitted"
    ),
    "many instances": within(CALL, "<multiInstanceLoopCharacteristics/>", "done once at a time"),
    "standard loop": within(CALL, "<standardLoopCharacteristics/>", "done once at a time"),
    "document type": within(DECLARATION, "<!DOCTYPE definitions>\n", "document types"),
    "outside entity": within(
        DECLARATION, '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n', "document types"
    ),
    "type over the network": within(
        DECLARATION, '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd">\n', "document types"
    ),
    "billion laughs": within(DECLARATION, BILLION, "document types"),
    "undefined entity": ('name="办结"', 'name="&x;"', "not well-formed"),
    "not closed": ("</definitions>", "", "not well-formed"),
    "two roots": ("</definitions>", "</definitions><definitions/>", "not well-formed"),
    "including": ahead(CALL, INCLUDE, "include is not admitted"),
    "another process": ahead(
        PROCESS, '<process id="o" isExecutable="true"/>', "exactly one process"
    ),
    "not executable": ('isExecutable="true"', 'isExecutable="false"', "isExecutable"),
    "called by code": ('calledElement="approval"', f'calledElement="{EVIL}"', "calledElement"),
    "called without name": (' calledElement="approval"', "", "calls nothing"),
    "called but not there": (
        'calledElement="approval"',
        'calledElement="x"',
        "which no file defines",
    ),
    "calls itself": ('calledElement="approval"', 'calledElement="demo"', "calls itself"),
    "no default": (' default="decided_to_post"', "", "needs a default flow"),
    "wrong default": (
        'default="decided_to_post"',
        'default="begin_to_approve"',
        "needs a default flow",
    ),
    "two defaults": (WRITTEN, "", "a condition is on every flow"),
    "other end": ('"refused"', '"abandoned"', "completed and refused"),
    "end that Spiff keeps": ('"completed"', '"End"', "keeps for itself"),
    "dotted id": ('"completed"', '"demo.EndJoin"', "id='demo.EndJoin'"),
    "same id twice": ('id="refused"', 'id="completed"', "is the id of two elements"),
    "way to nowhere": ('targetRef="completed"', 'targetRef="nowhere"', "its incoming"),
    "flows said otherwise": (">post_to_completed<", ">decided_to_refused<", "aren't those"),
    "node not drawn": ('bpmnElement="post"', 'bpmnElement="other"', "is not drawn"),
    "flow not drawn": ('bpmnElement="post_to_completed"', 'bpmnElement="other"', "is not drawn"),
    "place is no number": ('x="162"', 'x="NaN"', "x='NaN'"),
    "code in the layout": ahead(PLANE, "<bpmndi:scriptTask/>", "bpmndi:scriptTask is not"),
    "step in the layout": ahead(PLANE, '<userTask id="u"/>', "within bpmndi:BPMNDiagram"),
    "stray text": within(CALL, EVIL, "text of no meaning"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_process_is_refused(name: str) -> None:
    old, new, reason = CHANGED[name]
    text = process().decode()
    assert old in text
    refused({"process.bpmn": text.replace(old, new).encode(), "approval.bpmn": approval()}, reason)


def test_the_refusal_names_file_line_and_element() -> None:
    text = process().decode().replace(CONDITION, EVIL)
    refusal = refused({"process.bpmn": text.encode(), "approval.bpmn": approval()}, "one fact")
    assert refusal.line == text[: text.index(EVIL)].count("\n") + 1
    assert refusal.element == "decided_to_refused"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not well-formed"),
        (b"print('hello')", "not well-formed"),
        (b"\xff\xfe<\x00?\x00", "not UTF-8"),
        (process().decode().replace("UTF-8", "UTF-16").encode("utf-16"), "not UTF-8"),
        (b"<definitions/>", "no BPMN 2.0 definitions"),
        (b"<" + b"a" * 1_100_000, "larger than"),
        (b"<a>" * 3000, "not well-formed"),
        (b"+ADwAIQ-DOCTYPE a+AD4-", "not well-formed"),
    ],
)
def test_what_is_no_diagram_is_refused(content: bytes, reason: str) -> None:
    refused({"process.bpmn": content, "approval.bpmn": approval()}, reason)


def test_a_hidden_encoding_is_not_believed() -> None:
    hidden = "<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE d+AFs-+ADwAIQ-ENTITY x 'y'+AD4-+AF0-+AD4-"
    refused({"process.bpmn": hidden.encode() + b"<definitions/>"}, "not well-formed")


def test_the_shared_chain_passes_the_same_gate() -> None:
    text = approval().decode().replace('decision == "return"', EVIL, 1)
    assert (
        refused({"process.bpmn": process(), "approval.bpmn": text.encode()}, "one fact").file
        == "approval.bpmn"
    )
    text = approval().decode().replace('name="director"', f'name="{EVIL}"')
    refused(
        {"process.bpmn": process(), "approval.bpmn": text.encode()},
        "the post its steps are offered to",
    )
    refused(
        {"process.bpmn": process(), "a.bpmn": approval(), "b.bpmn": approval()}, "two processes"
    )
    contents = files()
    with canary():
        bpmn.compile_model(contents)
