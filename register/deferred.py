"""Parts of a record that are read from the register only when somebody asks for them.

A person's months are hundreds of rows and most business never looks at one: reading them for every
acceptance would cost more than all the rest of the record. To whoever reads them they are the same values.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeVar, overload

from sqlalchemy.orm import Session

from database.refusals import InvariantBroken
from database.sending import transaction_of

T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


def within(session: Session, read: Callable[[], T]) -> Callable[[], T]:
    """``read``, refused once the transaction of now has ended: the record was of that moment."""
    transaction = transaction_of(session)

    def reading() -> T:
        if transaction_of(session) is not transaction:
            raise InvariantBroken("a part of a record was asked for after its transaction")
        return read()

    return reading


class DeferredSequence(Sequence[T], Generic[T]):
    """Equal to the tuple that its reader answers."""

    def __init__(self, read: Callable[[], tuple[T, ...]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> tuple[T, ...]:
        return self._read()

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[T]:
        return iter(self._found)

    def __eq__(self, other: object) -> bool:
        return self._found == (other._found if isinstance(other, DeferredSequence) else other)

    def __hash__(self) -> int:
        return hash(self._found)

    def __repr__(self) -> str:
        return repr(self._found)


class DeferredMapping(Mapping[K, V], Generic[K, V]):
    """Equal to the dict that its reader answers."""

    def __init__(self, read: Callable[[], dict[K, V]]) -> None:
        self._read = read

    @cached_property
    def _found(self) -> dict[K, V]:
        return self._read()

    def __getitem__(self, key: K) -> V:
        return self._found[key]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[K]:
        return iter(self._found)

    def __eq__(self, other: object) -> bool:
        return self._found == (other._found if isinstance(other, DeferredMapping) else other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._found)
