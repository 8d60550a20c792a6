"""``tongban demo``: loads the demo office once, and on request fills it with cases by the real use cases."""

import argparse
import sys

from api import composition, demo, demo_cases
from api.settings import Settings


def run(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Load the demo office into an empty database, then accept and sign ``--cases`` cases."""
    opened = composition.open_office(chosen)
    try:
        with opened.sessions.command() as session:
            loaded = demo.load(session)
        if loaded:
            composition.take_effect(opened)
        sys.stdout.write(
            "the demo office is loaded\n" if loaded else "the demo office was loaded before\n"
        )
        if arguments.cases:
            demo_cases.fill(opened, arguments.cases, arguments.seed)
    finally:
        opened.sessions.engine.dispose()
    return 0
