"""Whoever looks a client up at the counter has read his record: journalled once a reader, person and day."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.dependencies import Caller, Reading
from api.entitlements import register as api_register
from engine import unmasking

_SHOWN = "shown_at_the_counter"


@contextmanager
def reading(caller: Caller) -> Iterator[Reading]:
    """As ``caller.reading``; who was shown meanwhile is journalled as read before anything is answered."""
    with caller.reading() as opened:
        yield opened
        shown: set[str] = opened.session.info.get(_SHOWN, set())
        unnoted = [
            person_id
            for person_id in sorted(shown)
            if not unmasking.is_noted(opened.session, opened.actor, person_id)
        ]
    for person_id in unnoted:
        api_register.note_read(caller, person_id)


def note(reader: Reading, person_id: str) -> None:
    """This person's picture is shown in this reading."""
    reader.session.info.setdefault(_SHOWN, set()).add(person_id)
