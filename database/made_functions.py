"""Functions made for one statement: its values as the driver takes them, its rows as objects or by name.

Each is written out and compiled once a statement, as the standard library does for named tuples: going
through columns and processors in a loop took as long as what the processors themselves do.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]


def binding(
    names: Sequence[str],
    given: Collection[str],
    processes: Mapping[str, Processor],
    fixed: Values,
    *,
    numbered: bool,
) -> Callable[[Values], Sequence[Any]]:
    """What takes the values of these names in their order, each through its processor.

    ``given`` are the names that are said each time; the others have their value from ``fixed``. Where
    parameters are ``numbered`` an integer goes as a text: the driver tells its type by its size, and the
    server would prepare a statement for every mixture of sizes; a text it reads as what its column is.
    """
    scope: dict[str, Any] = {}
    words = []
    for place, name in enumerate(names):
        word = f"said[{name!r}]"
        if name not in given:
            word = f"fixed{place}"
            scope[word] = fixed[name]
        process = processes.get(name)
        if process is not None:
            scope[f"process{place}"] = process
            word = f"process{place}({word})"
        elif numbered:
            word = f"(str(value) if type(value := {word}) is int else value)"
        words.append(f"{word}, ")
    return _function(f"lambda said: ({''.join(words)})", scope)


def reading(row: type, processes: Mapping[int, Processor], width: int) -> Callable[[Any], Any]:
    """What makes a row of the driver's one of this class of tuples, its values through their processors."""
    if not processes:
        return partial(tuple.__new__, row)
    scope = {"new": tuple.__new__, "row": row}
    cells = "".join(f"{cell}, " for cell in _cells(processes, width, scope))
    return _function(f"lambda found: new(row, ({cells}))", scope)


def naming(
    keys: Sequence[str], processes: Mapping[int, Processor]
) -> Callable[[Any], dict[str, Any]]:
    """As ``reading``, by the names of the columns."""
    scope: dict[str, Any] = {}
    cells = zip(keys, _cells(processes, len(keys), scope), strict=True)
    said = ", ".join(f"{key!r}: {cell}" for key, cell in cells)
    return _function(f"lambda found: {{{said}}}", scope)


def _cells(processes: Mapping[int, Processor], width: int, scope: dict[str, Any]) -> list[str]:
    cells = []
    for place in range(width):
        cell = f"found[{place}]"
        if place in processes:
            scope[f"process{place}"] = processes[place]
            cell = f"process{place}({cell})"
        cells.append(cell)
    return cells


def _function(words: str, scope: dict[str, Any]) -> Callable[[Any], Any]:
    # Of names that a statement of ours has, written as literals; never of a value.
    made: Callable[[Any], Any] = eval(words, scope)  # noqa: S307
    return made
