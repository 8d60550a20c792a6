"""What the risk rules may see: whether dates that decide a pension move, and how near retirement is."""

from collections.abc import Mapping
from dataclasses import replace

from engine import process
from engine.process import Names
from register import retirement
from register.records import PostKind, Records, Sex

from .form import Form

NAMES = {
    "birth_date_moves": Names("出生日期变动", "the birth date moves"),
    "first_work_date_moves": Names("参加工作时间变动", "the first-work date moves"),
    "near_retirement": Names("临近退休或已退休", "near retirement, or retired"),
}

# Where the sex changes the kind of post is not known yet: the one that retires first counts.
EARLIEST: Mapping[Sex, PostKind] = {"M": "M", "F": "F50"}


def facts(form: Form, records: Records) -> dict[str, str | int | bool]:
    """A value given again unchanged moves nothing; nearness counts by the old and the new data."""
    person = process.insured(records)
    sex = form.sex or person.sex
    changed = replace(
        person,
        birth=form.birth or person.birth,
        post_kind=person.post_kind if sex == person.sex else EARLIEST[sex],
    )
    near = any(
        retirement.near_retirement(record, records.accepted_on, records.parameters)
        for record in (person, changed)
    )
    return {
        "birth_date_moves": form.birth is not None and form.birth != person.birth,
        "first_work_date_moves": (
            form.first_work_on is not None and form.first_work_on != person.first_work_on
        ),
        "near_retirement": near,
    }
