"""Reads the parameter files and refuses what can't be trusted: overlaps, gaps in sourcing, floats.

A file holds a list of parameters: ``name``, ``title`` (zh, en), ``unit`` and ``values``, each value with
``effective_from``, optional ``effective_to`` (the last day), ``value``, ``source`` and ``verified``.
Decimals are written as quoted text, so that YAML never makes a float of them.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from database import plain_yaml
from database.plain_yaml import NotPlain

Scalar = int | Decimal | str
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DECIMAL = re.compile(r"-?\d+\.\d+")
_SHOWN = 60
_PARAMETER_KEYS = {"name", "title", "unit", "values"}
_VALUE_KEYS = {"effective_from", "value", "source", "verified"}


class ParametersRefused(Exception):  # noqa: N818 - it refuses to start
    """A parameter file can't be used; the message names file, parameter and what is wrong."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a parameter is from one day on; ``effective_to`` is the last day, None means until further."""

    effective_from: date
    effective_to: date | None
    value: Scalar | Mapping[str, Scalar]
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One named parameter with its dated values, oldest first."""

    name: str
    title_zh: str
    title_en: str
    unit: str
    values: tuple[Value, ...]


def load(folder: Path) -> Mapping[str, Parameter]:
    """Every parameter of a folder's ``*.yaml``. Raises ParametersRefused naming file and parameter."""
    return parse(texts(folder))


def texts(folder: Path) -> dict[str, str]:
    """What a folder's ``*.yaml`` say, by their names. Raises ParametersRefused."""
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as wrong:
            raise ParametersRefused(f"{path.name}: is not UTF-8 text") from wrong
    return found


def parse(files: Mapping[str, str]) -> Mapping[str, Parameter]:
    """Every parameter that these texts hold, by the names of their files. Raises ParametersRefused."""
    known: dict[str, Parameter] = {}
    for file, text in files.items():
        for raw in _listed(file, text):
            parameter = _parameter(file, raw)
            if parameter.name in known:
                raise ParametersRefused(f"{file}: {parameter.name} is defined twice")
            known[parameter.name] = parameter
    if not known:
        raise ParametersRefused("no parameter files found")
    return MappingProxyType(known)


def changed(before: Mapping[str, Parameter], after: Mapping[str, Parameter]) -> list[str]:
    """Which values differ, each by its parameter's name and the first day it is in force."""
    return sorted(
        f"{name} {day.isoformat()}"
        for name in {*before, *after}
        for day in _days_that_differ(before.get(name), after.get(name))
    )


def _days_that_differ(before: Parameter | None, after: Parameter | None) -> set[date]:
    was, becomes = (
        {value.effective_from: value for value in known.values} if known else {}
        for known in (before, after)
    )
    return {day for day in {*was, *becomes} if was.get(day) != becomes.get(day)}


def _listed(file: str, text: str) -> list[Any]:
    try:
        listed = plain_yaml.load(text)
    except NotPlain as wrong:
        raise ParametersRefused(f"{file}: is not plain YAML: {wrong}") from wrong
    if not isinstance(listed, list):
        raise ParametersRefused(f"{file}: holds a list of parameters")
    return listed


def _parameter(file: str, raw: Any) -> Parameter:
    name = raw.get("name") if isinstance(raw, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ParametersRefused(
            f"{file}: every entry needs a name in snake_case, found {_short(name)}"
        )
    place = f"{file}: {name}"
    if set(raw) != _PARAMETER_KEYS:
        raise ParametersRefused(f"{place}: has exactly {sorted(_PARAMETER_KEYS)}")
    title = raw["title"]
    if not isinstance(title, dict) or set(title) != {"zh", "en"} or not _texts(title):
        raise ParametersRefused(f"{place}: its title needs zh and en")
    if not isinstance(raw["values"], list) or not raw["values"]:
        raise ParametersRefused(f"{place}: needs at least one dated value")
    values = tuple(_value(place, value) for value in raw["values"])
    _in_order(place, values)
    return Parameter(name, title["zh"], title["en"], str(raw["unit"]), values)


def _value(place: str, raw: Any) -> Value:
    if not isinstance(raw, dict) or not _VALUE_KEYS <= set(raw) <= _VALUE_KEYS | {"effective_to"}:
        raise ParametersRefused(
            f"{place}: a value has effective_from, value, source, verified and may have effective_to"
        )
    begins, ends = raw["effective_from"], raw.get("effective_to")
    if type(begins) is not date or (ends is not None and type(ends) is not date):
        raise ParametersRefused(f"{place}: its days are written YYYY-MM-DD")
    dated = f"{place} from {begins.isoformat()}"
    if not isinstance(raw["source"], str) or not raw["source"].strip():
        raise ParametersRefused(f"{dated}: says no source")
    if not isinstance(raw["verified"], bool):
        raise ParametersRefused(f"{dated}: verified is true or false")
    if ends is not None and ends < begins:
        raise ParametersRefused(f"{dated}: ends before it begins")
    value: Scalar | Mapping[str, Scalar]
    if isinstance(raw["value"], dict):
        value = MappingProxyType(
            {str(key): _scalar(dated, entry) for key, entry in raw["value"].items()}
        )
    else:
        value = _scalar(dated, raw["value"])
    return Value(begins, ends, value, raw["source"].strip(), raw["verified"])


def _texts(title: Mapping[str, Any]) -> bool:
    return all(isinstance(said, str) for said in title.values())


def _short(raw: Any) -> str:
    """What was found, short enough for a message."""
    said = repr(raw)
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"


def _scalar(dated: str, raw: Any) -> Scalar:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw:
        return Decimal(raw) if _DECIMAL.fullmatch(raw) else raw
    raise ParametersRefused(
        f'{dated}: write integers bare and decimals quoted ("0.08"), not {_short(raw)}'
    )


def _in_order(place: str, values: tuple[Value, ...]) -> None:
    for earlier, later in itertools.pairwise(values):
        if later.effective_from <= earlier.effective_from:
            raise ParametersRefused(
                f"{place}: its values are not in order at {later.effective_from.isoformat()}"
            )
        if earlier.effective_to is not None and earlier.effective_to >= later.effective_from:
            raise ParametersRefused(
                f"{place}: two values are in force on {later.effective_from.isoformat()}"
            )
