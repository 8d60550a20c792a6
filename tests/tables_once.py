"""Risk tables parsed once for each text: every office that a test opens reads the shipped one.

Nothing is believed that should be looked at: the text is read from its file each time, and a table follows
from text and name alone. None is ever changed.
"""

from functools import lru_cache
from typing import Any

from engine.rules import risk_file

TABLES = 50


def remember() -> None:
    """Let this process remember, from now on."""
    product: Any = risk_file
    product.parse = lru_cache(maxsize=TABLES)(risk_file.parse)
