"""What may be done about a refusal (救济途径): review and court with their time limits, as dated data.

Source of the duty to say so: 社会保险法 83, 行政诉讼法司法解释 (the limits run from when they were told).
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from database import plain_yaml
from database.refusals import InvariantBroken

FILE = Path(__file__).with_name("remedies.yaml")


@dataclass(frozen=True, slots=True)
class Remedies:
    """What is printed; ``within`` are as the law writes them, from the day the decision is known."""

    review_within: str
    review_before: str
    review_source: str
    court_within: str
    court_source: str
    note: str
    verified: bool

    def content(self) -> dict[str, Any]:
        """As the templates read it."""
        return {
            "review": f"自知道本决定之日起{self.review_within}内，可以向{self.review_before}申请行政复议"
            f"（{self.review_source}）",
            "court": f"自知道本决定之日起{self.court_within}内，可以依法向人民法院提起行政诉讼"
            f"（{self.court_source}）",
            "note": self.note,
            "verified": self.verified,
        }


def on(day: date) -> Remedies:
    """The remedies in force on a day. Raises InvariantBroken for a day before the first entry."""
    found = [since_and for since_and in _entries() if since_and[0] <= day]
    if not found:
        raise InvariantBroken(f"remedies.yaml has no entry for {day}")
    return found[-1][1]


@cache
def _entries() -> list[tuple[date, Remedies]]:
    listed = [
        (
            entry["effective_from"],
            Remedies(
                review_within=entry["review"]["within"],
                review_before=entry["review"]["before"],
                review_source=entry["review"]["source"],
                court_within=entry["court"]["within"],
                court_source=entry["court"]["source"],
                note=entry["note"],
                verified=entry["verified"],
            ),
        )
        for entry in plain_yaml.load(FILE.read_text(encoding="utf-8"))
    ]
    return sorted(listed, key=lambda entry: entry[0])
