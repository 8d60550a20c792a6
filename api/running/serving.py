"""``tongban serve``: opens the office, says where it is and what to try, and serves until told to stop."""

import argparse
import json
import logging
import socket
import sys
from typing import Any

import uvicorn
from sqlalchemy.engine import make_url

from api import app, composition
from api.composition import Opened
from api.monitoring import logs
from api.running import listening
from api.running.stopping import Server
from api.running.workers import Supervisor
from api.settings import Settings
from database import wall
from engine.office import Office
from engine.rules import rule_registering

DEMO_PASSWORD = "tongban-demo"  # noqa: S105 - the demo's, and it works on this machine only
KEEP_ALIVE_SECONDS = 10

_log = logging.getLogger("tongban.rules")


def serve(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Serve until stopped: 0 where everything that was begun is finished, else 1."""
    opened = composition.open_office(chosen)
    try:
        if chosen.jobs:
            composition.require_ticks(chosen)
        with listening.at(arguments.host, arguments.port) as open_socket:
            return _serve(arguments, chosen, opened, open_socket)
    finally:
        opened.sessions.engine.dispose()


def _serve(
    arguments: argparse.Namespace, chosen: Settings, opened: Opened, open_socket: socket.socket
) -> int:
    port = open_socket.getsockname()[1]
    _welcome(arguments.host, port, composition.demo_accounts(opened))
    for warning in (
        owner_warning(chosen),
        wall_warning(opened),
        rules_warning(opened.office),
        folders_warning(opened.office),
    ):
        if warning is not None:
            sys.stderr.write(warning + "\n")
    options: dict[str, Any] = {
        "host": arguments.host,
        "port": port,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        # The peer decides whether a demo account works: nobody else may say who it is.
        "proxy_headers": False,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
    }
    logs.configure()
    if arguments.workers == 1:
        Server(uvicorn.Config(app.around(opened), **options)).run(sockets=[open_socket])
        return 0
    # Each worker opens the office for itself; this process only watches over them.
    opened.sessions.engine.dispose()
    return Supervisor(options, arguments.workers, chosen.data_dir, open_socket).run()


def owner_warning(chosen: Settings) -> str | None:
    """What to say where the application's role owns the schema; None where that is in order."""
    if make_url(chosen.database_url).get_backend_name() != "postgresql" or chosen.migration_url:
        return None
    return (
        "warning: TONGBAN_MIGRATION_URL is not set, so the application's role owns its tables and "
        "could alter what must only grow. Give the schema an owner of its own."
    )


def rules_warning(office: Office) -> str | None:
    """What to say where installed rules are not the registered ones; None where all are."""
    found = rule_registering.differing(office)
    if not found:
        return None
    _log.warning("installed rules are not used", extra={"fields": {"rules": found}})
    named = ", ".join(f"{kind} {name}" for kind, name in found)
    return (
        f"warning: these installed rules are not the registered ones and are not used: {named}. The "
        "registered versions stay in force. To change them the province's supervisor proposes the installed "
        "text on the page /rules (规则登记), or by POST /api/rules/texts with its kind and name; internal "
        "control reviews it and the head approves."
    )


def folders_warning(office: Office) -> str | None:
    """What to say where installed folders can't be used, none of them registered; None where all can."""
    if not office.unusable:
        return None
    _log.warning("installed folders can't be used", extra={"fields": {"folders": office.unusable}})
    told = "; ".join(f"{code}: {why}" for code, why in sorted(office.unusable.items()))
    return f"warning: these installed folders are not registered and can't be used: {told}"


def wall_warning(opened: Opened) -> str | None:
    """What to say where the application's role walks through the wall between agencies."""
    if not wall.is_passed_by(opened.sessions.engine):
        return None
    return (
        "warning: the application's role is a superuser or has BYPASSRLS, so nothing in the database keeps "
        "agencies apart. Run it under a role with NOSUPERUSER NOBYPASSRLS."
    )


def _welcome(host: str, port: int, demo: Any) -> None:
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    lines = [
        f"tongban serves on {address}",
        f"  desk    {address}/",
        f"  API     {address}/api/openapi.json",
        f"  health  {address}/readyz",
    ]
    if demo:
        body = json.dumps({"staff_no": "T101", "password": DEMO_PASSWORD})
        lines += [
            f"  demo    {address}/api/demo (insured persons and examples)",
            f"accounts (password {DEMO_PASSWORD}, on this machine only): {' '.join(demo)}",
            "try first: sign in as T101 at the desk, or here, then post an example to /api/cases:",
            f"  curl -s --json '{body}' {address}/api/session",
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
