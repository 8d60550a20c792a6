"""How an answer names a member of staff (see ``answers``)."""

from pydantic import BaseModel


class Colleague(BaseModel):
    """A member of staff, told only to those who may read about staffing."""

    staff_no: str
    name: str
