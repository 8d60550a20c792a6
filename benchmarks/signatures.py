"""What signing and chaining add to a level-3 case, and how fast each suite signs, verifies and hashes.

Signing: the signer's key, the sign-off's canonical record, the guard's check of the signature. Chaining:
the digests of the journal's entries. Both are timed where they happen, in cases that are really accepted.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from authz.keys import signing_keys
from authz.keys.signers import OpenKey
from benchmarks._office import Place, level_3, offices, timed
from database import suites
from engine import journal, posting, signoffs

WARM, CASES = 20, 400
REPEATED = 2_000
MOST = 0.20
RECORD = b"x" * 900


class Watch:
    """Adds up the time spent in what it was put around; what runs within it counts once."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.calls = 0
        self._depth = 0

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The same act, timed."""

        def watched(*given: Any, **named: Any) -> Any:
            self._depth += 1
            began = time.perf_counter()
            try:
                return act(*given, **named)
            finally:
                self._depth -= 1
                if not self._depth:
                    self.spent += time.perf_counter() - began
                    self.calls += 1

        return watched


@contextmanager
def watching(watch: Watch) -> Iterator[None]:
    """Put the watch around signing, the guard's check of signatures, and chaining."""
    places: list[tuple[Any, str]] = [
        (OpenKey, "sign"),
        (signoffs, "covered"),
        (signoffs, "record_digest"),
        (signing_keys, "known"),
        (posting, "_signature_holds"),
        (journal, "entry_digest"),
    ]
    kept = [getattr(where, name) for where, name in places]
    for (where, name), act in zip(places, kept, strict=True):
        setattr(where, name, watch.around(act))
    yield
    for (where, name), act in zip(places, kept, strict=True):
        setattr(where, name, act)


def level_3_share(place: Place) -> None:
    """The share of signing and chaining in accepted level-3 cases."""
    persons = place.persons(WARM + CASES)
    for _ in range(WARM):
        place.accept(level_3(next(persons)))
    watch = Watch()
    with watching(watch):
        took = timed(lambda: _completed(place, next(persons)), CASES)
    assert watch.calls >= CASES * 7, "a sign-off, its check and five entries a case"
    mine = watch.spent / CASES
    added = mine / (took.wall - mine)
    verdict = "holds" if added < MOST else "ABOVE THE LIMIT"
    print(
        f"signing and chaining add {added:.1%} to a level-3 case, {place.kind} "
        f"(at most {MOST:.0%}): {verdict}. {mine * 1e3:.2f} of {took.wall * 1e3:.2f} ms"
    )


def _completed(place: Place, person: dict[str, str]) -> None:
    assert place.accept(level_3(person)).case.status == "completed"


def rates(name: str) -> None:
    """Signatures, checks and digests a second of one suite, on a record of usual size."""
    suite = suites.named(name)
    private = suite.new_private()
    public, signature = suite.public(private), suite.sign(private, RECORD)
    assert suite.verify(public, RECORD, signature)
    acts: dict[str, Callable[[], object]] = {
        "signs": lambda: suite.sign(private, RECORD),
        "verifies": lambda: suite.verify(public, RECORD, signature),
        "hashes": lambda: suite.hash(RECORD),
    }
    told = []
    for what, act in acts.items():
        took = timed(lambda act=act: act() and None, REPEATED)  # type: ignore[misc]
        told.append(f"{what} {1 / took.wall:,.0f}")
    print(f"{name}, a second: {', '.join(told)}")


def main() -> None:
    """Both suites, then both databases."""
    for name in suites.NAMES:
        rates(name)
    with offices() as places:
        for place in places:
            level_3_share(place)


if __name__ == "__main__":
    main()
