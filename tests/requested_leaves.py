"""Leaves and namings that random requests may ask about: of days so far off that nobody is away by them."""

from dataclasses import dataclass, field

from tests import leave_commands
from tests.people import Hall


@dataclass
class RequestedLeaves:
    """What was entered so far, the newest last."""

    hall: Hall
    leaves: list[str] = field(default_factory=list)
    namings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.leave()
        self.naming()

    def leave(self) -> str:
        """A new leave of the guide's, which waits for its confirmation."""
        self.leaves.append(leave_commands.entered(self.hall))
        return self.leaves[-1]

    def naming(self) -> str:
        """A new naming for a county."""
        self.namings.append(leave_commands.named(self.hall))
        return self.namings[-1]
