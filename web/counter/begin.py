"""The desk before a business is chosen: who the client is, what he comes for, and what is still open."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Asking, Command, Commanding, Reading
from authz import decisions
from authz.acts import Act
from engine import drafts, offered
from engine.drafts import Draft
from web import commands, pages, tokens
from web.counter import aside, looked_up, person, typed
from web.counter.typed import Typed
from web.forms import Sent, sent_form

router = APIRouter(include_in_schema=False)

DESK = "/desk"


@router.get(DESK)
def show(request: Request, caller: Asking, q: str = "", like: str = "") -> Response:
    """The desk; ``q`` is what is sought, ``like`` the case whose applicant wants something more."""
    with looked_up.reading(caller) as reading:
        require_teller(reading)
        said = typed.Typed() if not like else of_case(reading, like)
        return pages.page(
            request,
            "counter/desk.html",
            reading,
            **aside.shown(reading, q),
            origin={"like": like} if like else {},
            typed=said,
            picture=person.picture(reading, said),
            words=person,
        )


@router.get(DESK + "/find")
def find(
    request: Request, caller: Asking, q: str = "", draft: str = "", like: str = ""
) -> Response:
    """The businesses that fit, as one types."""
    with caller.reading() as reading:
        require_teller(reading)
        origin = {"draft": draft} if draft else {"like": like} if like else {}
        found = aside.sought(reading, q)
        return pages.part(request, "counter/hits.html", reading, **found, q=q, origin=origin)


@router.post(DESK + "/person")
def look(request: Request, caller: Asking, sent: Annotated[Sent, sent_form()]) -> Response:
    """The picture of whoever is typed; sent as a form, since a number has no place in an address."""
    with looked_up.reading(caller) as reading:
        tokens.require(request, sent.token, reading.actor.account_id)
        require_teller(reading)
        said = applicant_of(sent)
        return pages.part(
            request,
            "counter/picture.html",
            reading,
            picture=person.picture(reading, said),
            words=person,
            typed=said,
            processes=aside.names(reading),
        )


@router.post(DESK + "/begin")
def begin(request: Request, caller: Commanding, sent: Annotated[Sent, sent_form()]) -> Response:
    """Begin the chosen business for whoever is typed: a draft, whose page is the form.

    Without a key: whoever comes back to this page may begin something else from it.
    """
    with commands.command(request, caller, sent, keyed=False) as command:
        require_teller(command)
        definition = offered.process(
            command.session, command.office, command.actor, sent.text("process")
        )
        said = applicant_of(sent)
        draft = _begun(command, definition.code, said)
        return pages.done(command, request, f"{DESK}/drafts/{draft.draft_id}")


def require_teller(reading: Reading) -> None:
    """Raise Forbidden unless the person may accept anything at all."""
    actor = reading.actor
    category = aside.any_category(reading)
    decisions.require(reading.session, actor, Act("accept", agency=actor.agency, category=category))


def applicant_of(sent: Sent) -> Typed:
    """Whom the form names, without a business yet."""
    names = {name: sent.text(f"applicant.{name}")[:100] for name in (*typed.APPLICANT, "by")}
    names |= {f"agent.{n}": sent.text(f"applicant.agent.{n}")[:200] for n in typed.AGENT}
    names["kind"] = names["kind"] or "person"
    return Typed(applicant={name: said for name, said in names.items() if said})


def of_case(reading: Reading, case_no: str) -> Typed:
    """The applicant of a case that this person accepted himself. Raises CaseNotFound, Forbidden."""
    said: dict[str, Any] = aside.applicant_of_case(reading, case_no)
    return Typed(applicant=said)


def _begun(command: Command, code: str, said: Typed) -> Draft:
    """The draft of this business for this client: the one there is goes on, another would be forgotten."""
    found = next(
        (
            draft
            for draft in drafts.mine(command.session, command.actor)
            if draft.process == code and _same_client(typed.kept(draft.content), said)
        ),
        None,
    )
    if found is None:
        return drafts.save(command.session, command.actor, None, code, said.content())
    content = {**found.content, "applicant": said.applicant}
    return drafts.save(command.session, command.actor, found.draft_id, code, content)


def _same_client(kept: Typed, said: Typed) -> bool:
    return not kept.case_no and kept.applicant.get("id_no") == said.applicant.get("id_no")
