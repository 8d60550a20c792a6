"""When contributions can't be resumed: the gates name the rows that block.

Source: 社会保险法 articles 58 and 60. What lies before the present month is back-payment (补缴), which is
assessed with its late fee in a case of its own.
"""

from engine.employee_lists import Listed, Problem
from engine.process import refuse
from register import months
from register.records import Records

from .form import Form, Returning


def month_of(form: Form, records: Records) -> int:
    """The present month. Raises where another is given."""
    current = months.of(records.accepted_on)
    given = current if form.resume_month is None else form.resume_month
    if given < current:
        raise refuse(
            "contribution_resume.retroactive",
            f"恢复缴费自业务当月{current}起；以前月份请办理补缴",
            f"Contributions resume in the present month, {current}: earlier ones are paid back by "
            "an assessment of arrears.",
            rows=[given],
        )
    if given > current:
        raise refuse(
            "contribution_resume.early",
            f"恢复缴费月份不得晚于业务当月{current}",
            f"Contributions resume in the present month, {current}: report a later one then.",
            rows=[given],
        )
    return current


def problem(listed: Listed[Returning], month: int) -> Problem | None:
    """What blocks this row: not suspended, suspended only later, retired, or insured elsewhere."""
    held, person = listed.relation, listed.person
    if held.status != "INTERRUPTED":
        return listed.problem(
            "contribution_resume.not_suspended",
            f"该人员自{held.from_month}起正常缴费",
            f"Contributions for this person are being paid, since {held.from_month}.",
        )
    if month < held.from_month:
        return listed.problem(
            "contribution_resume.before_stop",
            f"该人员自{held.from_month}起停缴，不能提前恢复",
            f"Contributions for this person stop only in {held.from_month}.",
        )
    if person.retired:
        return listed.problem(
            "contribution_resume.retired",
            "该人员已核定养老金，不再缴费",
            "A pension has been approved for this person: nothing is contributed any more.",
        )
    if any(other.status == "ACTIVE" for other in person.relations if other != held):
        return listed.problem(
            "contribution_resume.insured_elsewhere",
            "该人员另有缴费中的参保关系",
            "This person has another active relation: it is ended or suspended first.",
        )
    return None
