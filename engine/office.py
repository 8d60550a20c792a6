"""What every command needs besides its session: the definitions, the risk table, the folder of files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.definitions import Catalogue
from engine.message_plan import Plan
from engine.risk_file import RiskTable


@dataclass(frozen=True, slots=True)
class Office:
    """One running office, put together once by the composition root.

    ``verdicts`` are those of the proof by definition digest: on one without, no case may start.
    ``public_url`` is where the public reaches the office's pages, for papers to say; empty where it doesn't.
    ``messages`` is what applicants and staff are sent; without channels, nothing.
    """

    catalogue: Catalogue
    risk: RiskTable
    data_dir: Path
    verdicts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    public_url: str = ""
    messages: Plan = field(default_factory=Plan)
