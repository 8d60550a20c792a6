"""What a case of the grant register says and does: its entry worked out, held against today, and entered.

A grant is no money, and posts like it: computed when it is applied for, shown to every signer, covered by
each sign-off, worked out again at each, and entered by the guard of postings alone.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from authz.granting import grant_entry, grants
from authz.granting.grant_entry import GrantEntry, GrantInvalid
from authz.granting.grant_record import Grant
from authz.offices import agencies
from authz.offices.agencies import Agency, AgencyNotFound
from database import clock
from database.clock import office_date
from database.refusals import InvariantBroken
from engine import contents, office_record, process
from engine.contents import Computed
from engine.defining.definitions import Definition
from engine.handling import Handling
from engine.process import Form
from engine.record import CaseContent
from engine.rules.risk_file import RiskTable
from register.parameters import Parameters
from register.records import Records

CODE = "grant_registration"


def entry_of(said: Mapping[str, Any]) -> GrantEntry:
    """The entry that a form or a posting of such a case says."""
    return GrantEntry.model_validate(dict(said))


def compute(
    session: Session, definition: Definition, table: RiskTable, agency: Agency, form: Form
) -> Computed:
    """What follows from an application: no person's record is read for it."""
    records = Records(None, None, clock.today(session), Parameters())
    return contents.compute(session, definition, table, agency, records, form)


def again(work: Handling, form: Form, table: RiskTable) -> Computed:
    """As ``compute`` for a case as things stand now.

    Raises a gate where the entry makes no sense any more: its holder has left, its last day is over.
    """
    entry = entry_of(form.model_dump(mode="json"))
    try:
        agency = agencies.get(work.session, entry.agency)
        account_id = grant_entry.check(work.session, entry, agency)
        grant_entry.check_posts(work.session, entry, account_id)
    except (AgencyNotFound, GrantInvalid) as wrong:
        raise process.refuse(
            GrantInvalid.rule,
            "授权登记内容与现状不符（人员、岗位、科室或日期已变），请更正",
            "The entry does not fit any more (staff, posts, sections or dates changed): correct it.",
        ) from wrong
    return compute(work.session, work.definition, table, work.agency, form)


def concerns(session: Session, person_id: int, content: CaseContent) -> bool:
    """Whether a natural person would gain by the grant of a case."""
    return person_id in grants.gainers(session, entry_of(content.posting["grant"]))


def enter(work: Handling, said: Mapping[str, Any], signers: Collection[int]) -> Grant:
    """Make the entry that was signed, and note it; it begins at the approval where that comes later.

    ``signers`` are the natural persons who signed. Raises InvariantBroken where one of them would gain.
    """
    session, entry = work.session, entry_of(said)
    if grants.gainers(session, entry) & set(signers):
        raise InvariantBroken(f"case {work.case.case_no} grants something to one of its signers")
    grant = grants.enter(
        session,
        entry,
        by=work.actor.account_id,
        at=work.now,
        since=max(entry.valid_from, office_date(work.now)),
        case_no=work.case.case_no,
    )
    detail = {
        "grant": grant.grant_id,
        "case_no": grant.case_no,
        "post": grant.post,
        "agency": grant.agency_code,
        "process": grant.process,
        "class": grant.handling,
        "act": grant.act,
    }
    place = work.case.agency_code
    office_record.note(session, place, "granted", [grant], actor=work.actor, detail=detail)
    return grant
