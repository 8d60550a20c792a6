"""What a case knows of whom it enrols: people and employers the register doesn't have yet.

A case gives its newcomers their register ids when it is accepted, so that what is signed says whom the lines
and changes are about. The ids come again the same at each signing, and when the case is worked out again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from register.entries import SubjectKind


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The applicant as he gave himself, with the agency that accepted, and the ids of newcomers.

    ``subject_id`` is the register id of the applicant: of the record beside this one, or where there is none
    the id he will have. ``number`` is his id number or credit code, whose check digit fits. ``new_id``
    answers the register id that the person of an id number will have, if this case puts him on the register.
    """

    kind: SubjectKind
    subject_id: str
    number: str
    name: str
    agency_code: str
    new_id: Callable[[str], str]
