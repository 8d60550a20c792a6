"""``tongban keys``: which versions of the key there are, a new one for all that is sealed, other wrapping.

Servers and workers go on meanwhile, and take up the new version from the file as soon as it is there.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from api import composition, scan_settings
from api.composition import Opened, StartRefused
from api.settings import Settings
from authz import epoch
from authz.offices.agencies import Agency
from database import clock, connection, key_file, key_wrapping, reindexing, resealing
from database.connection import Sessions
from database.declarative import Base
from database.key_file import Version
from database.resealing import Moved
from engine import indexed_columns, journal
from engine.scans import scans_resealed

# As often as everything is gone through: rows that came in meanwhile under the version before are few.
PASSES = 5
NOT_OWNER = "only the owner of the tables may do this: name it by TONGBAN_MIGRATION_URL"


def rotate(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Seal everything under a new version of the key, then retire those before it; 1 where some can't be.

    A run that was ended on the way is taken up by the next one. Raises KeyFileRefused, StartRefused.
    """
    del arguments
    opened = composition.open_office(chosen)
    try:
        versions = _begun(chosen, opened)
        with as_owner(chosen) as owner:
            done = _moved(chosen, owner)
            left = _left(chosen, owner)
        sys.stdout.write(
            f"{done.rows} rows and scans sealed or indexed under version {versions[-1].number}\n"
        )
        if left:
            sys.stdout.write(_why(left, done))
            return 1
        _retire(chosen, opened, versions, done)
    finally:
        opened.sessions.engine.dispose()
    sys.stdout.write(
        "the versions before it are retired: they open older backups, and seal nothing more; "
        f"keep a copy of {chosen.key_file} apart from the database\n"
    )
    return 0


def status(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Say which versions of the key there are, and what is sealed under an earlier one."""
    del arguments
    opened = composition.open_office(chosen)
    try:
        wrapping = key_wrapping.of(chosen.key_wrapping)
        sys.stdout.write(f"{chosen.key_file}: keys wrapped by {wrapping.kind}\n")
        for one in key_file.read(chosen.key_file, wrapping):
            made = clock.moment_text(one.made_at) if one.made_at else "with the file"
            retired = f", retired {clock.moment_text(one.retired_at)}" if one.retired_at else ""
            sys.stdout.write(f"version {one.number}: made {made}{retired}\n")
        left = _left(chosen, opened.sessions)
    finally:
        opened.sessions.engine.dispose()
    for name, rows in left.items():
        sys.stdout.write(f"{name}: {rows} under an earlier version\n")
    if not left:
        sys.stdout.write("everything is sealed under the newest version\n")
    return 0


def wrap(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Wrap the keys in the file as ``TONGBAN_KEY_WRAPPING`` says, until now as ``--from`` says.

    The keys stay what they are. Raises KeyFileRefused.
    """
    before = key_wrapping.of(arguments.before)
    wanted = key_wrapping.of(chosen.key_wrapping)
    versions = key_file.read(chosen.key_file, before)
    kept = {one.number: wanted.unwrap(wanted.wrap(one.key)) for one in versions}
    if any(kept[one.number] != one.key for one in versions):
        raise key_wrapping.KeyFileRefused(
            "what was wrapped does not unwrap to the same key: the key file stays as it was"
        )
    key_file.write(chosen.key_file, versions, wanted)
    sys.stdout.write(f"{chosen.key_file}: keys wrapped by {wanted.kind}\n")
    return 0


def ask_again(chosen: Settings) -> None:
    """Have indexes asked for under every version that some are under: a restored backup may be older.

    Where the file says of a version that no index is under it any more, and one is, it says so no longer.
    """
    wrapping = key_wrapping.of(chosen.key_wrapping)
    versions = key_file.read(chosen.key_file, wrapping)
    with as_owner(chosen) as owner, owner.reading() as session:
        there = {
            one.number
            for one in versions
            if one.unindexed_at
            and any(
                reindexing.is_under(session, each, one.number) for each in indexed_columns.COLUMNS
            )
        }
    if there:
        asked = [
            replace(one, unindexed_at=None) if one.number in there else one for one in versions
        ]
        key_file.write(chosen.key_file, asked, wrapping)


def _begun(chosen: Settings, opened: Opened) -> list[Version]:
    """The versions, with a new one unless a rotation is under way."""
    wrapping = key_wrapping.of(chosen.key_wrapping)
    versions = key_file.read(chosen.key_file, wrapping)
    if all(one.retired_at for one in versions[:-1]):
        newest = versions[-1].number + 1
        if newest > key_file.MOST_VERSIONS:
            raise StartRefused("there is no number for a further version of the key")
        made = key_file.new(newest, opened.sessions.clock.now())
        versions = [*versions, made]
        with opened.sessions.command() as session:
            # Who writes an index holds the epoch: two that enrol one number now write the same index.
            epoch.hold_alone(session)
            key_file.write(chosen.key_file, versions, wrapping)
        _journal(opened, "keys_rotating", {"version": newest})
    return versions


def _moved(chosen: Settings, owner: Sessions) -> Moved:
    """Go through everything until nothing new turns up; what doesn't open turns up every time."""
    done = resealing.NOTHING
    for _ in range(PASSES):
        now = sum(_once(chosen, owner), resealing.NOTHING)
        done = Moved(done.rows + now.rows, now.spoiled)
        if not now.rows:
            break
    return done


def _once(chosen: Settings, owner: Sessions) -> Iterator[Moved]:
    for one in resealing.tables(Base.metadata):
        yield from resealing.move(owner, one)
    for indexed in indexed_columns.COLUMNS:
        yield from reindexing.move(owner, indexed)
    yield from scans_resealed.move(scan_settings.store(chosen.scans, chosen.data_dir))


def _left(chosen: Settings, sessions: Sessions) -> dict[str, int]:
    """How many rows of each table, and how many scans, are under an earlier version."""
    with sessions.reading() as session:
        tables = resealing.tables(Base.metadata)
        found = {one.table.name: resealing.count(session, one) for one in tables}
        for indexed in indexed_columns.COLUMNS:
            found[indexed.name] = reindexing.count(session, indexed)
    found["scans"] = sum(
        1 for _ in scans_resealed.behind(scan_settings.store(chosen.scans, chosen.data_dir))
    )
    return {name: rows for name, rows in found.items() if rows}


def _why(left: dict[str, int], done: Moved) -> str:
    where = ", ".join(f"{name}: {rows}" for name, rows in left.items())
    why = (
        f"{done.spoiled} don't open, run `tongban verify`"
        if done.spoiled
        else "a node still seals under it: is this its key file? Then run this again"
    )
    return f"under an earlier version, which is not retired: {where} ({why})\n"


def _retire(chosen: Settings, opened: Opened, versions: list[Version], done: Moved) -> None:
    now = opened.sessions.clock.now()
    retired = [
        replace(one, retired_at=one.retired_at or now, unindexed_at=one.unindexed_at or now)
        for one in versions[:-1]
    ]
    wrapping = key_wrapping.of(chosen.key_wrapping)
    key_file.write(chosen.key_file, [*retired, versions[-1]], wrapping)
    _journal(opened, "keys_rotated", {"version": versions[-1].number, "sealed_anew": done.rows})


def _journal(opened: Opened, action: str, detail: dict[str, int]) -> None:
    """In the stream of the office's top agency; an empty office has none."""
    top = select(Agency.code).where(Agency.parent_code.is_(None)).order_by(Agency.code).limit(1)
    with opened.sessions.command() as session:
        agency = session.execute(top).scalar_one_or_none()
        if agency is not None:
            journal.append_office(session, agency, action, detail=detail)


@contextmanager
def as_owner(chosen: Settings) -> Iterator[Sessions]:
    """Sessions of the owner of the tables. Raises StartRefused where it is none."""
    engine = connection.connect(chosen.migration_url or chosen.database_url)
    try:
        yield Sessions(engine)
    except DBAPIError as failed:
        if isinstance(failed.orig, InsufficientPrivilege):
            raise StartRefused(NOT_OWNER) from failed
        raise
    finally:
        engine.dispose()
