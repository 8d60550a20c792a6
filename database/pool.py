"""The pool of connections, which knows how often somebody found all of them in use."""

from typing import Any

from sqlalchemy.pool import PoolProxiedConnection, QueuePool


class WatchedPool(QueuePool):
    """A pool that keeps ``pool_size`` connections open, and opens ``max_overflow`` more while needed."""

    def __init__(
        self, creator: Any, *, pool_size: int = 16, max_overflow: int = 32, **options: Any
    ) -> None:
        # Last in, first out: the connections at hand are those that have their statements prepared.
        options.setdefault("use_lifo", True)
        super().__init__(creator, pool_size=pool_size, max_overflow=max_overflow, **options)
        self.limit = pool_size + max_overflow
        self.waits = 0

    def connect(self) -> PoolProxiedConnection:
        """A connection, waiting for one where all are in use."""
        if self.checkedout() >= self.limit:
            self.waits += 1
        return super().connect()
