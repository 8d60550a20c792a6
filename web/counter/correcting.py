"""Correcting a returned case: its own form, filled with what the case says, and why it came back."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Reading
from engine import correction, drafts, views
from engine.correction import NotReturned
from engine.handling import Handling
from web import case_labels
from web.case_reading import opened
from web.counter import fields, filling, looked_up, typed, values
from web.counter.begin import DESK
from web.counter.typed import Typed

router = APIRouter(include_in_schema=False)


@router.get(DESK + "/correct/{case_no}")
def show(case_no: str, request: Request, caller: Asking, wrong: str = "") -> Response:
    """The case's form, or what was begun of its correction. Raises NotReturned, Forbidden."""
    with looked_up.reading(caller) as reading:
        work = opened(reading, case_no)
        task = next((task for task in work.tasks if task.step == "correct"), None)
        correction.permitted(work, task)
        if task is None:
            raise NotReturned(facts={"case_no": case_no})
        draft = begun(reading, case_no)
        said = typed.kept(draft.content) if draft else of_case(work)
        return filling.form_page(
            request,
            reading,
            work.definition,
            said,
            draft,
            wrong=bool(wrong),
            returned=_returned(reading, case_no),
        )


def begun(reading: Reading, case_no: str) -> drafts.Draft | None:
    """The person's own draft of this correction."""
    mine = drafts.mine(reading.session, reading.actor)
    return next((draft for draft in mine if draft.content.get("case_no") == case_no), None)


def of_case(work: Handling) -> Typed:
    """The form as the case has it; personal fields stay empty, which leaves them as they are."""
    content, personal = work.content, work.definition.personal_fields()
    return Typed(
        applicant={name: str(content.applicant[name]) for name in typed.APPLICANT},
        form={
            name: text
            for field in fields.of(work.definition)
            if field.name not in personal and content.form.get(field.name) is not None
            for name, text in values.flat(field, content.form[field.name]).items()
        },
        materials={},
        case_no=work.case.case_no,
    )


def _returned(reading: Reading, case_no: str) -> dict[str, Any]:
    """Why it came back: the deciding person's reasons, or the materials that were missing."""
    view = views.case_view(reading.session, reading.office, reading.actor, case_no)
    decided = view.get("decided") or {}
    return {
        "view": view,
        "reasons": case_labels.reasons(decided),
        "opinion": decided.get("opinion", ""),
        "by": decided.get("by"),
        "missing": (view.get("notice") or {}).get("missing", ()),
    }
