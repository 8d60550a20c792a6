"""The contract of an employer's business about many employees: its form's list, and what blocks a row.

One case carries the whole list and posts whole or not at all, so a row that can't be done refuses all of
them and says which one it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, Self, TypeVar

from pydantic import BeforeValidator, model_validator

from database.refusals import Invalid
from engine import process
from engine.process import Form, GateRefused, text
from register import identity
from register.records import PersonRecord, Records, Relation

MOST_ROWS = 5000
# Of what blocks a list an answer names no more rows than somebody reads; the file of errors has all.
NAMED = 100
_SHOWN = 5


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


IdNumber = Annotated[str, BeforeValidator(_upper)]


class Employee(Form):
    """One row of the list: who it is about, by number and name; a process adds what it asks of each."""

    id_no: IdNumber = text("公民身份号码", "Id number", pattern=r"^\d{17}[\dX]$", personal=True)
    name: str = text("姓名", "Name", min_length=1, max_length=50, personal=True)


R = TypeVar("R", bound=Employee)


class EmployeeList(Form, Generic[R]):
    """A form with a list of employees: typed as ``rows``, or uploaded before and named by ``list_id``.

    The engine puts the rows of a named list in their place, so a process always finds them in ``rows``.
    """

    rows: list[R] = text(
        "职工名册", "Employees", default_factory=list, max_length=MOST_ROWS, personal=True
    )
    list_id: str | None = text(
        "已上传的名册", "Uploaded list", default=None, pattern="^[0-9a-f]{64}$", widget="list"
    )

    @model_validator(mode="after")
    def _somebody_is_listed(self) -> Self:
        if not self.rows and self.list_id is None:
            raise ValueError("list at least one employee, or name an uploaded list")
        return self


@dataclass(frozen=True, slots=True)
class Problem:
    """What blocks one row, counted from 0: the field it is about, its rule, and the sentence for it."""

    row: int
    field: str
    rule: str
    zh: str
    en: str


class RowsRefused(GateRefused):
    """Rows of the list can't be done: nothing of it is, until they are corrected or taken out."""

    rule = "roster.rows"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        places = sorted({problem.row + 1 for problem in problems})
        named = [str(place) for place in places[:_SHOWN]]
        more = len(places) > _SHOWN
        first = problems[0]
        zh = f"名册有{len(places)}行不能办理：第{'、'.join(named)}{'…' if more else ''}行。{first.zh}"
        listed = ", ".join(named) + (" …" if more else "")
        super().__init__(
            f"{len(places)} rows of the list can't be done: {listed}. {first.en}",
            rule=first.rule,
            errors=[
                {"field": f"form.rows.{p.row}.{p.field}", "message": p.en, "rule": p.rule}
                for p in problems[:NAMED]
            ],
        )
        self.facts = {
            "message": {"zh": zh, "en": self.detail},
            "rows": [f"{p.row + 1}: {p.rule}" for p in problems[:NAMED]],
        }


@dataclass(frozen=True, slots=True)
class Listed(Generic[R]):
    """A row whose person is insured with the employer: the row's place, and what the register says."""

    place: int
    row: R
    person: PersonRecord
    relation: Relation

    def problem(self, rule: str, zh: str, en: str, field: str = "id_no") -> Problem:
        """What blocks this row."""
        return Problem(self.place, field, rule, zh, en)


def employed(rows: Sequence[R], records: Records) -> tuple[list[Listed[R]], list[Problem]]:
    """The rows whose persons are insured with this employer, and what is wrong with the others.

    Somebody who isn't looks the same whether he is on the register or not: an employer learns from a
    refusal nothing about the people of others. Source: 社会保险法 article 58 (the employer registers its own
    employees).
    """
    return _insured(rows, records, ended=False)


def insured_once(rows: Sequence[R], records: Records) -> tuple[list[Listed[R]], list[Problem]]:
    """As ``employed``, those whose relation with the employer has ended included: what is owed stays owed."""
    return _insured(rows, records, ended=True)


def _insured(
    rows: Sequence[R], records: Records, *, ended: bool
) -> tuple[list[Listed[R]], list[Problem]]:
    employer = process.enrolled(records)
    problems = unfit(rows, records)
    wrong = {problem.row for problem in problems}
    found: list[Listed[R]] = []
    for place, row in enumerate(rows):
        if place in wrong:
            continue
        person = records.persons.get(row.id_no)
        relation = None if person is None else _with(person, employer.employer_id, ended=ended)
        if person is None or relation is None:
            zh, en = "该人员不是本单位的参保职工", "This person is not insured with this employer."
            problems.append(Problem(place, "id_no", "roster.not_employed", zh, en))
        elif row.name not in {person.name, *person.former_names}:
            problems.append(name_differs(place))
        else:
            found.append(Listed(place, row, person, relation))
    return found, problems


def name_differs(place: int) -> Problem:
    """The name of a row is not the one the register has for its number."""
    zh, en = "姓名与登记信息不一致", "The name is not the one on the register for this number."
    return Problem(place, "name", "roster.name_differs", zh, en)


def unfit(rows: Sequence[R], records: Records) -> list[Problem]:
    """What is wrong with rows by their numbers alone: no id number, or one that was there before."""
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for place, row in enumerate(rows):
        before = seen.setdefault(row.id_no, place)
        if before != place:
            zh = f"与第{before + 1}行重复"
            en = f"The same person as in row {before + 1}."
            problems.append(Problem(place, "id_no", "roster.twice", zh, en))
            continue
        try:
            identity.check_id_no(row.id_no, records.accepted_on)
        except Invalid as wrong:
            zh = "公民身份号码有误，请核对证件"
            problems.append(Problem(place, "id_no", wrong.rule, zh, wrong.detail))
    return problems


def refuse_any(problems: Sequence[Problem]) -> None:
    """Raise RowsRefused where any row is blocked; in the order of the rows."""
    if problems:
        raise RowsRefused(sorted(problems, key=lambda problem: problem.row))


def _with(person: PersonRecord, employer_id: str, *, ended: bool) -> Relation | None:
    """The person's relation with this employer, one that is over only if ``ended``; of several the latest."""
    held = [
        relation
        for relation in person.relations
        if relation.employer_id == employer_id
        and relation.kind == "EMPLOYEE"
        and (ended or relation.status != "ENDED")
    ]
    return held[-1] if held else None
