"""When no grants can be paid: ended already, an impossible date of death, no word on what was paid."""

from engine.process import refuse
from register import months
from register.records import PersonRecord, Records

from .form import Form


def check(form: Form, person: PersonRecord, records: Records) -> None:
    """Raise where the person's rights have ended already, or the dates can't be."""
    if person.status == "ENDED":
        raise refuse(
            "survivor.ended",
            "该人员的参保关系和待遇均已终止",
            "The person's relations and benefits have all ended already: see the register for the case.",
        )
    if not person.birth <= form.died_on <= records.accepted_on:
        raise refuse(
            "survivor.died_on",
            f"死亡日期{form.died_on}应在出生日期之后、受理日期{records.accepted_on}之前",
            f"The date of death, {form.died_on}, lies before the birth or after the day of acceptance, "
            f"{records.accepted_on}.",
        )
    _check_paid_through(form, person, records)


def _check_paid_through(form: Form, person: PersonRecord, records: Records) -> None:
    """Of a pension that is or was being paid the last month paid must be told, of nothing else."""
    held = person.pension
    paid = held is not None and held.status != "APPROVED"
    if paid != (form.paid_through is not None):
        raise refuse(
            "survivor.paid_through",
            "已发放过养老金的须填已发至年月，未发放的不填",
            "Enter the last month of pension that was paid where a pension has been paid, and only there.",
        )
    present = months.of(records.accepted_on)
    if form.paid_through is not None and form.paid_through > present:
        raise refuse(
            "survivor.paid_ahead",
            f"养老金已发至年月{form.paid_through}晚于受理当月{present}",
            f"The pension can't have been paid through {form.paid_through}: the case is accepted in "
            f"{present}.",
        )
