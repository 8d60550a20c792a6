"""When contributions can't be suspended: the gates name the rows that block.

Source: 社会保险法 articles 58 and 60 (changes of the employed are reported in the month they happen).
"""

from engine.employee_lists import Listed, Problem
from engine.process import refuse
from register import months
from register.records import Records

from .form import Form, Leaving


def month_of(form: Form, records: Records) -> int:
    """The present month. Raises where another is given: later ones are reported when they come."""
    current = months.of(records.accepted_on)
    if form.month not in (None, current):
        raise refuse(
            "contribution_suspend.month",
            f"停缴月份必须是业务当月{current}",
            f"Contributions are suspended from the present month on, {current}.",
            rows=[form.month],
        )
    return current


def problem(listed: Listed[Leaving], month: int) -> Problem | None:
    """What blocks this row: no active relation, or one that is active only from a later month."""
    held = listed.relation
    if held.status != "ACTIVE":
        return listed.problem(
            "contribution_suspend.not_active",
            f"该人员已自{held.from_month}起停缴",
            f"Contributions for this person are suspended already, from {held.from_month} on.",
        )
    if held.from_month > month:
        return listed.problem(
            "contribution_suspend.not_begun",
            f"该人员自{held.from_month}起才参保缴费",
            f"Contributions for this person begin only in {held.from_month}.",
        )
    return None
