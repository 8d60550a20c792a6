"""The process that a new case would begin on; of one that is offered no more, who could take it up again."""

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.offices import agencies
from engine.defining.definition import Definition
from engine.defining.retirement import ProcessRetired
from engine.office import Office

# Rules are the province's, and the end of a process is one.
_CHANGE = "change_rule"


def process(session: Session, office: Office, actor: Actor, code: str) -> Definition:
    """The definition in force. Raises UnknownProcess, DefinitionNotHere, ProcessRetired."""
    try:
        return office.catalogue.current(code)
    except ProcessRetired as refused:
        province = agencies.lineage(session, actor.agency)[-1]
        refused.who_can = list(decisions.who_can(session, Act(_CHANGE, agency=province)))
        raise
