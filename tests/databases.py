"""Databases for tests: a private PostgreSQL cluster, and templates from which each test gets a copy.

Migrating and loading the demo office takes seconds, copying the result takes milliseconds: so a run
does the first once, and every test stands alone. Nothing here is ever skipped: where PostgreSQL can't
be started, the tests that need it fail with the reason.
"""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests import collected, scratch

Kind = Literal["sqlite", "postgresql"]
Fill = Callable[["Database"], None]

OWNER = "tongban_owner"
APP = "tongban_app"
_WIDE = "&options=-ctongban.wall%3Doffice"
# The cluster trusts whoever reaches its socket, and its socket lies in a folder of its own; the
# administrator is named here so that it doesn't depend on who runs the tests.
ADMINISTRATOR = "postgres"
BINARIES = "/usr/lib/postgresql"
# Durability is what these tests don't test; every write waiting for the disk would only be slow.
OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    " -c max_connections=200 -c shared_buffers=64MB -c jit=off -c autovacuum=off"
)


class ClusterRefused(Exception):  # noqa: N818
    """PostgreSQL can't be started here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database of one test: where the application finds it, and where its owner does.

    ``keys`` is the key file it was written with; an office over this database needs that one.
    """

    kind: Kind
    url: str
    owner_url: str
    keys: Path

    @property
    def wide_url(self) -> str:
        """The application's role by hand, as a command line opens it: with the whole office in sight."""
        return self.url + (_WIDE if self.kind == "postgresql" else "")

    @property
    def migration_url(self) -> str | None:
        """What ``TONGBAN_MIGRATION_URL`` says: the owner, where the application isn't it."""
        return None if self.owner_url == self.url else self.owner_url


class SqliteFiles:
    """SQLite databases in one folder, copied from a template file."""

    kind: Kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._templates: dict[Fill, Database] = {}

    def empty(self) -> Database:
        """A database without any table."""
        path = self._folder / f"test-{next(self._numbers)}.db"
        return Database("sqlite", f"sqlite:///{path}", f"sqlite:///{path}", self._folder / "key")

    def filled(self, fill: Fill) -> Database:
        """A copy of the template that ``fill`` makes the first time."""
        template = _made(self._templates, fill, self.empty)
        copy = self.empty()
        shutil.copyfile(_path(template), _path(copy))
        return copy

    def drop(self, database: Database) -> None:
        """Remove a database and what SQLite keeps beside it."""
        path = _path(database)
        for beside in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            beside.unlink(missing_ok=True)


class Cluster:
    """PostgreSQL databases in a cluster of this run's own, copied from a template database."""

    kind: Kind = "postgresql"

    def __init__(self, socket_folder: Path, keys: Path) -> None:
        self._folder = socket_folder
        self._keys = keys
        # On a disk a copy through the log is quicker, in memory one of the files.
        in_memory = socket_folder.is_relative_to(scratch.MEMORY)
        self._strategy = sql.SQL("FILE_COPY" if in_memory else "WAL_LOG")
        self._numbers = itertools.count(1)
        self._templates: dict[Fill, Database] = {}
        self._keeps_committed = False
        with self._administrator() as opened:
            for role in (OWNER, APP):
                opened.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOBYPASSRLS").format(
                        sql.Identifier(role)
                    )
                )

    def empty(self) -> Database:
        """A database without any table, which belongs to the owner."""
        return self._create("template0")

    def filled(self, fill: Fill) -> Database:
        """A copy of the template that ``fill`` makes the first time."""
        return self._create(_name(_made(self._templates, fill, self.empty)))

    def drop(self, database: Database) -> None:
        """Remove a database, whoever is still connected to it."""
        with self._administrator() as opened:
            named = sql.Identifier(_name(database))
            opened.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(named))

    def crash(self) -> None:
        """End every process of the server at once, without a checkpoint or a goodbye."""
        _stop(self._folder)

    def start_again(self) -> None:
        """Start it after a crash: it recovers from its log."""
        _start(self._folder)

    def keep_what_was_committed(self) -> None:
        """Write each commit to the log before it is acknowledged, as an agency's server does.

        So a crash of the server loses nothing; one of the machine still would.
        """
        with self._administrator() as opened:
            role = sql.Identifier(APP)
            opened.execute(sql.SQL("ALTER ROLE {} SET synchronous_commit = on").format(role))
        self._keeps_committed = True

    def _create(self, template: str) -> Database:
        name = f"test_{next(self._numbers)}"
        with self._administrator() as opened:
            opened.execute(
                sql.SQL(
                    "CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8' LOCALE 'C.UTF-8'"
                    " STRATEGY {}"
                ).format(*map(sql.Identifier, (name, OWNER, template)), self._strategy)
            )
            # PostgreSQL logs sequences 32 numbers ahead, but a copied one as it stands: until the next
            # checkpoint, a crash would take it back to numbers that committed rows already have.
            if self._keeps_committed:
                opened.execute("CHECKPOINT")
        return Database("postgresql", self._url(APP, name), self._url(OWNER, name), self._keys)

    def _url(self, role: str, name: str) -> str:
        # The owner looks into every row, as who mends a database does: the wall stands before him too.
        wide = _WIDE if role == OWNER else ""
        return f"postgresql+psycopg://{role}@/{name}?host={self._folder}{wide}"

    @contextmanager
    def _administrator(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(
            host=str(self._folder), user=ADMINISTRATOR, dbname="postgres", autocommit=True
        ) as opened:
            yield opened


@contextmanager
def cluster(keys: Path) -> Iterator[Cluster]:
    """Start a cluster in a folder of its own and take it away at the end. Raises ClusterRefused."""
    binaries = _binaries()
    # Not under pytest's own folder: a socket's path may have no more than 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="tongban-pg-"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            # The folder stays closed to everybody else: whoever reaches the socket is trusted.
            shutil.chown(folder, ADMINISTRATOR)
        _run([binaries / "initdb", "-D", data, "-U", ADMINISTRATOR, *_INITDB], folder)
        _start(folder)
        try:
            yield Cluster(folder, keys)
        finally:
            _stop(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_INITDB = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")


def _start(folder: Path) -> None:
    options = f"{OPTIONS} -c unix_socket_directories='{folder}'"
    control, log = _binaries() / "pg_ctl", folder / "log"
    _run([control, "-D", folder / "data", "-l", log, "-o", options, "-w", "start"], folder)


def _stop(folder: Path) -> None:
    control = _binaries() / "pg_ctl"
    _run([control, "-D", folder / "data", "-m", "immediate", "-w", "stop"], folder)


def _binaries() -> Path:
    found = sorted(
        Path(BINARIES).glob("*/bin/initdb"), key=lambda path: float(path.parent.parent.name)
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise ClusterRefused("no PostgreSQL server found: run `apt-get install -y postgresql`")


def _run(command: Sequence[str | Path], folder: Path) -> None:
    """Run one of PostgreSQL's programs, which refuse to run as root."""
    as_whom = ["runuser", "-u", ADMINISTRATOR, "--"] if os.geteuid() == 0 else []
    # The server inherits what it is started with, so its output goes to a file: a pipe would stay
    # open, and be waited for, as long as the server runs.
    said = folder / "said"
    with said.open("w") as out:
        ended = subprocess.run(  # noqa: S603 - a program of PostgreSQL, arguments of ours
            [*as_whom, *map(str, command)],
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode:
        log = folder / "log"
        more = log.read_text() if log.exists() else ""
        raise ClusterRefused(f"{command[0]} failed:\n{said.read_text()}{more}")


def _made(templates: dict[Fill, Database], fill: Fill, empty: Callable[[], Database]) -> Database:
    """The template of this filling; what making it left in memory stays for the others that are made."""
    if fill not in templates:
        template = empty()
        fill(template)
        templates[fill] = template
        collected.settle()
    return templates[fill]


def _path(database: Database) -> Path:
    return Path(str(make_url(database.url).database))


def _name(database: Database) -> str:
    return str(make_url(database.url).database)
