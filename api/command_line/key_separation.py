"""``tongban keys separate``: moves the rows of persons whose erasure was asked for to their own keys."""

import argparse
import sys

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import composition
from api.command_line import key_rotation
from api.settings import Settings
from database import resealing, separating
from database.connection import Sessions
from database.resealing import Moved
from database.separating import OwnKey
from engine.erasure import erasable
from engine.erasure.erasure_record import Erasure, ErasureRequest
from register import person_keys


def run(arguments: argparse.Namespace, chosen: Settings) -> int:
    """Seal what is about these persons under their own keys; 1 where a row doesn't open.

    A run that was ended on the way is taken up by the next one. Raises StartRefused, KeyFileRefused.
    """
    del arguments
    opened = composition.open_office(chosen)
    try:
        with opened.sessions.reading() as session:
            waiting = to_be_moved(session)
        with key_rotation.as_owner(chosen) as owner:
            moved = sum((move(owner, one) for one in waiting), resealing.NOTHING)
    finally:
        opened.sessions.engine.dispose()
    sys.stdout.write(f"{moved.rows} rows of {len(waiting)} persons sealed under their own keys\n")
    if moved.spoiled:
        sys.stdout.write(f"{moved.spoiled} rows don't open, run `tongban verify`\n")
        return 1
    return 0


def to_be_moved(session: Session) -> list[OwnKey]:
    """The keys of the persons whose erasure waits for a decision."""
    asked = (
        select(ErasureRequest.person_id, ErasureRequest.key_id)
        .where(ErasureRequest.request_id.not_in(select(Erasure.request_id)))
        .order_by(ErasureRequest.request_id)
    )
    found = []
    for person_id, key_id in session.execute(asked).all():
        secret = person_keys.secret_of(session, key_id)
        if secret is not None:
            found.append(OwnKey(person_id, key_id, secret))
    return found


def move(owner: Sessions, own: OwnKey) -> Moved:
    """Move one person's rows to his key; ``owner`` are sessions of the owner of the tables."""
    done = resealing.NOTHING
    for one in erasable.tables():
        for moved in separating.move(owner, one, erasable.whose(one, own.person_id), own):
            done += moved
    return done
