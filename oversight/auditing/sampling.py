"""Random samples that anybody can draw again: from a seal's root, an announced seed and the case numbers.

The mark of a case is HMAC-SHA-256 with the root's bytes followed by the seed (UTF-8) as key and the case
number (ASCII) as message. Of each stratum (risk level, business, accepting teller) the cases with the
smallest marks are drawn. Nobody knows the root before the journal is sealed, nor can he choose it after.
"""

import hashlib
import heapq
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

Stratum = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Eligible:
    """A case that can be drawn, as the journal tells of its acceptance."""

    case_no: str
    risk_level: int
    process: str
    teller: str

    @property
    def stratum(self) -> Stratum:
        """The group of which some cases are drawn."""
        return (self.risk_level, self.process, self.teller)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A case of a sample, and the mark (hex) by which it was drawn."""

    case: Eligible
    mark: str


def mark(root: str, seed: str, case_no: str) -> str:
    """The mark of a case under a root (hex) and a seed."""
    key = bytes.fromhex(root) + seed.encode()
    return hmac.new(key, case_no.encode("ascii"), hashlib.sha256).hexdigest()


def draw(cases: Iterable[Eligible], root: str, seed: str, per_stratum: int) -> list[Drawn]:
    """The sample: of each stratum up to ``per_stratum`` cases, by stratum and mark."""
    strata: dict[Stratum, list[tuple[str, str]]] = {}
    for case in cases:
        marked = (mark(root, seed, case.case_no), case.case_no)
        strata.setdefault(case.stratum, []).append(marked)
    return [
        Drawn(Eligible(case_no, *stratum), said)
        for stratum in sorted(strata)
        for said, case_no in heapq.nsmallest(per_stratum, strata[stratum])
    ]
