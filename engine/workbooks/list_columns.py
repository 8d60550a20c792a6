"""The columns of a process's list, read from its form: for the template, and for reading what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from database.refusals import NotFound
from engine.defining.definition import Definition
from engine.employee_lists import Employee, EmployeeList

Kind = Literal["text", "choice", "date", "month", "yuan", "number"]


class TakesNoList(NotFound):
    """This business takes no list of employees."""

    rule = "roster.no_list"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field's name, its titles, and how its values are written.

    ``choices`` are what each allowed value is called, by the value.
    """

    name: str
    zh: str
    en: str
    kind: Kind
    required: bool
    choices: Mapping[str, Mapping[str, str]]

    @property
    def titles(self) -> Sequence[str]:
        """What a head may call it."""
        return (self.zh, self.en, self.name)


def of(definition: Definition) -> list[Column]:
    """The columns, in the form's order. Raises TakesNoList."""
    row_model(definition)
    listed = definition.form_schema()["properties"]["rows"]["items"]
    required = set(listed.get("required", ()))
    return [_column(name, said, name in required) for name, said in listed["properties"].items()]


def row_model(definition: Definition) -> type[Employee]:
    """The model of one row. Raises TakesNoList."""
    if not issubclass(definition.form, EmployeeList):
        raise TakesNoList
    model: type[Employee] = get_args(definition.form.model_fields["rows"].annotation)[0]
    return model


def _column(name: str, said: Mapping[str, Any], required: bool) -> Column:
    options = [one for one in said.get("anyOf", (said,)) if one.get("type") != "null"]
    allowed = {**said, **options[0]}
    return Column(
        name=name,
        zh=str(said["title_zh"]),
        en=str(said["title"]),
        kind=_kind(allowed),
        required=required,
        choices=said.get("choices", {}),
    )


def _kind(allowed: Mapping[str, Any]) -> Kind:
    if allowed.get("choices"):
        return "choice"
    if allowed.get("format") == "date":
        return "date"
    if allowed.get("type") == "integer":
        units: dict[str, Kind] = {"month": "month", "cents": "yuan"}
        return units.get(str(allowed.get("unit", "")), "number")
    return "text"
