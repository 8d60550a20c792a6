"""The secret of a person's own key: the only row about him that is ever removed, and only by his erasure."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, delete, event, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import clock, own_keys
from database.columns import Sealed, UtcDateTime
from database.declarative import Base, table_of
from database.key_source import PURPOSE


class PersonKey(Base):
    """The key of one person, made as his erasure is asked for; ``secret`` (hex) is under the office's key."""

    __tablename__ = "person_keys"

    key_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("persons.person_id"), unique=True)
    secret: Mapped[str] = mapped_column(Sealed(PURPOSE))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


_KEYS = table_of(PersonKey)


def of_person(session: Session, person_id: str) -> str:
    """The id of a person's key, made where he has none; the caller has locked the person."""
    asked = select(_KEYS.c.key_id).where(_KEYS.c.person_id == person_id)
    found = session.execute(asked).scalar_one_or_none()
    if found is not None:
        return str(found)
    row = {
        "key_id": own_keys.new_id(),
        "person_id": person_id,
        "secret": own_keys.new_secret().hex(),
        "made_at": clock.now(session),
    }
    session.execute(insert(_KEYS), [row])
    return str(row["key_id"])


def secret_of(session: Session, key_id: str) -> bytes | None:
    """A key's secret; None where there is none."""
    asked = select(_KEYS.c.secret).where(_KEYS.c.key_id == key_id)
    found = session.execute(asked).scalar_one_or_none()
    return None if found is None else bytes.fromhex(found)


def destroy(session: Session, key_id: str) -> None:
    """Destroy a secret; the database refuses it unless the erasure it belongs to stands there."""
    session.execute(delete(_KEYS).where(_KEYS.c.key_id == key_id))

    def forget(_: Session) -> None:
        own_keys.forget(key_id)

    # With the commit and not before: until then others may still read by it, and remember it again.
    event.listen(session, "after_commit", forget, once=True)
