"""Hypothesis strategies for a form's JSON, from its JSON Schema: what a desk could send."""

from typing import Any

from hypothesis import strategies as st

LARGEST = 10**14


def of_schema(schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Bodies with every required field, any of the others, each within its own limits."""
    fields = {name: _field(said) for name, said in schema["properties"].items()}
    required = {name: fields[name] for name in schema.get("required", ())}
    optional = {name: strategy for name, strategy in fields.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def _field(said: dict[str, Any]) -> st.SearchStrategy[Any]:
    if said.get("anyOf"):
        return st.one_of([_field({**said, **choice, "anyOf": None}) for choice in said["anyOf"]])
    if "enum" in said or "const" in said:
        return st.sampled_from(said.get("enum") or [said["const"]])
    if said["type"] == "array":
        # A few rows show all that many do.
        least, most = said.get("minItems", 0), min(said.get("maxItems", 3), 3)
        return st.lists(_field(said["items"]), min_size=least, max_size=most)
    of_type = {
        "integer": _integer,
        "string": _text,
        "null": _null,
        "boolean": _boolean,
        "object": of_schema,
    }
    return of_type[said["type"]](said)


def _null(_said: dict[str, Any]) -> st.SearchStrategy[None]:
    return st.none()


def _boolean(_said: dict[str, Any]) -> st.SearchStrategy[bool]:
    return st.booleans()


def _text(said: dict[str, Any]) -> st.SearchStrategy[str]:
    if said.get("format") == "date":
        return st.dates().map(lambda day: day.isoformat())
    if "pattern" in said:
        return st.from_regex(said["pattern"], fullmatch=True)
    return st.text(
        st.characters(exclude_categories=["C", "Z"]),
        min_size=said.get("minLength", 0),
        max_size=said.get("maxLength", 100),
    )


def _integer(said: dict[str, Any]) -> st.SearchStrategy[int]:
    if said.get("unit") == "month":
        return st.builds(lambda y, m: y * 100 + m, st.integers(1950, 2060), st.integers(1, 12))
    smallest = said.get("minimum", said.get("exclusiveMinimum", -LARGEST - 1) + 1)
    return st.integers(smallest, said.get("maximum", LARGEST))
