"""Logs as one JSON object a line, with the request's id and without personal data.

An error's text may quote what somebody typed, so only texts of our own making are written; the stack
is always written whole.
"""

import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from database.refusals import InvariantBroken, Refusal

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# Their messages speak of code, files and rules, never of what a person entered.
_SPEAKING = (
    InvariantBroken,
    Refusal,
    OSError,
    ImportError,
    AttributeError,
    NameError,
    TypeError,
    RuntimeError,
    LookupError,
)


class JsonFormatter(logging.Formatter):
    """One record as one line; members given as ``extra={"fields": {…}}`` stand beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (current := request_id.get()) is not None:
            line["request_id"] = current
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = described(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def described(error: BaseException) -> list[dict[str, Any]]:
    """An error and what caused it, outermost first: type, message where it is safe, stack."""
    chain: list[dict[str, Any]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)
        chain.append(
            {
                "type": type(current).__qualname__,
                "message": _message(current),
                "stack": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        current = current.__cause__ or current.__context__
    return chain


def _message(error: BaseException) -> str:
    if isinstance(error, DBAPIError):
        # The first line only: further ones quote the row.
        return str(error.orig).partition("\n")[0]
    return str(error) if isinstance(error, _SPEAKING) else "withheld: it may quote personal data"


class _NotTwice(logging.Filter):
    """Drops uvicorn's own report of an error that the edge has already logged whole."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep the record."""
        return not record.getMessage().startswith("Exception in ASGI application")


def configure(level: int = logging.INFO) -> None:
    """Send every log of this process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.error").addFilter(_NotTwice())
    # The access log of our own names the path's template; uvicorn's would write addresses out.
    logging.getLogger("uvicorn.access").disabled = True
    # Every opening and closing of it is no news either.
    logging.getLogger("database.pool").setLevel(logging.WARNING)
    # It says at each look which dialect it found: twice a readiness check, and nothing new.
    logging.getLogger("alembic.runtime.migration").setLevel(logging.WARNING)
