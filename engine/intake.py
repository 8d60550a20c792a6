"""What an application would become, worked out without writing: the same for the preview and the acceptance.

The teller sees level, posting and due date before anything is accepted. Were they worked out elsewhere than
in the acceptance itself, the two would one day differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from authz import decisions
from authz.actors import Actor
from authz.acts import Act
from authz.decisions import Permit
from authz.offices import agencies
from authz.offices.agencies import Agency
from database.clock import office_date
from database.direct_slots import set_directly
from database.refusals import Invalid
from engine import applications, contents, corrected_cases, enrolling, offered, subjects
from engine.applications import Application, LateEntry
from engine.contents import Computed
from engine.defining import verdicts
from engine.defining.definitions import Definition
from engine.late_entry import late_entries
from engine.office import Office
from engine.one_notice import faults
from engine.one_notice.faults import Fault
from engine.outgoing.notice_contacts import Contact
from engine.process import Form
from engine.scans import files
from engine.timing.clocks import Terms
from engine.timing.deadlines import Deadline
from engine.workbooks import lists
from register.records import Records


@set_directly
@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that follows from an application on the register as it stands.

    ``materials`` are as a case keeps them, ``missing`` the codes of required ones that aren't there.
    """

    applicant: dict[str, Any]
    late_entry: LateEntry | None
    faults: Sequence[Fault]
    contact: Contact | None
    definition: Definition
    agency: Agency
    permit: Permit
    form: Form
    received_at: datetime
    records: Records
    computed: Computed
    materials: list[dict[str, Any]]
    missing: list[str]
    deadline: Deadline


def work_out(
    session: Session,
    office: Office,
    actor: Actor,
    application: Application,
    now: datetime,
    *,
    locking: bool = True,
) -> Intake:
    """Check an application and work out level, route, posting and due date; writes nothing.

    An acceptance says ``locking``: nobody else then writes about the applicant until it commits. Raises
    NotFound for an unknown process, Forbidden, Invalid with every wrong field, or a gate of the process.
    """
    definition = offered.process(session, office, actor, application.process)
    agency = agencies.known(session, actor.agency)
    act = _accepting(session, actor, application, definition)
    permit = decisions.require(session, actor, act)
    verdicts.require_proven(office, definition)
    today = office_date(now)
    form = applications.check(
        definition, application.applicant, application.form, application.materials, today
    )
    faults.check(definition, application.faults, {one.code for one in application.materials})
    files.check(session, [material.file for material in application.materials], agency.code)
    received = late_entries.received_at(session, agency.code, application, now, locking=locking)
    applicant = application.applicant
    records = enrolling.find(session, actor, applicant, definition, now, locking=locking)
    form = lists.filled(session, agency.code, definition, form, subjects.identifier(records)[1])
    if named := lists.concern(session, actor, form):
        decisions.require(session, actor, named.of(act))
    late_entries.check(session, agency.code, application, received, (records, form))
    records = lists.named(session, records, form, locking=locking)
    records = corrected_cases.named(session, records, form, actor=actor)
    computed = contents.compute(session, definition, office.risk, agency, records, form)
    if founded := subjects.founding(session, actor, computed.posting):
        decisions.require(session, actor, founded.of(act))
    materials, missing = applications.listed(definition, application.materials)
    return Intake(
        applicant=applicant.model_dump(),
        late_entry=application.late_entry,
        faults=application.faults,
        contact=_contact(office, application),
        definition=definition,
        agency=agency,
        permit=permit,
        form=form,
        received_at=received,
        records=records,
        computed=computed,
        materials=materials,
        missing=missing,
        deadline=Terms(
            received_at=received,
            # Who came on a day without power was accepted that day, on paper: his time has run since.
            accepted_at=received if application.late_entry else now,
            instant=computed.classification.timing == "instant",
            limit=definition.guide.time_limit,
        ).deadline(),
    )


def _contact(office: Office, application: Application) -> Contact | None:
    """The contact, where the office can use it: an address that nothing is sent to isn't kept."""
    contact = application.contact
    if contact is not None and contact.channel not in office.messages.channels:
        text = "this office sends no messages: leave it out"
        error = applications.field_error("contact.channel", text, rule="contact.channel")
        raise Invalid("This office sends no messages by this channel.", errors=[error])
    return contact


def _accepting(
    session: Session, actor: Actor, application: Application, definition: Definition
) -> Act:
    act = _to_accept(actor.agency, definition.code, definition.category)
    return subjects.asked_for(session, actor, application.applicant).of(act)


@lru_cache(maxsize=1024)
def _to_accept(agency: str, process: str, category: str) -> Act:
    return Act("accept", agency=agency, process=process, category=category)
