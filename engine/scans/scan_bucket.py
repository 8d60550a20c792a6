"""Scans in a bucket that speaks S3, for offices of several nodes: ``<prefix>/ab/<digest>/<copy>``.

Nothing in a bucket is ever written over: a scan that is written again is another copy under a name of its
own, and the newest counts. So a sweep can't remove what somebody writes just now, and buckets that keep
what they hold (WORM) will do. What lies there is sealed by our key before it leaves.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from database.clock import Clock
from database.identifiers import new_id
from engine.scans.bucket import Bucket
from engine.scans.scan_store import YOUNG, Old, ScanGone, StoreAway, is_digest

_CONNECT, _WHOLE = timedelta(seconds=3), timedelta(seconds=30)
_RETRIES, _RETRYING = 2, timedelta(seconds=20)


class ScanBucket:
    """The scans of a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._store = _opened(bucket)
        # The machine's, as the store tells ages by its own.
        self._clock = Clock()
        self._away = False
        self.place_of_all = f"s3://{bucket.name}/{bucket.prefix}"
        self.another_place = "set TONGBAN_SCANS to a new folder of the bucket"

    def read(self, digest: str) -> bytes:
        """The newest copy of a scan, as it was sealed. Raises ScanGone, StoreAway."""
        with self._asked():
            copies = self._copies(digest)
            if not copies:
                raise ScanGone(digest, "the bucket")
            try:
                return bytes(obstore.get(self._store, copies[-1][0]).bytes())
            except FileNotFoundError as gone:
                raise ScanGone(digest, "the bucket") from gone

    def write(self, digest: str, sealed: bytes) -> None:
        """Add a copy, which is whole when it is there; it is the newest. Raises StoreAway."""
        self._add(digest, sealed)

    def replace(self, digest: str, sealed: bytes) -> None:
        """Add a copy and remove the earlier ones. Raises StoreAway."""
        with self._asked():
            earlier = [path for path, _ in self._copies(digest)]
        self._add(digest, sealed)
        if earlier:
            with self._asked():
                obstore.delete(self._store, earlier)

    def beginnings(self, length: int) -> Iterator[tuple[str, bytes]]:
        """The digest and the first bytes of every copy."""
        with self._asked():
            for meta in (meta for page in obstore.list(self._store) for meta in page):
                path, upto = meta["path"], min(length, meta["size"])
                read = obstore.get_range(self._store, path, start=0, length=upto) if upto else b""
                yield path.split("/")[-2], bytes(read)

    def renew(self, digest: str) -> bool:
        """Whether the newest copy is young enough to be counted on; an older one is written anew."""
        with self._asked():
            copies = self._copies(digest)
        return bool(copies) and self._clock.now() - copies[-1][1] < YOUNG / 2

    def any_stored(self) -> bool:
        """Whether anything lies under the prefix. Raises StoreAway."""
        with self._asked():
            return next((True for page in obstore.list(self._store) if page), False)

    def shelves(self, after: str) -> Iterator[str]:
        """The first two letters of digests, in order, those after one of them."""
        with self._asked():
            found = obstore.list_with_delimiter(self._store)["common_prefixes"]
        yield from sorted(name for name in (p.strip("/") for p in found) if name > after)

    def old(self, shelf: str, now: datetime) -> list[Old]:
        """Copies of scans that are a day old."""
        with self._asked():
            metas = [meta for page in obstore.list(self._store, shelf) for meta in page]
        found = []
        for path in sorted(m["path"] for m in metas if now - m["last_modified"] > YOUNG):
            digest = path.split("/")[-2]
            if is_digest(digest):
                found.append(Old(path, digest))
        return found

    def remove(self, shelf: str, old: Old, now: datetime) -> bool:  # noqa: ARG002 - its name says all
        """Remove one copy: nobody counts on it, since whoever uploads the scan again writes another."""
        with self._asked():
            obstore.delete(self._store, old.name)
        return True

    def take_in(self, folder: Path) -> Callable[[], None]:
        """Add every scan of a folder laid out as a data folder's; what removes them again.

        Raises StoreAway, after removing what it had added.
        """
        added: list[str] = []

        def undo() -> None:
            with self._asked():
                obstore.delete(self._store, added)

        try:
            scans = sorted(path for path in folder.glob("*/*/*") if is_digest(path.name))
            # One after the other: what was added before one fails is removed.
            added.extend(self._add(path.name, path.read_bytes()) for path in scans)
        except StoreAway:
            undo()
            raise
        return undo

    def failing(self) -> str | None:
        """What was wrong with the bucket when it was last asked, without its address: anybody may read it.

        It isn't asked for this: one that hangs would make the answer hang.
        """
        if self._away:
            return (
                "the store of materials (TONGBAN_SCANS) does not answer or refuses us: look at it"
            )
        return None

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Say in our words that the store is away: the library's hold its address."""
        try:
            yield
        except BaseError as failed:
            self._away = True
            raise StoreAway from failed
        self._away = False

    def _add(self, digest: str, sealed: bytes) -> str:
        # In order of time, and never twice: two windows may send the same scan at once.
        moment = int(self._clock.now().timestamp() * 1_000_000)
        path = f"{digest[:2]}/{digest}/{moment:017d}-{new_id()}"
        with self._asked():
            obstore.put(self._store, path, sealed, use_multipart=False)
        return path

    def _copies(self, digest: str) -> list[tuple[str, datetime]]:
        """Names and times of the copies of a scan, the newest last."""
        pages = obstore.list(self._store, f"{digest[:2]}/{digest}")
        return sorted((meta["path"], meta["last_modified"]) for page in pages for meta in page)


def _opened(bucket: Bucket) -> S3Store:
    local = urlsplit(bucket.endpoint).scheme == "http"
    options: dict[str, object] = {
        "connect_timeout": _CONNECT,
        "timeout": _WHOLE,
        "allow_http": local,
    }
    if bucket.authority is not None:
        options["root_certificate"] = bucket.authority
    return S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        endpoint=bucket.endpoint,
        region=bucket.region,
        access_key_id=bucket.key_id,
        secret_access_key=bucket.secret,
        virtual_hosted_style_request=False,
        client_options=options,  # type: ignore[arg-type] # ours, of the kinds it takes
        retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRYING},
    )
