"""While a process loads its code, nothing is searched for garbage: import this first, and say when it ended.

A million objects of modules, models and routes come into being, none of which ever goes. To look through
them again and again takes a third of a start, and each later full search would walk past them all.
"""

import gc
from functools import lru_cache

# Where the search is held back already, whoever did that lets it go on.
_HELD_BACK = gc.isenabled()
gc.disable()


@lru_cache(maxsize=1)
def loaded() -> None:
    """Set aside what was loaded, as if it were never to go, and look for garbage from now on.

    A process says so once: what it loads later is loaded as ever.
    """
    if _HELD_BACK:
        gc.freeze()
        gc.enable()
