"""A process that waits for a letter before it is handled: the skeleton with a message drawn in."""

from pathlib import Path

from engine.defining import skeleton

CODE = "awaited_transfer"
MESSAGE = "letter"
_SHARED = Path(__file__).parents[1] / "processes" / "_shared"
_ADDED = {
    # The letter is awaited between the beginning and the approval chain.
    '<sequenceFlow id="begin_to_approve" sourceRef="begin" targetRef="approve" />': """
    <intermediateCatchEvent id="letter" name="等待来函">
      <incoming>begin_to_letter</incoming>
      <outgoing>letter_to_approve</outgoing>
      <messageEventDefinition id="letter_arrives" messageRef="letter_message" />
    </intermediateCatchEvent>
    <sequenceFlow id="begin_to_letter" sourceRef="begin" targetRef="letter" />
    <sequenceFlow id="letter_to_approve" sourceRef="letter" targetRef="approve" />""",
    "<outgoing>begin_to_approve</outgoing>": "<outgoing>begin_to_letter</outgoing>",
    "<incoming>begin_to_approve</incoming>": "<incoming>letter_to_approve</incoming>",
    '<process id="': '<message id="letter_message" name="letter" />\n  <process id="',
}


def write(folder: Path) -> Path:
    """Make ``folder`` and the process in it; the same folder, for ``Settings.processes``."""
    folder.mkdir()
    skeleton.write(CODE, folder, shared=_SHARED)
    draw(folder / CODE / "process.bpmn")
    return folder


def draw(diagram: Path) -> None:
    """Let a case of this diagram wait for the letter before its approval chain."""
    text = diagram.read_text("utf-8")
    for old, new in _ADDED.items():
        assert old in text, old
        text = text.replace(old, new)
    edge = text.index('<bpmndi:BPMNEdge id="begin_to_approve_edge"')
    end = text.index("</bpmndi:BPMNEdge>", edge)
    drawn = text[edge : end + len("</bpmndi:BPMNEdge>")]
    both = "".join(
        drawn.replace("begin_to_approve", name) for name in ("begin_to_letter", "letter_to_approve")
    )
    shape = (
        '<bpmndi:BPMNShape id="letter_shape" bpmnElement="letter">'
        '<dc:Bounds x="212" y="222" width="36" height="36" /></bpmndi:BPMNShape>'
    )
    diagram.write_text(text.replace(drawn, shape + both), "utf-8")
