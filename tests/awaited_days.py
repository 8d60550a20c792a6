"""A process that is made public for some days before it is handled: the skeleton with a timer drawn in.

No process that is shipped waits for a timer.
"""

from pathlib import Path

from tests import awaited_letter

CODE = awaited_letter.CODE
DAYS = 5
_MESSAGE = '<messageEventDefinition id="letter_arrives" messageRef="letter_message" />'
_TIMER = (
    '<timerEventDefinition id="letter_arrives"><timeDuration>publicity</timeDuration>'
    "</timerEventDefinition>"
)
_DECLARED = '<message id="letter_message" name="letter" />\n'
_DEADLINES = f"""deadlines:
  publicity:
    name: {{zh: 公示期, en: Made public}}
    days: {DAYS}
    unit: calendar_days
    basis: {{title: 示例, source: 本机构, verified: false}}
"""


def write(folder: Path) -> Path:
    """Make ``folder`` and the process in it; the same folder, for ``Settings.processes``."""
    awaited_letter.write(folder)
    diagram, guide = folder / CODE / "process.bpmn", folder / CODE / "guide.yaml"
    drawn = diagram.read_text("utf-8")
    assert _MESSAGE in drawn
    diagram.write_text(drawn.replace(_MESSAGE, _TIMER).replace(_DECLARED, ""), "utf-8")
    guide.write_text(guide.read_text("utf-8") + _DEADLINES, "utf-8")
    return folder
