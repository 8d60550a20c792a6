"""Loads the folders of processes that are installed; one that nobody registered stops no start.

What is registered must load and fit, as ever: cases begin on it. A further folder is only a proposal until a
case registers it: a mistake in it is told (log, ``/readyz``, the page of rules) and in nobody's way.
"""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from engine.defining import definitions
from engine.defining.definition import Definition
from engine.defining.definitions import Catalogue
from engine.defining.located import DefinitionRefused

Check = Callable[[Catalogue], None]


def load(
    places: Sequence[Path],
    shared: Path,
    data_dir: Path,
    check: Check,
    registered: Collection[str] | None,
) -> tuple[Catalogue, dict[str, str]]:
    """The definitions that can be used, and by code why a folder can't that is not registered.

    ``check`` refuses definitions that don't fit together; ``registered`` is None in an office that registers
    what is installed by itself: there every folder counts. Raises DefinitionRefused.
    """
    failing: dict[str, DefinitionRefused] = {}
    found = definitions.load(places, shared, data_dir, failing)
    for code, why in failing.items():
        if registered is None or code in registered:
            raise why
    told = {code: str(why) for code, why in failing.items()}
    if registered is None:
        check(found)
        return found, told
    used: list[Definition] = [one for one in found.deployed() if one.code in registered]
    check(found.using(used, {}))
    for further in [one for one in found.deployed() if one.code not in registered]:
        try:
            check(found.using([*used, further], {}))
        except DefinitionRefused as misfit:
            told[further.code] = str(misfit)
        else:
            used.append(further)
    return found.using(used, {}), told
