"""The pages of a long case: what a list brought, and what its posting writes, beyond the first entries."""

from typing import Any

from sqlalchemy.orm import Session

from authz.actors import Actor
from engine import case_parts, views
from engine.office import Office
from engine.record import CaseContent
from engine.workbooks import long_lists
from register import masked


def posting_page(
    session: Session, actor: Actor, case_no: str, after: int
) -> tuple[list[dict[str, Any]], int | None]:
    """The lines and changes of a case beyond the first ``after``, and where the next page begins.

    Raises CaseNotFound, Forbidden.
    """
    case = views.visible_case(session, actor, case_no)
    content = session.get_one(CaseContent, (case.case_id, case.cycle))
    items, further = long_lists.page(case_parts.posting_shown(content.posting), after)
    return long_lists.named_entries(session, content, items), further


def rows_page(
    session: Session, office: Office, actor: Actor, case_no: str, after: int
) -> tuple[list[dict[str, Any]], int | None]:
    """The rows of a case's list beyond the first ``after``, masked; as ``posting_page``."""
    case = views.visible_case(session, actor, case_no)
    content = session.get_one(CaseContent, (case.case_id, case.cycle))
    personal = office.catalogue.at(case.definition).personal_fields()
    return long_lists.page(masked.masked_form(content.form, personal).get("rows", []), after)
