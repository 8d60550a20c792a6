"""Renews docs/reference/openapi.json, unless it takes away what the changelog doesn't say.

usage: make openapi
"""

import json
import sys
from pathlib import Path
from typing import Any

from api import app, openapi
from api.application import Application
from scripts import openapi_changes

CHECKOUT = Path(__file__).parents[1]
PUBLISHED = CHECKOUT / "docs" / "reference" / "openapi.json"
CHANGELOG = CHECKOUT / "CHANGELOG.md"


def present() -> Any:
    """The document of the routes as they are; it needs no office."""
    bare = Application(title="tongban", version=app.VERSION)
    for part in app.PARTS:
        bare.include_router(part.router)
    openapi.publish(bare)
    return json.loads(json.dumps(bare.openapi()))


def written(document: Any) -> str:
    """A document as it is committed: one order, one indent, so that a difference can be read."""
    return json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write it: 0; or 1 where the changelog must name what is taken away."""
    document = present()
    if PUBLISHED.exists():
        before = json.loads(PUBLISHED.read_text("utf-8"))
        changes = openapi_changes.incompatible(before, document)
        silent = openapi_changes.unannounced(changes, CHANGELOG.read_text("utf-8"))
        if silent:
            sys.stderr.write("name these paths in CHANGELOG.md, Unreleased, and say what to do:\n")
            sys.stderr.writelines(f"  {change}\n" for change in silent)
            return 1
    PUBLISHED.write_text(written(document), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
