"""A process by which an employer enrols two new persons that its form names: what lists stand on."""

import shutil
from pathlib import Path

PROCESSES = Path(__file__).parents[1] / "processes"
MODEL, CODE = "employer_enrollment", "hired_persons"
DECLARED = '''"""An employer enrols two persons."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("新增两名职工", "Two persons are hired"),
    category="registration",
    applicant=("employer",),
    enrols=("person",),
)
'''
FORM = '''"""Who is hired."""

from engine import process
from engine.process import text


class Form(process.Form):
    """Two persons."""

    first_no: str = text("证件号码一", "First number", personal=True)
    first_name: str = text("姓名一", "First name", personal=True)
    second_no: str = text("证件号码二", "Second number", personal=True)
    second_name: str = text("姓名二", "Second name", personal=True)
'''
POSTING = '''"""Both come on the register, as employees."""

from engine import process
from register import months, newcomers
from register.entries import Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """A founding change and a relation for each."""
    enrolment, employer = process.enrolling(records), process.enrolled(records)
    month = months.of(records.accepted_on)
    changes = []
    for number, name in ((form.first_no, form.first_name), (form.second_no, form.second_name)):
        who = enrolment.new_id(number)
        kind = "M" if int(number[16]) % 2 else "F55"
        changes.append(newcomers.person(who, number, name, kind, None, records.accepted_on))
        changes.append(
            newcomers.relation(
                who, enrolment.agency_code, "EMPLOYEE", month, employer.employer_id
            )
        )
    return process.composed(records, changes=changes)
'''
EXAMPLES = """examples:
  - name: {zh: 两名, en: Two}
    record: {employer: {name: 厂, uscc: 91440300708461136T}}
    form: {first_no: "610099199804125033", first_name: 甲, second_no: "610099200102285046", second_name: 乙}
    expect: {level: 1, route: county, signers: [handler, reviewer, deputy_director, director]}
"""


def write(folder: Path) -> Path:
    """Make the process in a folder of its own; the folder for ``Settings.processes``."""
    made = folder / CODE
    shutil.copytree(PROCESSES / MODEL, made, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    diagram = made / "process.bpmn"
    diagram.write_text(diagram.read_text("utf-8").replace(MODEL, CODE), "utf-8")
    for name, said in (
        ("__init__.py", DECLARED),
        ("form.py", FORM),
        ("posting.py", POSTING),
        ("examples.yaml", EXAMPLES),
    ):
        (made / name).write_text(said, "utf-8")
    return folder
