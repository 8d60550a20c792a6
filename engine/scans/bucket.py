"""Which bucket scans lie in, and whether the library that speaks to one is installed; without loading it."""

from dataclasses import dataclass, field
from importlib.util import find_spec


def available() -> bool:
    """Whether the library that speaks S3 is installed (the extra ``s3``)."""
    return find_spec("obstore") is not None


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where a bucket is and who we are to it.

    Attributes:
        name: the bucket.
        prefix: the folder in it, or nothing.
        endpoint: ``https://host``; plain HTTP only on this machine.
        region: as the store calls it.
        key_id: who we are.
        secret: and its proof.
        authority: a certificate (PEM) that the store's own is signed with, where no public one is.
    """

    name: str
    prefix: str
    endpoint: str
    region: str
    key_id: str
    secret: str = field(repr=False)
    authority: bytes | None = field(default=None, repr=False)
