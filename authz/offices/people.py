"""Natural persons behind the accounts: two accounts of one person are one person for every duty."""

from sqlalchemy import String, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from database import keys
from database.columns import BigId, Sealed
from database.declarative import Base

ID_NO = "id_no"


class NaturalPerson(Base):
    """One member of staff as a human being, known by the id number."""

    __tablename__ = "natural_persons"

    person_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    id_no: Mapped[str] = mapped_column(Sealed("natural_persons.id_no"))
    id_no_index: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Sealed("natural_persons.name"))


def find_or_add(session: Session, *, id_no: str, name: str) -> int:
    """The person of this id number, entered if not yet known."""
    indexes = keys.current().blind_indexes(ID_NO, id_no)
    known = session.execute(
        select(NaturalPerson.person_id).where(NaturalPerson.id_no_index.in_(indexes))
    ).scalar_one_or_none()
    if known is not None:
        return known
    row = {"id_no": id_no, "id_no_index": indexes[-1], "name": name}
    return session.execute(
        insert(NaturalPerson).values(row).returning(NaturalPerson.person_id)
    ).scalar_one()
