"""How long a sign-in lasts: unused, and at the longest; set once by the composition root."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """A sign-in ends ``idle`` after its person was last seen, and ``longest`` after it began."""

    idle: timedelta = timedelta(minutes=60)
    longest: timedelta = timedelta(hours=12)


_in_force = [Limits()]


def use(limits: Limits) -> None:
    """Let these hold in this process from now on, for the sign-ins that are open too."""
    _in_force[:] = [limits]


def current() -> Limits:
    """What holds in this process."""
    return _in_force[0]
