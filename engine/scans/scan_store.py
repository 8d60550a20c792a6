"""Where sealed scans lie: a folder or a bucket, which keep them by digest and know nothing else of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from database.refusals import InvariantBroken, Unavailable

# A scan is written before its row, so a young one may be waiting for it; one that is older isn't.
YOUNG = timedelta(days=1)
_DIGEST = re.compile("[0-9a-f]{64}")


class StoreFull(Unavailable):
    """The disk for materials is full; nothing was stored. The administrator makes room."""

    rule = "disk.full"


class StoreAway(Unavailable):
    """The store of materials does not answer, or refuses us; nothing was stored. Try again soon.

    The administrator looks at it (``/health/ready``); business without scans goes on meanwhile.
    """

    rule = "scans.away"


class ScanGone(InvariantBroken):
    """A scan that a row names is not where scans lie."""

    def __init__(self, digest: str, place: str) -> None:
        super().__init__(f"the stored file {digest[:12]}… is gone from {place}")


def is_digest(text: str) -> bool:
    """Whether this names a scan."""
    return _DIGEST.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Old:
    """Something that has lain for ``YOUNG``: ``digest`` is None where it isn't a scan but a piece of one."""

    name: str
    digest: str | None


class ScanStore(Protocol):
    """What a place for scans does. Every method may raise StoreAway; digests are well formed."""

    @property
    def place_of_all(self) -> str:
        """Where scans lie, in words for the administrator."""

    @property
    def another_place(self) -> str:
        """How he names another place."""

    def read(self, digest: str) -> bytes:
        """A scan as it was sealed. Raises ScanGone."""

    def write(self, digest: str, sealed: bytes) -> None:
        """Keep a scan, whole or not at all, instead of what lay there. Raises StoreFull."""

    def replace(self, digest: str, sealed: bytes) -> None:
        """Keep a scan that was sealed anew; nothing of it stays as it was sealed before. Raises StoreFull."""

    def beginnings(self, length: int) -> Iterator[tuple[str, bytes]]:
        """The digest and the first bytes of everything that is kept, in no order."""

    def renew(self, digest: str) -> bool:
        """Let a scan that is there count as written now; False where it must be written anew."""

    def any_stored(self) -> bool:
        """Whether anything is kept here."""

    def shelves(self, after: str) -> Iterator[str]:
        """The parts it is swept by, in order, those after one of them."""

    def old(self, shelf: str, now: datetime) -> list[Old]:
        """What has lain on a shelf for ``YOUNG``, in order."""

    def remove(self, shelf: str, old: Old, now: datetime) -> bool:
        """Remove something old; False where somebody counts on it since."""

    def take_in(self, folder: Path) -> Callable[[], None]:
        """Take over the scans of a folder laid out as ours, into an empty store; what undoes it."""

    def failing(self) -> str | None:
        """What is wrong with it, in words for whoever may ask; None where nothing is."""
