"""A node in a process of its own, which looks people up by number as long as somebody asks."""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from api import composition
from api.settings import Settings
from register import reading


class LookingNode:
    """What a test holds of the other process."""

    def __init__(self, answers: Connection) -> None:
        self._answers = answers

    def looked_up(self, numbers: Sequence[str]) -> Mapping[str, str | None]:
        """Whose each of these numbers is over there; None where nobody is found by it."""
        self._answers.send(list(numbers))
        found: Mapping[str, str | None] = self._answers.recv()
        return found


@contextmanager
def started(settings: Settings) -> Iterator[LookingNode]:
    """A process over this office's database and key file, until the block ends."""
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    process = spawning.Process(target=_answer, args=(there, settings))
    process.start()
    there.close()
    try:
        yield LookingNode(here)
    finally:
        here.close()
        process.join()


def _answer(asked: Connection, settings: Settings) -> None:
    opened = composition.open_office(settings)
    try:
        while True:
            numbers = asked.recv()
            with opened.sessions.reading() as session:
                asked.send({number: reading.find_person(session, number) for number in numbers})
    except EOFError:
        opened.sessions.engine.dispose()
