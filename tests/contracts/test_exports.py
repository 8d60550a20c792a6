"""No answer that is a file is forgotten: each is numbered, counted and marked, or says why it isn't."""

import ast
import json
from pathlib import Path

from api.auditing import exports

CHECKOUT = Path(__file__).parents[2]
JSON = ("application/json", "application/problem+json")
# Routes of the desk that answer a file themselves: what they give out is in no document of the interface.
AT_THE_DESK = {
    # The application form that the client has just filled in, for him to sign.
    "web/counter/committing.py",
    # A challenge for the holder of a key.
    "web/signing_in/keys.py",
    # A scan that the page shows.
    "web/scan_answer.py",
}


def files() -> set[str]:
    """Every operation of the published interface that answers something else than JSON."""
    published = json.loads((CHECKOUT / "docs" / "reference" / "openapi.json").read_text())
    return {
        f"{verb.upper()} {path}"
        for path, verbs in published["paths"].items()
        for verb, operation in verbs.items()
        for answer in operation["responses"].values()
        if set(answer.get("content", ())) - set(JSON)
    }


def test_every_file_is_an_export_or_says_why_not() -> None:
    assert files() == exports.COUNTED | set(exports.NOT_COUNTED)
    assert not exports.COUNTED & set(exports.NOT_COUNTED)


def test_no_page_of_the_desk_gives_a_file_out_by_itself() -> None:
    naming = {
        str(path.relative_to(CHECKOUT))
        for path in (CHECKOUT / "web").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and node.value == "content-disposition"
    }

    assert naming == AT_THE_DESK
