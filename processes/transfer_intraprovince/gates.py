"""When relations can't move within the province: each gate names what stands in the way.

Source: 省级统筹 (domain catalogue TRF03): the relation moves, no fund does.
"""

from engine.process import refuse
from register.records import PersonRecord, Records, Relation

from .form import Form


def check(form: Form, person: PersonRecord, records: Records) -> list[Relation]:
    """The relations that move; raises where there is none, or the person draws or still pays here."""
    if form.to_agency not in records.agencies:
        raise refuse(
            "move.agency_unknown",
            f"没有代码为{form.to_agency}的经办机构",
            f"There is no agency {form.to_agency} in the province: choose one of those named.",
            rows=[f"{code} {name}" for code, name in sorted(records.agencies.items())],
        )
    if person.pension is not None:
        raise refuse(
            "move.retired",
            f"该人员已核定养老金（自{person.pension.from_month}起），关系不再转移",
            f"A pension has been approved from {person.pension.from_month} on: the relation no longer moves.",
            rows=[person.pension.entitlement_id],
        )
    held = [relation for relation in person.relations if relation.status != "ENDED"]
    if not held:
        raise refuse(
            "move.no_relation",
            "该人员没有可转移的参保关系",
            "The person has no relation that could move: see the register for its relations.",
        )
    employed = [one for one in held if one.status == "ACTIVE" and one.employer_id]
    if employed:
        raise refuse(
            "move.active",
            "该人员仍在单位参保缴费，请先办理人员减少",
            "The person is still insured with an employer: the employer reports the leaving first.",
            rows=[one.relation_id for one in employed],
        )
    moving = [one for one in held if one.agency_code != form.to_agency]
    if not moving:
        raise refuse(
            "move.there_already",
            f"参保关系已在{records.agencies[form.to_agency]}",
            f"The relation is with {records.agencies[form.to_agency]} already.",
        )
    return moving
