"""Moves the scans, wherever they lie, to the version of the keys that seals now."""

from collections.abc import Iterator

from database import keys
from database.refusals import InvariantBroken
from database.resealing import Moved
from engine.scans import files
from engine.scans.scan_store import ScanStore

PURPOSE = "file"


def behind(scans: ScanStore) -> Iterator[str]:
    """The digests of scans of which anything is under an earlier version of the keys, each once."""
    seen = set()
    for digest, beginning in scans.beginnings(keys.MARK_BYTES):
        if digest not in seen and not keys.current().is_current(beginning):
            seen.add(digest)
            yield digest


def move(scans: ScanStore) -> Iterator[Moved]:
    """Seal each anew, whole or not at all. Raises StoreFull, StoreAway."""
    for digest in list(behind(scans)):
        yield _moved(scans, digest)


def _moved(scans: ScanStore, digest: str) -> Moved:
    keyring = keys.current()
    try:
        content = keyring.open(PURPOSE, files.sealed(scans, digest))
        sealed = keyring.seal(PURPOSE, content)
        files.check_sealed(digest, sealed)
    except InvariantBroken:
        # Gone since, or spoiled: verification says so, and there is nothing here to seal.
        return Moved(0, 1)
    scans.replace(digest, sealed)
    return Moved(1, 0)
