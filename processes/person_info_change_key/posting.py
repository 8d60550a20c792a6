"""What it writes: a new version of the person's key data."""

from datetime import date

from engine import process
from engine.process import refuse
from register import identity
from register.entries import Change, Posting
from register.records import PersonRecord, Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``person_key``, in force from the day of acceptance; raises the gates on the number.

    Source of the number's meaning: GB 11643-1999.
    """
    person = process.insured(records)
    _check_number(form, person, records.accepted_on)
    after = form.changed()
    if form.sex and form.sex != person.sex:
        # Which post a woman has is recognised when she retires; until then the one that retires first.
        after["post_kind"] = "M" if form.sex == "M" else "F50"
    before = {
        "name": person.name,
        "id_no": person.id_no,
        "sex": person.sex,
        "post_kind": person.post_kind,
        "birth": person.birth.isoformat(),
        "first_work_on": person.first_work_on.isoformat() if person.first_work_on else None,
    }
    change = Change(
        kind="person_key",
        subject_kind="person",
        subject_id=person.person_id,
        effective_from=records.accepted_on,
        after=after,
        before={name: before[name] for name in after},
    )
    return process.composed(records, changes=[change])


def _check_number(form: Form, person: PersonRecord, on: date) -> None:
    """Raise where the number as it will be is not one, or says another birth date or sex."""
    if form.id_no is None:
        return
    identity.check_id_no(form.id_no, on)
    birth, sex = form.birth or person.birth, form.sex or person.sex
    if form.id_no[6:14] != birth.strftime("%Y%m%d") or identity.sex_of(form.id_no) != sex:
        raise refuse(
            "person_key.number_differs",
            "新公民身份号码与出生日期或性别不符：请同时变更出生日期、性别",
            "The new id number says another birth date or sex than the register: change these in the same "
            "application, or correct the number.",
        )
