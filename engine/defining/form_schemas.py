"""A form's JSON Schema in one piece: what it refers to by ``$ref`` stands where it is used.

Pages, papers and tests then read a list of rows as they read any field, without looking anything up.
"""

from collections.abc import Mapping
from typing import Any

_PREFIX = "#/$defs/"


def whole(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema without references; forms don't contain themselves, so that this ends."""
    defined: Mapping[str, Any] = schema.get("$defs", {})
    return {name: _resolved(said, defined) for name, said in schema.items() if name != "$defs"}


def _resolved(part: Any, defined: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_resolved(each, defined) for each in part]
    if not isinstance(part, Mapping):
        return part
    if "$ref" in part:
        beside = {name: said for name, said in part.items() if name != "$ref"}
        named = defined[str(part["$ref"]).removeprefix(_PREFIX)]
        return _resolved({**named, **beside}, defined)
    return {name: _resolved(said, defined) for name, said in part.items()}
