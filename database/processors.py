"""How a value of a column's type becomes one of the driver's, and back: plain functions on the hot path.

Those of SQLAlchemy come in layers that each look once more at what can't be. Here a value of exactly the type
that a column says is done at once, and any other is left to them to write or to refuse. A JSON value goes as
its text on either database: PostgreSQL is told what it is by the statement.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, Date, Dialect, LargeBinary
from sqlalchemy.types import TypeEngine

Processor = Callable[[Any], Any]


def into(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    """What makes a value one of the driver's; None where it takes the value as it is."""
    usual = kind.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(kind, LargeBinary):
        return None
    if usual is None:
        return None
    for of, plain in ((JSON, _json), (Boolean, _flag), (Date, _day)):
        if isinstance(kind, of):
            return plain(usual)
    return usual


def out_of(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    """What makes a value of the driver's one of ours; None where it is that already."""
    usual = kind.dialect_impl(dialect).result_processor(dialect, None)
    return _from_json if usual is not None and isinstance(kind, JSON) else usual


def _json(usual: Processor) -> Processor:
    def process(value: Any) -> Any:
        kind = type(value)
        if kind is dict or kind is list:
            return orjson.dumps(value).decode()
        return usual(value)

    return process


def _from_json(value: Any) -> Any:
    return None if value is None else orjson.loads(value)


def _flag(usual: Processor) -> Processor:
    def process(value: Any) -> Any:
        return value if value is None or type(value) is bool else usual(value)

    return process


def _day(usual: Processor) -> Processor:
    def process(value: Any) -> Any:
        return value.isoformat() if type(value) is date else usual(value)

    return process
