"""``tongban worker``: the jobs in a process of their own; and those that ``tongban serve`` runs beside it."""

import argparse
import os
import signal
import sys
from types import FrameType

from api import composition, idempotency
from api.composition import Opened
from api.monitoring import logs
from api.running import stopping
from api.running.following import Following
from api.settings import Settings
from database import schema
from jobs import catalogue, store
from jobs.job import Job
from jobs.running import Jobs
from jobs.turns import Runner

# What this room keeps for a while, and how to remove it.
EXPIRE = {"idempotency_keys": idempotency.remove_old}


def all_of(opened: Opened) -> list[Job]:
    """The jobs of an office."""
    return catalogue.of(opened.seal_seconds, EXPIRE)


def runner(opened: Opened, rules: Following) -> Runner:
    """The jobs of this process, which nothing starts yet; each turn works by the rules of then."""
    return Runner(rules.now, opened.sessions, all_of(opened))


def jobs(opened: Opened, rules: Following) -> Jobs:
    """The jobs of this process, to be started and stopped."""
    url = opened.sessions.engine.url.render_as_string(hide_password=False)
    return Jobs(runner(opened, rules), url)


def worker(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Run the jobs until told to stop: 0 where what was under way is finished, else 1."""
    del arguments
    opened = composition.open_office(chosen)
    try:
        composition.require_ticks(chosen)
        logs.configure()
        # A handler must take no lock, which it may just have interrupted: so it says it through a pipe.
        woken, wake = os.pipe()

        def tell(sig: int, frame: FrameType | None) -> None:
            del sig, frame
            os.write(wake, b"!")

        for sig in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sig, tell)
        running = jobs(opened, Following(opened))
        running.start()
        sys.stdout.write("tongban worker runs the jobs\n")
        sys.stdout.flush()
        os.read(woken, 1)
        return 0 if running.stop() else stopping.UNFINISHED
    finally:
        opened.sessions.engine.dispose()


def migrate(chosen: Settings) -> None:
    """Bring the office's schema and that of its ticks to the newest, as their owner. Raises SchemaRefused."""
    # Alembic and the migrations are 15 MB, of which no server asks.
    from database import migrating  # noqa: PLC0415

    owner = chosen.migration_url or chosen.database_url
    role = schema.app_role(chosen.database_url, chosen.migration_url)
    migrating.migrate(owner, app_role=role)
    store.migrate(owner, role)
