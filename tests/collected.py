"""What a process holds until it ends is not searched for garbage over and over.

A million objects of modules, models, routes and collected tests never go; a full collection walks past all
of them, which takes longer than most tests. Garbage that arises later is found as ever, only in larger lots.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects born between two looks at the youngest; Python's own 700 are for programs that hold little.
YOUNGEST = 20_000


def in_larger_lots() -> None:
    """Look for garbage less often, from now on."""
    gc.set_threshold(YOUNGEST, *gc.get_threshold()[1:])


def settle() -> None:
    """Set aside what is held now, as if it were never to go."""
    gc.collect()
    gc.freeze()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Meanwhile nothing is looked at; what is held at the end is set aside."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        settle()
