"""What is shipped, so that a test which counts it needn't change with every new process."""

from api import shipped
from engine.rules.risk_file import REGISTERS

# The businesses of the hall; the office's own registers are kept by processes that no counter offers.
PROCESSES = sorted(
    {place.parent.name for place in shipped.process_folder().glob("*/process.bpmn")}
    - set(REGISTERS)
)
