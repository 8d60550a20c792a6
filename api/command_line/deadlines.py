"""``tongban deadlines``: which open cases a changed calendar makes due another day than was told."""

import argparse
import json
import sys

from api import composition
from api.settings import Settings
from database import clock
from engine.timing import calendar_alarm, clock_board


def run(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Count every open case again with the calendars of now; 1 where one would be due another day.

    A missing calendar is said on stderr.
    """
    opened = composition.open_office(chosen)
    count = 0
    try:
        with opened.sessions.reading() as session:
            missing = calendar_alarm.missing(clock.today(session))
            for line in clock_board.moved(session, opened.office):
                count += 1
                shown = "{case_no}: {due_on} was told, {counted_again} by the calendar of now"
                said = json.dumps(line) if arguments.json else shown.format(**line)
                sys.stdout.write(said + "\n")
    finally:
        opened.sessions.engine.dispose()
    if missing is not None:
        sys.stderr.write(f"note: the published calendar of {missing} is not loaded\n")
    if not arguments.json:
        sys.stdout.write(f"{count} cases moved\n" if count else "no case is moved\n")
    return 1 if count else 0
