"""Whether somebody can come on the register, or come back to it: what his number says, and how he stands.

Pure: the gates of the businesses that enrol say what follows. Source: 社会保险法 article 58 (the id number
is the social security number), GB 11643 (birth date and sex in it).
"""

from datetime import date
from typing import Literal

from register import identity, months
from register.parameters import Parameters
from register.records import PersonRecord, PostKind, Relation, Sex

Standing = Literal["new", "drawing", "insured", "elsewhere", "interrupted", "ended"]


def differing(id_no: str, birth: date, sex: Sex) -> list[str]:
    """Which of ``birth`` and ``sex`` aren't what the id number says."""
    said = (("birth", birth, identity.birth_of(id_no)), ("sex", sex, identity.sex_of(id_no)))
    return [name for name, given, numbered in said if given != numbered]


def fits(post_kind: PostKind, id_no: str) -> bool:
    """Whether a kind of post is one of this sex: it decides the retirement age."""
    return (post_kind == "M") == (identity.sex_of(id_no) == "M")


def standing(person: PersonRecord | None, agency_code: str) -> Standing:
    """How somebody stands with the register and with this agency, the gravest first."""
    if person is None:
        return "new"
    if person.retired:
        return "drawing"
    held = [relation for relation in person.relations if relation.status != "ENDED"]
    if any(relation.agency_code != agency_code for relation in held):
        return "elsewhere"
    if any(relation.status == "ACTIVE" for relation in held):
        return "insured"
    return "interrupted" if held else "ended"


def in_the_way(person: PersonRecord | None) -> list[Relation]:
    """The relations that haven't ended."""
    return (
        [relation for relation in person.relations if relation.status != "ENDED"] if person else []
    )


def past_age(person: PersonRecord) -> list[Relation]:
    """The relations past the statutory age that haven't ended: no pension is approved beside them."""
    return [relation for relation in in_the_way(person) if relation.kind == "OVERAGE"]


def old_enough(birth: date, on: date, parameters: Parameters) -> bool:
    """Whether the lowest working age (劳动法 article 15) is reached in the month of this day."""
    age = parameters.integer("lowest_working_age_months", on)
    return months.shifted(months.of(birth), age) <= months.of(on)
