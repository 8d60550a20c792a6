"""Hostile diagrams by category, each a good one with one thing changed or added.

A folder's Python is trusted code: who may put a file there may run what he likes. Its diagrams are not,
and whatever SpiffWorkflow or an editor would make of these, the gate must refuse, or they must be harmless.
"""

from collections.abc import Mapping

from tests.bpmn_diagrams import approval, diagram, files, node, process
from tests.contracts.test_diagrams_carry_no_code import CHANGED
from tests.hostile_conditions import CODE, CONDITIONS

Contents = Mapping[str, bytes]
CONDITION = 'decision == "refuse"'
CALL = '<callActivity id="approve"'
SERVICE = '<serviceTask id="post" name="登记生效" implementation="post">'
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
DEFINITIONS = "<definitions "
SPIFF = 'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core"'
CAMUNDA = 'xmlns:c="http://camunda.org/schema/1.0/bpmn"'


def corpus() -> dict[str, dict[str, Contents]]:
    """Every diagram that would run, compute or ask: category, name, files."""
    return {
        "diagram held by contract": {
            name: changed(old, new) for name, (old, new, _) in CHANGED.items()
        },
        "condition": {
            f"condition {text[:40]!r} of {len(text)}": changed(CONDITION, _escaped(text))
            for text in CONDITIONS
        },
        "script": _scripts(),
        "timer": _timers(),
        "rule or table": _tables(),
        "extension": _extensions(),
        "loop": _loops(),
        "message or data": _data(),
    }


def changed(old: str, new: str) -> Contents:
    """The good process with this changed."""
    text = process().decode()
    if old not in text:
        raise LookupError(old)
    return {"process.bpmn": text.replace(old, new, 1).encode(), "approval.bpmn": approval()}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def added(text: str) -> Contents:
    """The good process with one node more."""
    return changed(SERVICE, text + SERVICE)


def within(text: str) -> Contents:
    """The good process with something within its call."""
    return changed(' calledElement="approval">', f' calledElement="approval">{text}')


def _scripts() -> dict[str, Contents]:
    formats = ("text/python", "application/javascript", "groovy", "")
    return {
        **{
            f"script in {said or 'nothing'}": added(
                f'<scriptTask id="s" scriptFormat="{said}"><script>{CODE}</script></scriptTask>'
            )
            for said in formats
        },
        "script in data": added(
            f"<scriptTask id='s'><script><![CDATA[{CODE}]]></script></scriptTask>"
        ),
        "script alone": added(f"<script>{CODE}</script>"),
        "script beside": changed("<process ", f"<script>{CODE}</script><process "),
        "script in a step": within(f"<script>{CODE}</script>"),
        "script in a sub-process": added(
            f'<subProcess id="s"><scriptTask id="t"><script>{CODE}</script></scriptTask></subProcess>'
        ),
        "script called globally": changed(
            "<process ",
            f'<globalScriptTask id="g"><script>{CODE}</script></globalScriptTask><process ',
        ),
        "operation that is code": changed('implementation="post"', f'implementation="{CODE}"'),
        "operation with a path": changed('implementation="post"', 'implementation="../post"'),
    }


def _timers() -> dict[str, Contents]:
    kinds = ("timeDate", "timeDuration", "timeCycle")
    said = (CODE, "'R/PT0S'", "R1000000000/PT0.000001S", "PT99999999999999999999S", "-P1D", "")
    return {
        f"{kind} {text[:20]!r} on {where}": added(
            f'<{where} id="t"><timerEventDefinition><{kind}>{text}</{kind}>'
            f"</timerEventDefinition></{where}>"
        )
        for kind in kinds
        for text in said
        for where in ("intermediateCatchEvent", "boundaryEvent")
    }


def _tables() -> dict[str, Contents]:
    decision = (
        '<decision xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d"><decisionTable>'
        f"<rule><inputEntry><text>{CODE}</text></inputEntry></rule></decisionTable></decision>"
    )
    return {
        "business rule": added('<businessRuleTask id="b" implementation="##unspecified"/>'),
        "business rule of Spiff": added(
            f'<businessRuleTask id="b"><extensionElements><s:calledDecisionId {SPIFF}>d'
            "</s:calledDecisionId></extensionElements></businessRuleTask>"
        ),
        "business rule of Camunda": added(
            f'<businessRuleTask {CAMUNDA} id="b" c:decisionRef="d" c:expression="{CODE}"/>'
        ),
        "table within": added(decision),
        "table beside": changed("<process ", f"{decision}<process "),
        "table as the file": {"process.bpmn": decision.encode()},
        "table as the second file": {**files(), "table.bpmn": decision.encode()},
    }


def _extensions() -> dict[str, Contents]:
    named = ("preScript", "postScript", "unitTests", "properties", "instructionsForEndUser")
    own = {
        f"{name} of Spiff": within(
            f"<extensionElements><s:{name} {SPIFF}>{CODE}</s:{name}></extensionElements>"
        )
        for name in named
    }
    operator = (
        f'<s:serviceTaskOperator {SPIFF} id="http/GetRequest" resultVariable="x"><s:parameters>'
        '<s:parameter id="url" type="str" value="\'http://127.0.0.1:9\'"/></s:parameters>'
        "</s:serviceTaskOperator>"
    )
    return {
        **own,
        **{
            f"{name} without its frame": within(f"<s:{name} {SPIFF}>{CODE}</s:{name}>")
            for name in named
        },
        "operator of Spiff": changed(
            SERVICE, f"{SERVICE}<extensionElements>{operator}</extensionElements>"
        ),
        "listener of Camunda": within(
            f"<extensionElements><c:executionListener {CAMUNDA} expression='{CODE[:10]}'/>"
            "</extensionElements>"
        ),
        "input of Camunda": changed(CALL, f'{CALL} {CAMUNDA} c:inputOutput="{CODE}"'),
        "class of Camunda": changed(CALL, f'{CALL} {CAMUNDA} c:class="os.system"'),
        "extension of the whole": changed(
            "<process ", f"<extensionElements><a>{CODE}</a></extensionElements><process "
        ),
    }


def _loops() -> dict[str, Contents]:
    condition = f"<completionCondition>{CODE}</completionCondition>"
    cardinality = f"<loopCardinality>{CODE}</loopCardinality>"
    many = "multiInstanceLoopCharacteristics"
    return {
        "many instances by code": within(f"<{many}>{cardinality}</{many}>"),
        "many instances until code": within(f"<{many}>{condition}</{many}>"),
        "many instances in turn": within(f'<{many} isSequential="true">{cardinality}</{many}>'),
        "a billion instances": within(
            f"<{many}><loopCardinality>1000000000</loopCardinality></{many}>"
        ),
        "loop while code": within(
            '<standardLoopCharacteristics testBefore="true">'
            f"<loopCondition>{CODE}</loopCondition></standardLoopCharacteristics>"
        ),
        "loop without end": within('<standardLoopCharacteristics loopMaximum="1000000000"/>'),
        "loop of gateways": {"process.bpmn": _ring("exclusiveGateway")},
        "loop of operations": {"process.bpmn": _ring("serviceTask")},
        "loop of joins": {"process.bpmn": _ring("parallelGateway")},
        "ad hoc": added(f"<adHocSubProcess id='a'>{condition}</adHocSubProcess>"),
    }


def _ring(kind: str) -> bytes:
    """Two nodes that lead to each other without ever waiting."""
    more = {"implementation": "post"} if kind == "serviceTask" else {}
    nodes = [
        node("startEvent", "begin"),
        node("exclusiveGateway", "one"),
        node(kind, "two", **more),
        node("endEvent", "completed"),
    ]
    flows = [
        ("begin", "one", None),
        ("one", "two", None),
        ("one", "completed", CONDITION),
        ("two", "one", None),
    ]
    return diagram("demo", nodes, flows)


def _data() -> dict[str, Contents]:
    correlation = (
        '<correlationProperty id="c"><correlationPropertyRetrievalExpression messageRef="m">'
        f"<formalExpression>{CODE}</formalExpression>"
        "</correlationPropertyRetrievalExpression></correlationProperty>"
    )
    association = (
        f"<dataInputAssociation><assignment><from>{CODE}</from><to>x</to></assignment>"
        "</dataInputAssociation>"
    )
    payload = (
        f'<message id="m" name="paid"><s:messagePayload {SPIFF}>{CODE}</s:messagePayload></message>'
    )
    return {
        "correlation": changed("<process ", f"{correlation}<process "),
        "correlation key": changed("<process ", '<correlationKey id="k"/><process '),
        "payload": changed("<process ", f"{payload}<process "),
        "message named by code": {"process.bpmn": _waiting_for(CODE)},
        "message with a path": {"process.bpmn": _waiting_for("../paid")},
        "signal named by code": changed("<process ", f'<signal id="i" name="{CODE}"/><process '),
        "send": added('<sendTask id="s" messageRef="m"/>'),
        "receive": added('<receiveTask id="r" messageRef="m"/>'),
        "throw": added(
            "<intermediateThrowEvent id='t'><messageEventDefinition/></intermediateThrowEvent>"
        ),
        "input": within(association),
        "output": within(association.replace("Input", "Output")),
        "transformation": within(
            f"<dataInputAssociation><transformation>{CODE}</transformation></dataInputAssociation>"
        ),
        "data object": added('<dataObject id="d"/><dataObjectReference id="e" dataObjectRef="d"/>'),
        "data store": changed("<process ", '<dataStore id="d" name="x"/><process '),
        "specification": within("<ioSpecification><dataInput id='i'/></ioSpecification>"),
        "item of a class": changed(
            "<process ", '<itemDefinition id="i" structureRef="os.system"/><process '
        ),
        "imported": changed(
            "<process ",
            '<import importType="http://www.w3.org/2001/XMLSchema" location="file:///etc/passwd" '
            'namespace="urn:x"/><process ',
        ),
        "resource": within(f"<potentialOwner><expression>{CODE}</expression></potentialOwner>"),
    }


def _waiting_for(message: str) -> bytes:
    nodes = [
        node("startEvent", "begin"),
        node("intermediateCatchEvent", "wait", message=message),
        node("endEvent", "completed"),
    ]
    return diagram("demo", nodes, [("begin", "wait", None), ("wait", "completed", None)])
