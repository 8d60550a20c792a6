"""What waits for PostgreSQL, in as few statements as can be: joined writes are one, and so are calls."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from database.compiled import Made

Bound = tuple[Made, Sequence[Any]]

_NUMBER = re.compile(r"\$(\d+)")
_JOINED: dict[tuple[str, ...], Made] = {}
# A write of many rows gains nothing by company, and there would be as many joined ones as numbers of rows.
_MOST_VALUES = 200


def together(waiting: Sequence[Bound]) -> Iterator[Bound]:
    """What waits, in its order; writes that follow one another are one, as far as none could miss another.

    So are calls of functions, of which none twice: the second would have to come after the first.
    """
    group: list[Bound] = []
    tables: dict[str, str] = {}
    for bound in waiting:
        made, values = bound
        table = made.writes if len(values) <= _MOST_VALUES else None
        if made.calls:
            table = made.sql
        # Rows inserted after an update of their table are none of those it changes.
        again = table in tables and (tables[table], made.verb) != ("UPDATE", "INSERT")
        if table is None or again or (group and group[-1][0].calls != made.calls):
            yield from _joined(group)
            group, tables = [], {}
        if table is None:
            yield bound
        else:
            group.append(bound)
            tables[table] = made.verb
    yield from _joined(group)


def _joined(group: Sequence[Bound]) -> Iterator[Bound]:
    if len(group) < 2:  # noqa: PLR2004 - there is nothing to join
        yield from group
        return
    key = tuple(made.sql for made, _ in group)
    made = _JOINED.get(key)
    if made is None:
        made = _JOINED[key] = joined([made for made, _ in group])
    yield made, [value for _, values in group for value in values]


def joined(writes: Sequence[Made]) -> Made:
    """One PostgreSQL statement for several writes, or for several calls; its values are theirs in turn.

    Writes see the tables as they were before the first of them, and keys between them are checked at the end.
    """
    texts, count = [], 0
    for made in writes:
        begins = count
        texts.append(_NUMBER.sub(lambda found: f"${int(found[1]) + begins}", made.sql))  # noqa: B023 - at once
        count += len(made.names)
    names = ("",) * count
    if all(made.calls for made in writes):
        called = ", ".join(text.removeprefix("SELECT ") for text in texts)
        return replace(writes[-1], sql=f"SELECT {called}", names=names)
    *before, last = texts
    named = ", ".join(f"w{number} AS ({text})" for number, text in enumerate(before))
    return replace(writes[-1], sql=f"WITH {named} {last}", names=names, writes=None)
