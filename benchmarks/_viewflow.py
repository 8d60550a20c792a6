"""Django for the benchmark beside django-viewflow: configured when imported, then pointed at a database.

Importing it comes before importing the flow, whose models ask Django for its settings.
"""

from pathlib import Path
from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from sqlalchemy.engine import make_url

from database.connection import SQLITE_PRAGMAS

_DURABLE = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
_APPS = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "viewflow",
    "viewflow.workflow",
    "benchmarks._viewflow.Benchmarks",
)


class Benchmarks(AppConfig):  # type: ignore[misc]
    """What Django calls the home of the flow."""

    name = "benchmarks"
    path = str(Path(__file__).parent)


def open_on(url: str) -> None:
    """Point Django at a database, with the same durability as the office's, and make its tables."""
    if "default" in connections.settings:
        connections["default"].close()
        del connections["default"]
    connections.settings = connections.configure_settings({"default": _described(url)})
    call_command("migrate", verbosity=0)


def _described(url: str) -> dict[str, Any]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        pragmas = "".join(f"PRAGMA {name}={SQLITE_PRAGMAS[name]};" for name in _DURABLE)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(parsed.database),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": pragmas},
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parsed.database,
        "USER": parsed.username,
        "HOST": parsed.query["host"],
    }


settings.configure(
    INSTALLED_APPS=_APPS, USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField"
)
django.setup()
