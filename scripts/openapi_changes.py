"""What a later published interface takes away from its callers, and whether the changelog says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# What lets in less when it grows, and when it shrinks.
_FLOORS = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_CEILINGS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_SHAPES = ("pattern", "format", "const")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that callers of a path may rely on today and can't later."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


@dataclass(slots=True)
class _Pair:
    """Two documents whose schemas are compared; ``asked``: they say what callers may send."""

    before: Any
    after: Any
    asked: bool
    # Schemas may contain themselves: each pair of references is compared once.
    seen: set[tuple[str, str]] = field(default_factory=set)


def incompatible(before: Any, after: Any) -> list[Change]:
    """What ``after`` takes away: paths, methods, members, values; or asks for, or no longer lets in."""
    found: list[Change] = []
    for path, methods in before["paths"].items():
        later = after["paths"].get(path)
        if later is None:
            found.append(Change(path, "the path is gone"))
            continue
        for method, operation in methods.items():
            if method not in later:
                found.append(Change(path, f"{method.upper()} is gone"))
                continue
            found += [
                Change(path, f"{method.upper()}: {what}")
                for what in _operation(before, after, operation, later[method])
            ]
    return found


def unannounced(changes: list[Change], changelog: str) -> list[Change]:
    """Those whose path isn't named in the changelog's unreleased part."""
    unreleased = re.search(r"^## Unreleased.*?(?=^## |\Z)", changelog, re.DOTALL | re.MULTILINE)
    said = unreleased.group() if unreleased else ""
    return [
        change
        for change in changes
        if not re.search(rf"(?<![\w/}}]){re.escape(change.path)}(?![\w/{{-]|\.\w)", said)
    ]


def _operation(before: Any, after: Any, old: Any, new: Any) -> Iterator[str]:
    asked = _Pair(before, after, asked=True)
    parameters = {(one["in"], one["name"]): one for one in old.get("parameters", [])}
    later = {(one["in"], one["name"]): one for one in new.get("parameters", [])}
    for key, one in later.items():
        known = parameters.get(key)
        if one.get("required") and not (known and known.get("required")):
            yield f"the {key[0]} parameter {key[1]} is asked for"
    for key, one in parameters.items():
        if key not in later:
            yield f"the {key[0]} parameter {key[1]} is gone"
        else:
            yield from _schema(asked, one["schema"], later[key]["schema"], key[1])
    body, later_body = old.get("requestBody"), new.get("requestBody")
    if later_body and later_body.get("required") and not (body and body.get("required")):
        yield "a body is asked for"
    if body and later_body:
        yield from _contents(asked, body, later_body, "body")
    elif body:
        yield "the body is gone"
    for status, answer in old["responses"].items():
        if status not in new["responses"]:
            yield f"the answer {status} is gone"
        else:
            told = _Pair(before, after, asked=False)
            yield from _contents(told, answer, new["responses"][status], f"answer {status}")


def _contents(pair: _Pair, old: Any, new: Any, where: str) -> Iterator[str]:
    for kind, content in old.get("content", {}).items():
        later = new.get("content", {}).get(kind)
        if later is None:
            yield f"{where}: {kind} is gone"
        else:
            yield from _schema(pair, content.get("schema", {}), later.get("schema", {}), where)


def _schema(pair: _Pair, old: Any, new: Any, where: str) -> list[str]:
    """What is taken away between two schemas, each of which may be a choice of several."""
    references = (old.get("$ref", ""), new.get("$ref", ""))
    if all(references):
        if references in pair.seen:
            return []
        pair.seen.add(references)
    before, after = _choices(pair.before, old), _choices(pair.after, new)
    found: list[str] = []
    for choice in before:
        # The kept choice is the one that takes the least away.
        likely = [one for one in after if _type(one) == _type(choice)] or [
            one for one in after if not _type(one)
        ]
        if not likely:
            found.append(f"{where} is no longer {_type(choice) or 'anything'}")
        elif len(likely) == 1:
            found += _plain(pair, choice, likely[0], where)
        else:
            # Whether one of several is still there is asked without remembering what was met on the way.
            each: list[list[str]] = [
                list(_plain(_Pair(pair.before, pair.after, pair.asked), choice, one, where))
                for one in likely
            ]
            least = min(each, key=len)
            found += least
    known = {_type(choice) for choice in before}
    if not pair.asked and "" not in known:
        found += [
            f"{where} may now be {_type(one) or 'anything'}"
            for one in after
            if _type(one) not in known
        ]
    return found


def _plain(pair: _Pair, old: Any, new: Any, where: str) -> Iterator[str]:
    """What is taken away between two schemas of one type."""
    yield from _values(pair, old, new, where)
    if pair.asked:
        yield from _narrowed(old, new, where)
    members, later = old.get("properties", {}), new.get("properties", {})
    for name, member in members.items():
        if name not in later:
            yield f"{where}.{name} is gone"
        else:
            yield from _schema(pair, member, later[name], f"{where}.{name}")
    one_way = (new, old) if pair.asked else (old, new)
    for name in sorted(set(one_way[0].get("required", [])) - set(one_way[1].get("required", []))):
        if name in later:
            yield f"{where}.{name} is {'asked for' if pair.asked else 'no longer always there'}"
    for inner in ("items", "additionalProperties"):
        if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
            yield from _schema(pair, old[inner], new[inner], f"{where}.{inner}")


def _values(pair: _Pair, old: Any, new: Any, where: str) -> Iterator[str]:
    if "enum" in new and "enum" in old:
        for value in old["enum"]:
            if value not in new["enum"]:
                yield f"{where}: the value {value!r} is gone"
    elif "enum" in new and pair.asked:
        yield f"{where}: only {new['enum']} is taken"


def _narrowed(old: Any, new: Any, where: str) -> Iterator[str]:
    for bound in _FLOORS:
        if bound in new and (bound not in old or new[bound] > old[bound]):
            yield f"{where}: {bound} is {new[bound]}"
    for bound in _CEILINGS:
        if bound in new and (bound not in old or new[bound] < old[bound]):
            yield f"{where}: {bound} is {new[bound]}"
    for shape in _SHAPES:
        if shape in new and new[shape] != old.get(shape):
            yield f"{where}: {shape} is {new[shape]}"
    if new.get("additionalProperties") is False and old.get("additionalProperties", True):
        yield f"{where}: other members are refused"


def _choices(document: Any, schema: Any) -> list[Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return [one for part in schema[several] for one in _choices(document, part)]
    if isinstance(schema.get("type"), list):
        return [{**schema, "type": kind} for kind in schema["type"]]
    return [schema]


def _type(schema: Any) -> str:
    return str(schema.get("type", ""))
