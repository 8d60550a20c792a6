"""One PostgreSQL connection's own wire: statements prepared once, many of them and COMMIT in one round trip.

psycopg's cursors and pipeline watch the socket both ways for every statement and forget what they prepared
at every ROLLBACK; here one request goes out and one answer is waited for, through the same libpq connection
(``psycopg.pq``), with the driver's own adaptation of values. Values go as texts, which the server reads as
what each stands for, so that a statement is prepared once whatever its values are.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

# As many statements as a connection has prepared; the one used longest ago goes first.
MOST_PREPARED = 250
# A statement of more values is one of many rows, of which each number is another: it is not prepared.
MOST_VALUES = 200

_BAD = ConnStatus.BAD
_ROWS, _DONE = ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK
_FAILED, _SKIPPED = ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED
_names = count(1)


@dataclass(slots=True, eq=False)
class Answer:
    """What a statement answers, once it was waited for: its rows, and what it did in the server's words.

    Listeners get it where SQLAlchemy would give them a cursor; closing it does nothing.
    """

    rows: Sequence[Any] = ()
    done: bytes | None = None
    heard: bool = False

    def close(self) -> None:
        """As a cursor's; there is nothing to close."""


@dataclass(slots=True, eq=False)
class _Sent:
    """A message on its way. ``sql``: it prepares that statement under ``name``, and has no answer."""

    answer: Answer | None
    sql: str = ""
    name: bytes = b""


class Wire:
    """What is said on one connection (psycopg's): ``push`` sends without waiting, ``gather`` waits.

    What was pushed stays here until ``start``, or until somebody waits. Between a push and the gathering
    nothing else may use the connection. One thread at a time.
    """

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw
        self._pgconn = raw.pgconn
        self._adapting = Transformer(raw)
        self._prepared: OrderedDict[str, bytes] = OrderedDict()
        self._sent: deque[_Sent] = deque()
        self._piping = False
        self._failed: Exception | None = None
        self._texts: dict[int, list[PyFormat]] = {}
        self._watched: poll | None = None

    @property
    def waits(self) -> bool:
        """Whether something was pushed whose answer nobody has gathered."""
        return self._piping

    @property
    def idle(self) -> bool:
        """Whether no transaction is open."""
        return self._pgconn.transaction_status == TransactionStatus.IDLE

    def begin(self) -> None:
        """Push what begins a transaction as this connection is set, as psycopg says it."""
        words = ["BEGIN"]
        if self._raw.isolation_level is not None:
            words.append(f"ISOLATION LEVEL {self._raw.isolation_level.name.replace('_', ' ')}")
        if self._raw.read_only is not None:
            # A server that only follows another refuses to begin what would write.
            words.append("READ ONLY" if self._raw.read_only else "READ WRITE")
        self.push(" ".join(words), (), Answer())

    def push(
        self, sql: str, values: Sequence[Any], answer: Answer, *, prepared: bool = True
    ) -> None:
        """Send a statement with its values, numbered ``$1`` and so on; its answer comes with ``gather``.

        Raises psycopg.OperationalError where the connection is gone.
        """
        # First: a value that can't be said leaves nothing behind.
        said = self._adapted(values)
        if not self._piping:
            self._pgconn.enter_pipeline_mode()
            self._piping = True
        if len(values) > MOST_VALUES or not prepared:
            self._pgconn.send_query_params(sql.encode(), said)
        else:
            self._pgconn.send_query_prepared(self._name(sql), said)
        self._sent.append(_Sent(answer))

    def start(self) -> None:
        """Let the server begin with what was pushed, and answer as far as it comes, while nobody waits.

        Raises psycopg.OperationalError where the connection is gone.
        """
        self._pgconn.send_flush_request()
        # What the socket doesn't take goes with the gathering: nothing here waits for anybody.
        self._pgconn.flush()

    def hear(self, answer: Answer) -> None:
        """Wait for the answer to something pushed and started; where anything failed, ``gather``."""
        with self._unbroken():
            self._flush()
            while self._sent and not answer.heard and self._failed is None:
                self._read(self._sent.popleft())
        if self._failed is not None:
            self.gather()

    def gather(self) -> None:
        """Wait for the answers to all that was pushed.

        Raises the error of the first statement that failed, as psycopg does; the server ran none after it.
        """
        with self._unbroken():
            # Nothing more is said on a connection that was heard to end.
            if self._failed is None or self._pgconn.status != _BAD:
                self._exchange()
        failed = self._failed
        self._sent.clear()
        self._piping, self._failed = False, None
        if failed is not None:
            raise failed

    def commit(self) -> None:
        """COMMIT, together with what was pushed before; the answers are gathered with it.

        Raises psycopg.Error where anything failed, and where the server says that it rolled back instead.
        """
        answer = Answer()
        self.push("COMMIT", (), answer)
        self.gather()
        if answer.done != b"COMMIT":
            raise psycopg.InternalError(f"COMMIT was answered with {answer.done!r}")

    def rollback(self) -> None:
        """Roll back, whatever became of what was pushed."""
        if self._piping:
            try:
                self.gather()
            except psycopg.Error:
                if self._pgconn.status == _BAD:
                    raise
        if not self.idle:
            # In a transaction that failed the server would refuse to let go of another statement for it.
            self.push("ROLLBACK", (), Answer(), prepared=False)
            self.gather()

    def forget(self) -> None:
        """What was prepared may be gone: the driver has let go of all that the connection had."""
        self._prepared.clear()

    def _adapted(self, values: Sequence[Any]) -> Sequence[Any] | None:
        if not values:
            return None
        number = len(values)
        texts = self._texts.get(number)
        if texts is None:
            texts = self._texts[number] = [PyFormat.TEXT] * number
        return self._adapting.dump_sequence(values, texts)

    def _name(self, sql: str) -> bytes:
        """What the statement is prepared as, on this connection; it is, along with its first use."""
        name = self._prepared.get(sql)
        if name is not None:
            self._prepared.move_to_end(sql)
            return name
        if len(self._prepared) >= MOST_PREPARED:
            _, oldest = self._prepared.popitem(last=False)
            self._pgconn.send_query_params(b"DEALLOCATE " + oldest, None)
            self._sent.append(_Sent(None))
        # Never the name of one that was forgotten: the server may still have that.
        name = b"tongban_%d" % next(_names)
        self._pgconn.send_prepare(name, sql.encode())
        self._sent.append(_Sent(None, sql, name))
        self._prepared[sql] = name
        return name

    @contextmanager
    def _unbroken(self) -> Iterator[None]:
        """Whoever is interrupted leaves answers on the way: nobody after him may take them for his."""
        through = False
        try:
            yield
            through = True
        finally:
            if not through:
                self._sent.clear()
                self._piping, self._failed = False, None
                self._raw.close()

    def _exchange(self) -> None:
        """Send what is still here, read all answers."""
        self._pgconn.pipeline_sync()
        self._flush()
        while self._sent:
            self._read(self._sent.popleft())
            if self._pgconn.status == _BAD:
                return
        self._next()
        self._pgconn.exit_pipeline_mode()

    def _read(self, one: _Sent) -> None:
        """Read what the server says to one message; the first error is kept for whoever gathers."""
        result = self._next()
        if result is not None and result.status in (_ROWS, _DONE):
            try:
                self._take(one, result)
            except (psycopg.Error, ValueError) as unread:
                # The answers after it are to be read all the same.
                self._failed = self._failed or unread
            self._next()
            return
        # Of a statement that failed, and of those after it, nothing was prepared.
        if one.sql:
            self._prepared.pop(one.sql, None)
        if result is None or result.status != _SKIPPED:
            self._failed = self._failed or self._error(result)
        if self._pgconn.status != _BAD:
            self._next()

    def _take(self, sent: _Sent, result: Any) -> None:
        answer = sent.answer
        if answer is None:
            return
        if result.status == _ROWS:
            self._adapting.set_pgresult(result)
            answer.rows = self._adapting.load_rows(0, result.ntuples, tuple)
        else:
            answer.done = result.command_status
        answer.heard = True

    def _error(self, result: Any) -> psycopg.Error:
        if result is None:
            return psycopg.OperationalError(self._pgconn.get_error_message())
        return psycopg.errors.error_from_result(result, encoding=self._raw.info.encoding)

    def _next(self) -> Any:
        """The next answer of the server; None ends those of one statement."""
        pgconn = self._pgconn
        if pgconn.is_busy():
            if self._watched is None:
                self._watched = poll()
                self._watched.register(pgconn.socket, POLLIN)
            while pgconn.is_busy():
                self._watched.poll()
                pgconn.consume_input()
        return pgconn.get_result()

    def _flush(self) -> None:
        """Send it all; the server may have to be heard in between, or both would wait for each other."""
        pgconn = self._pgconn
        if pgconn.flush():
            watched = poll()
            watched.register(pgconn.socket, POLLIN | POLLOUT)
            while pgconn.flush():
                for _, ready in watched.poll():
                    if ready & ~POLLOUT:
                        pgconn.consume_input()
