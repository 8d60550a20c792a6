"""The parameters a computation used, with what each is called: what a reader needs to judge the figures."""

from collections.abc import Iterable, Mapping
from typing import Any

from register import parameters


def titled(use: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter as it was used, with title and unit; an entry of a table brings its key in the name.

    What an old case used and nobody ships any more is called by its name.
    """
    name = str(use["name"])
    known = parameters.in_use().get(name.partition("[")[0])
    if known is None:
        return {**use, "title": {"zh": name, "en": name}, "unit": ""}
    return {**use, "title": {"zh": known.title_zh, "en": known.title_en}, "unit": known.unit}


def unverified(uses: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Those that nobody compared with their documents yet (待核实), titled."""
    return [titled(use) for use in uses if not use["verified"]]
