"""Loads the folders of processes that are installed; one that nobody registered stops no start.

What is registered must load and fit, as ever: cases begin on it. A further folder is only a proposal until a
case registers it: a mistake in it is told (log, ``/readyz``, the page of rules) and in nobody's way.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.defining import definitions
from engine.defining.definition import Definition
from engine.defining.definitions import Catalogue
from engine.defining.located import DefinitionRefused

Check = Callable[[Catalogue], None]
# Whether a folder of this code must load and fit, for the office to start.
Demanded = Callable[[str], bool]


def load(
    places: Sequence[Path],
    shared: Path,
    data_dir: Path,
    check: Check,
    demanded: Demanded,
) -> tuple[Catalogue, dict[str, str]]:
    """The definitions that can be used, and by code why a folder can't that is not demanded.

    ``check`` refuses definitions that don't fit together. Raises DefinitionRefused.
    """
    failing: dict[str, DefinitionRefused] = {}
    found = definitions.load(places, shared, data_dir, failing)
    for code, why in failing.items():
        if demanded(code):
            raise why
    told = {code: str(why) for code, why in failing.items()}
    used: list[Definition] = [one for one in found.deployed() if demanded(one.code)]
    check(found.using(used, {}))
    for further in [one for one in found.deployed() if not demanded(one.code)]:
        try:
            check(found.using([*used, further], {}))
        except DefinitionRefused as misfit:
            told[further.code] = str(misfit)
        else:
            used.append(further)
    return found.using(used, {}), told
