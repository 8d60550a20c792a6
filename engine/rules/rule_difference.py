"""How two texts of a rule differ, line by line, as somebody reads it who is to sign the second."""

import difflib
from typing import Any

_AROUND = 3
_SIGNS = {"-": "removed", "+": "added", " ": "same", "@": "place"}


def lines(before: str, after: str) -> list[dict[str, Any]]:
    """The lines that differ with some around them: ``kind`` removed, added, same, or place (a gap)."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=_AROUND)
    # The first two name files, and there are none.
    return [
        {"kind": _SIGNS[line[0]], "text": line if line[0] == "@" else line[1:]}
        for number, line in enumerate(found)
        if number > 1
    ]
