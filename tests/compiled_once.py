"""Statements compiled once for all the databases of a process, though every test opens an engine of its own.

Nothing is made cheaper or weaker: an office compiles each statement once in its life, and what comes of it
follows from the statement and the kind of database alone. A test's office lives for a second.
"""

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.util import LRUCache

from database import connection

STATEMENTS = 5_000
_compiled: dict[type[Any], Any] = {}
_kinds: dict[type[Any], type[Any]] = {}


def remember() -> None:
    """Let the engines that this process opens from now on share what they compile."""
    product: Any = connection
    product.create_engine = _sharing


def _sharing(*arguments: Any, **options: Any) -> Engine:
    engine = create_engine(*arguments, **options)
    found = type(engine.dialect)
    engine.dialect.__class__ = _alike(found)
    engine._compiled_cache = _compiled.setdefault(found, LRUCache(STATEMENTS))
    return engine


def _alike(kind: type[Any]) -> type[Any]:
    """The same dialect; one that talks to the same version of a server is as good as another."""
    if kind not in _kinds:
        said = {
            "__eq__": lambda self, other: self is other or _told(self) == _told(other),
            "__hash__": lambda _: hash(kind),
            # Asked of the class itself.
            "supports_statement_cache": kind.supports_statement_cache,
            # What looks for a dialect's own class, by name or place, finds it.
            "__module__": kind.__module__,
            "__qualname__": kind.__qualname__,
        }
        _kinds[kind] = type(kind.__name__, (kind,), said)
    return _kinds[kind]


def _told(dialect: Any) -> tuple[Any, ...]:
    return type(dialect), getattr(dialect, "server_version_info", None)
