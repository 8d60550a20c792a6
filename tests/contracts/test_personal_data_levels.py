"""Every encrypted column has one level of protection in the explanation, and nothing else has one."""

import re
from collections import Counter
from pathlib import Path

import api.app  # noqa: F401 - so that every table is there
from database import resealing
from database.declarative import Base

EXPLAINED = Path(__file__).parents[2] / "docs" / "explanation" / "personal-data.md"
LEVELS = {"secret", "sensitive", "personal", "words"}


def test_every_encrypted_column_has_one_level() -> None:
    text = EXPLAINED.read_text().partition("## The columns")[2].partition("Beside them")[0]
    levels = dict(re.findall(r"^\*\*(\w+)\*\*: (.+?)\.$", text, re.MULTILINE | re.DOTALL))
    listed = Counter(re.findall(r"`(\w+\.\w+)`", text))
    encrypted = {
        f"{table.table.name}.{column}"
        for table in resealing.tables(Base.metadata)
        for column, _ in table.purposes
    }

    assert set(levels) == LEVELS
    assert {column for column, count in listed.items() if count > 1} == set()
    assert set(listed) == encrypted
