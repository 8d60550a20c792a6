"""The fields of a process's form as a page draws them, read from the form's JSON Schema.

A process says what its fields are once, in ``form.py``; no page knows any process by name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.defining.definitions import Definition
from web.texts import mark

Kind = Literal[
    "text", "wide", "long", "choice", "date", "month", "yuan", "number", "yes_no", "rows", "list"
]

# Longer texts get a wider box, very long ones one of several lines.
WIDE, LONG = 100, 200
# Of a list whose form names no limit; longer lists are a file, not a form.
MOST_ROWS = 20
# Of a list that may be uploaded; what a form sends is bounded too.
MOST_TYPED = 30
_DIGITS = re.compile(r"^\^\\d\{(\d+)(?:,(\d+))?\}\$$")
_MOBILE = r"^1[3-9]\d{9}$"
DATE_HINT = mark("For example 2026-11-02 or 20261102")
MONTH_HINT = mark("For example 2026-11")
YUAN_HINT = mark("In yuan, at most two decimals")
MOBILE_HINT = mark("A mobile number has 11 digits")
DIGITS_HINT = mark("%(least)s digits")
RANGE_HINT = mark("%(least)s to %(most)s digits")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: how it is drawn and what it must be. ``hint`` is a text with the figures of ``sizes``.

    A short list (``rows``) has ``columns``, the fields of each row, and at most ``most_rows`` of them.
    """

    name: str
    titles: Mapping[str, str]
    kind: Kind
    required: bool
    personal: bool
    choices: Sequence[tuple[str, Mapping[str, str]]] = ()
    default: str = ""
    max_length: int = 200
    hint: str = ""
    sizes: Mapping[str, int] | None = None
    columns: Sequence["Field"] = ()
    most_rows: int = 0

    @property
    def path(self) -> str:
        """What errors of the API call it."""
        return f"form.{self.name}"

    def cell(self, row: int, column: "Field") -> str:
        """What the text of a column in a row (from 0) is called: ``periods.0.to_month``."""
        return f"{self.name}.{row}.{column.name}"

    def cells(self) -> list[str]:
        """Every cell the list may have."""
        return [self.cell(row, one) for row in range(self.most_rows) for one in self.columns]

    def filled(self, typed: Mapping[str, str]) -> list[dict[str, str]]:
        """The rows as typed, by column, up to the last one with anything in it."""
        rows = [
            {one.name: typed.get(self.cell(row, one), "") for one in self.columns}
            for row in range(self.most_rows)
        ]
        while rows and not any(rows[-1].values()):
            rows.pop()
        return rows


def of(definition: Definition) -> list[Field]:
    """The fields of a process, in the order its form declares them."""
    return of_schema(definition.form_schema())


def of_schema(schema: Mapping[str, Any]) -> list[Field]:
    """The fields that a form's JSON Schema describes, in its order."""
    required = set(schema.get("required", ()))
    found = [_field(name, said, name in required) for name, said in schema["properties"].items()]
    # A list of people comes after what holds for all of them.
    return sorted(found, key=lambda one: (one.kind == "list", one.kind == "rows" and one.personal))


def _field(name: str, said: Mapping[str, Any], required: bool) -> Field:
    allowed = _allowed(said)
    kind = _kind(said, allowed)
    hint, sizes = _hint(kind, str(allowed.get("pattern", "")))
    return Field(
        name=name,
        titles={"zh": str(said.get("title_zh", name)), "en": str(said.get("title", name))},
        kind=kind,
        required=required,
        personal=bool(said.get("personal")),
        choices=_choices(said, allowed),
        # Only a choice has a default that says the same as typed.
        default=str(said.get("default") or "") if kind == "choice" else "",
        max_length=int(allowed.get("maxLength", 200)),
        hint=hint,
        sizes=sizes,
        columns=of_schema(allowed["items"]) if kind == "rows" else (),
        most_rows=min(int(allowed.get("maxItems", MOST_ROWS)), MOST_TYPED) if kind == "rows" else 0,
    )


def _allowed(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a value may be, where it may also be left out."""
    options: list[Mapping[str, Any]] = said.get("anyOf", [said])
    given = [option for option in options if option.get("type") != "null"]
    # A pattern may stand beside the alternatives as well as in one of them.
    return {**said, **given[0]} if given else said


def _kind(said: Mapping[str, Any], allowed: Mapping[str, Any]) -> Kind:
    if "enum" in allowed or "choices" in said or "const" in allowed:
        return "choice"
    if allowed.get("type") == "array" or said.get("widget") == "list":
        return "rows" if allowed.get("type") == "array" else "list"
    if allowed.get("format") == "date":
        return "date"
    if allowed.get("type") == "boolean":
        return "yes_no"
    if allowed.get("type") == "integer":
        units: dict[str, Kind] = {"month": "month", "cents": "yuan"}
        return units.get(str(said.get("unit", "")), "number")
    longest = int(allowed.get("maxLength", 0))
    return "long" if longest > LONG else "wide" if longest > WIDE else "text"


def _choices(
    said: Mapping[str, Any], allowed: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, str]]]:
    named: Mapping[str, Mapping[str, str]] = said.get("choices", {})
    values = allowed.get("enum") or ([allowed["const"]] if "const" in allowed else list(named))
    return [
        (str(value), named.get(str(value), {"zh": str(value), "en": str(value)}))
        for value in values
    ]


def _hint(kind: Kind, pattern: str) -> tuple[str, Mapping[str, int] | None]:
    """What a value looks like, in words: an error then needs no other."""
    simple = {"date": DATE_HINT, "month": MONTH_HINT, "yuan": YUAN_HINT}.get(kind)
    if simple is not None:
        return simple, None
    if pattern == _MOBILE:
        return MOBILE_HINT, None
    found = _DIGITS.match(pattern)
    if found is None:
        return "", None
    least, most = found.groups()
    if most is None:
        return DIGITS_HINT, {"least": int(least)}
    return RANGE_HINT, {"least": int(least), "most": int(most)}
