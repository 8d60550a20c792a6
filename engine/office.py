"""What every command needs besides its session: the definitions, the risk table, the stores of files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from database.refusals import InvariantBroken
from engine.defining.definitions import Catalogue, Definition
from engine.outgoing.message_plan import Plan
from engine.rules.risk_file import RiskTable
from engine.rules.rule_kinds import Rules, Texts
from engine.rules.rules_in_force import InForce
from engine.scans.scan_folder import ScanFolder
from engine.scans.scan_store import ScanStore

# What the proof says of a definition under a risk table.
Prove = Callable[[Definition, RiskTable], Mapping[str, Any]]


def nobody_proves(definition: Definition, table: RiskTable) -> Mapping[str, Any]:
    """Of an office without the proof: nothing is taken for proven."""
    raise InvariantBroken(f"no proof is at hand for {definition.code} under {table.digest[:12]}")


@dataclass(frozen=True, slots=True)
class Office:
    """One running office, put together once by the composition root.

    ``catalogue`` are the processes in force, before any is registered those that are installed.
    ``verdicts`` are those of the proof by definition digest: on one without, no case may start; ``prove``
    says that of a definition that is only proposed.
    ``in_force`` are the registered rules it works by, ``rules`` what they say (None before any is), and
    ``installed`` those that its files would say.
    ``unusable`` are installed folders that nobody registered and that can't be used, each with why.
    ``public_url`` is where the public reaches the office's pages, for papers to say; empty where it doesn't.
    ``store`` is where scans lie, where that isn't the data folder.
    ``messages`` is what applicants and staff are sent; without channels, nothing.
    """

    catalogue: Catalogue
    risk: RiskTable
    data_dir: Path
    verdicts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    public_url: str = ""
    in_force: InForce = field(default_factory=InForce)
    rules: Rules | None = None
    installed: Texts = field(default_factory=dict)
    unusable: Mapping[str, str] = field(default_factory=dict)
    store: ScanStore | None = None
    messages: Plan = field(default_factory=Plan)
    prove: Prove = nobody_proves

    @property
    def scans(self) -> ScanStore:
        """Where scans of materials lie."""
        return ScanFolder(self.data_dir) if self.store is None else self.store
