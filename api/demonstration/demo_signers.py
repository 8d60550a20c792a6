"""Demo accounts that act without HTTP: their signing keys, opened by the demo's own password."""

from dataclasses import replace

from sqlalchemy.orm import Session

from api.demonstration.demo import PASSWORD
from authz import actors
from authz.actors import Actor
from authz.keys import signing_keys
from authz.keys.signers import OpenKey
from database.refusals import InvariantBroken

# By key id; opening one takes 20 ms.
_opened: dict[str, OpenKey] = {}


def actor(session: Session, account_id: int) -> Actor:
    """The actor behind an account that has the demo's password, able to sign."""
    key_id = signing_keys.in_use(session, account_id)
    if key_id is None or key_id not in _opened:
        key = signing_keys.open_key(session, account_id, PASSWORD)
        if key is None:
            raise InvariantBroken(f"account {account_id} has no key under the demo's password")
        key_id = key.key_id
        _opened[key_id] = key
    return replace(actors.load(session, account_id), signer=_opened[key_id])
