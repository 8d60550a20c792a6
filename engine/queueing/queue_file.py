"""The queues of the desk as data (``queues.yaml``): what each lists, for which posts, in which order.

A queue is no code of its own: it is a choice among few conditions that the indexes of tasks answer. An
office's own file stands in place of the shipped one.
"""

from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from authz.offices.posts import POSTS
from database import plain_yaml
from engine.process import Names

FILE = "queues.yaml"
SHIPPED = Path(__file__).parent / FILE
MOST_KEYS = 3
MOST_QUEUES = 20

Sort = tuple[str, ...]
KEYS = ("due_on", "turn", "arrived", "received", "level", "process", "closed")


class QueuesRefused(ValueError):  # noqa: N818 - an answer about a file, not a fault
    """The file of queues doesn't fit; says where and why."""


class _Said(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class NamesSaid(_Said):
    """What a queue is called."""

    zh: str = Field(min_length=1, max_length=20)
    en: str = Field(min_length=1, max_length=40)


class Where(_Said):
    """What is true of the tasks of a queue; what isn't said doesn't matter.

    ``stopped``: that a clock of the case stands still, or that one runs; of two clocks both may be true.
    """

    holder: Literal["me", "nobody"] | None = None
    place: Literal["own", "stood_in"] | None = None
    step: Literal["correct"] | None = None
    level: Literal[1, 2] | None = None
    stopped: bool | None = None
    due: Literal["today", "at_risk", "overdue"] | None = None


class Queue(_Said):
    """One queue; ``posts`` is None where whoever has a queue sees it."""

    code: str = Field(pattern="^[a-z][a-z_]{0,19}$")
    names_said: NamesSaid = Field(alias="names")
    of: Literal["offered", "done"]
    posts: list[str] | None = None
    where: Where = Where()
    sort: list[str] = Field(min_length=1, max_length=MOST_KEYS)

    @property
    def names(self) -> Names:
        """In both languages."""
        return Names(self.names_said.zh, self.names_said.en)

    @property
    def done(self) -> bool:
        """Whether it lists what the person did, instead of what waits for him."""
        return self.of == "done"

    @model_validator(mode="after")
    def _known(self) -> Self:
        unknown = [post for post in self.posts or () if post not in POSTS]
        if unknown:
            raise ValueError(f"{unknown[0]} is no post")
        check_sort(self.sort, done=self.done)
        if self.done and self.where != Where():
            raise ValueError("what is done has no further conditions")
        return self


class Lapse(_Said):
    """After how many hours a claim that nobody acted on counts no more."""

    limited: int = Field(ge=1, le=1000)
    instant: int = Field(ge=1, le=1000)


class Queues(_Said):
    """The whole file."""

    at_risk_working_days: int = Field(ge=0, le=30)
    claims_lapse_after_hours: Lapse
    queues: list[Queue] = Field(min_length=1, max_length=MOST_QUEUES)

    @model_validator(mode="after")
    def _once(self) -> Self:
        codes = [queue.code for queue in self.queues]
        if len(set(codes)) != len(codes):
            raise ValueError("a queue's code stands twice")
        return self

    def named(self, code: str) -> Queue | None:
        """The queue of this code."""
        return next((queue for queue in self.queues if queue.code == code), None)


def check_sort(sort: list[str] | Sort, *, done: bool) -> None:
    """Raises ValueError for a key that isn't one, that stands twice, or that such tasks don't have."""
    plain = [key.removeprefix("-") for key in sort]
    for key in plain:
        if key not in KEYS:
            raise ValueError(f"{key} is no key to sort by")
        if key == "closed" and not done:
            raise ValueError("what waits has not been closed")
    if len(set(plain)) != len(plain):
        raise ValueError("a key stands twice")
    if len(plain) > MOST_KEYS:
        raise ValueError(f"more than {MOST_KEYS} keys")


def read(path: Path) -> Queues:
    """The queues of a file. Raises QueuesRefused."""
    try:
        return Queues.model_validate(plain_yaml.load(path.read_text(encoding="utf-8")))
    except (plain_yaml.NotPlain, UnicodeDecodeError) as wrong:
        raise QueuesRefused(f"{path.name}: {wrong}") from wrong
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise QueuesRefused(f"{path.name}: {place}: {first['msg']}") from wrong


@lru_cache(maxsize=1)
def shipped() -> Queues:
    """The queues of this release."""
    return read(SHIPPED)


# As calendars are: what the composition root chose for this process; the shipped ones until it did.
_in_use: list[Queues] = []


def use(data_dir: Path) -> None:
    """Work with the office's own file, where its data folder has one. Raises QueuesRefused."""
    own = data_dir / FILE
    _in_use[:] = [read(own) if own.is_file() else shipped()]


def in_use() -> Queues:
    """The queues this process works with."""
    return _in_use[0] if _in_use else shipped()
