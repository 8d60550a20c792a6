"""``tongban demo``: loads the demo office once, and on request fills it with cases by the real use cases."""

import argparse
import sys

from api import composition
from api.demonstration import demo, demo_cases
from api.demonstration.demo_cases import DayClock
from api.settings import Settings


def run(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Load the demo office into an empty database, then let a day of ``--cases`` cases pass.

    An office that is loaded with cases is opened in the morning of the latest working day that is over.
    """
    clock = DayClock()
    opened = composition.open_office(chosen, clock)
    try:
        with opened.sessions.reading() as session:
            before = demo.is_loaded(session)
        if arguments.cases and not before:
            day = demo_cases.last_day(clock.now())
            clock.moment = demo_cases.at(day, demo_cases.LOADED_AT)
        with opened.sessions.command() as session:
            loaded = demo.load(session)
        if loaded:
            composition.take_effect(opened)
        sys.stdout.write(
            "the demo office is loaded\n" if loaded else "the demo office was loaded before\n"
        )
        if arguments.cases:
            demo_cases.fill(opened, clock, arguments.cases, arguments.seed)
    finally:
        opened.sessions.engine.dispose()
    return 0
