"""What a case says, worked out on the register as it stands now: when it is signed, corrected, or told more.

One way for all of them: whom the case enrols and whom its list names belong to what a process computes on.
"""

from collections.abc import Mapping
from typing import Any

from engine import contents, corrected_cases, enrolling, own_registers
from engine.contents import Computed
from engine.handling import Handling
from engine.process import Form
from engine.record import AGENCY
from engine.rules import risk_history
from engine.workbooks import lists


def compute(
    work: Handling, form: Form, came: Mapping[str, Any] | None, *, locking: bool = True
) -> Computed:
    """Facts, level, route and posting of this form and of the messages that ``came`` (as stored).

    Under the risk table and for the day of the acceptance. Raises a gate of the process (GateRefused).
    """
    session, case, definition = work.session, work.case, work.definition
    table = risk_history.at(session, work.office.risk, case.risk_table)
    if case.subject_kind == AGENCY:
        return own_registers.again(work, form, table)
    records = enrolling.again(session, case, work.content, definition, locking=locking)
    records = lists.named(session, records, form, locking=locking)
    return contents.compute(
        session,
        definition,
        table,
        work.agency,
        corrected_cases.named(session, records, form),
        form,
        contents.messages_again(definition, came),
    )
