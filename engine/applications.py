"""What arrives at the window: the application, its correction, and the check of both, all errors at once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from database.clock import office_date
from database.refusals import Invalid
from engine.defining.definitions import Definition
from engine.one_notice import faults
from engine.one_notice.faults import Fault
from engine.outgoing.notice_contacts import Contact
from engine.process import Form
from engine.timing import workdays
from register import identity

MAX_MATERIALS = 60
MAX_IMAGES = 20


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)


def _moment(value: Any) -> Any:
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("a moment is written 2026-11-23T09:30:00+08:00") from None
        if moment.tzinfo is None:
            raise ValueError("a moment needs its zone, for example +08:00")
        return moment.astimezone(UTC)
    return value


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Agent(_Strict):
    """Who acts for the applicant, with the authorisation he shows."""

    name: str = Field(min_length=1, max_length=50)
    id_no: str = Field(min_length=1, max_length=18)
    authorization: str = Field(default="", max_length=200)


class Applicant(_Strict):
    """Whose business it is: a person by 公民身份号码, an employer by 统一社会信用代码."""

    kind: Literal["person", "employer"]
    id_type: Literal["resident", "uscc"] | None = None
    id_no: str = Field(min_length=1, max_length=18)
    name: str = Field(min_length=1, max_length=100)
    agent: Agent | None = None


class Material(_Strict):
    """One material handed in: its code in the guide, how many copies, the digest of its scan."""

    code: str = Field(min_length=1, max_length=40)
    copies: int = Field(default=1, ge=1, le=99)
    file: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class LateEntry(_Strict):
    """Why a case accepted on paper is entered afterwards, and the paper's number.

    Paper of a reserved number needs the coded reason and ``images``: the digests of its scans, signatures
    included.
    """

    reason: str = Field(min_length=1, max_length=500)
    paper_no: str = Field(min_length=1, max_length=40)
    code: Literal["outage", "network", "visit", "other"] | None = None
    images: list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = Field(
        default_factory=list, max_length=MAX_IMAGES
    )


class Application(_Strict):
    """The body of ``POST /api/cases``; ``faults`` is what was found wrong with it at the window.

    ``contact`` is where the applicant wants to be told how it goes; nothing of the case depends on it.
    """

    process: str = Field(min_length=1, max_length=40)
    applicant: Applicant
    form: dict[str, Any]
    materials: list[Material] = Field(default_factory=list, max_length=MAX_MATERIALS)
    faults: list[Fault] = Field(default_factory=list, max_length=faults.MOST)
    received_at: Moment | None = None
    late_entry: LateEntry | None = None
    contact: Contact | None = None


class Correction(_Strict):
    """The body of a correction: the form as it should be, and materials that are new or replaced.

    ``messages`` is the data of messages that had come, as it should be; ``faults`` is what is wrong again
    with what was brought.
    """

    form: dict[str, Any] | None = None
    messages: dict[str, dict[str, Any]] = Field(default_factory=dict, max_length=MAX_MATERIALS)
    materials: list[Material] = Field(default_factory=list, max_length=MAX_MATERIALS)
    faults: list[Fault] = Field(default_factory=list, max_length=faults.MOST)


def check(
    definition: Definition,
    applicant: Applicant,
    form: dict[str, Any],
    materials: list[Material],
    today: date,
) -> Form:
    """The checked form; raises Invalid naming every wrong field of applicant, form and materials."""
    errors = [*applicant_errors(definition, applicant, today)]
    checked: Form | None = None
    try:
        checked = definition.form.model_validate(form)
    except ValidationError as wrong:
        errors += field_errors(wrong, "form")
    errors += material_errors(materials, definition.guide.codes)
    if errors or checked is None:
        raise Invalid("Some fields don't fit; each says why. Nothing was accepted.", errors=errors)
    return checked


def check_form(definition: Definition, form: dict[str, Any]) -> Form:
    """The checked form alone; raises Invalid naming every wrong field."""
    try:
        return definition.form.model_validate(form)
    except ValidationError as wrong:
        errors = field_errors(wrong, "form")
        text = "Some fields don't fit; each says why. Nothing was accepted."
        raise Invalid(text, errors=errors) from wrong


def listed(definition: Definition, given: list[Material]) -> tuple[list[dict[str, Any]], list[str]]:
    """The materials as the case keeps them, by code, and the codes of required ones that are missing."""
    rows = [material.model_dump() for material in sorted(given, key=lambda m: m.code)]
    codes = {material.code for material in given}
    return rows, [code for code in definition.guide.required if code not in codes]


def field_error(field: str, message: str, *, rule: str) -> dict[str, Any]:
    """One error as the problem document lists it."""
    return {"field": field, "message": message, "rule": rule}


def field_errors(wrong: ValidationError, prefix: str = "") -> list[dict[str, Any]]:
    """Pydantic's errors as the problem document lists them: dotted field, message, rule.

    What was typed is left out of the message: it may be personal data.
    """
    listed = []
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        path = [prefix, *map(str, error["loc"])] if prefix else [*map(str, error["loc"])]
        message = error["msg"].removeprefix("Value error, ")
        listed.append(field_error(".".join(path), message, rule=f"form.{error['type']}"))
    return listed


def applicant_errors(
    definition: Definition, applicant: Applicant, today: date
) -> list[dict[str, Any]]:
    """What is wrong with who applies: kind, number, and the number of who acts for him."""
    errors = []
    if applicant.kind not in definition.applicant:
        allowed = " or ".join(definition.applicant)
        errors.append(
            _error("applicant.kind", f"this business is for: {allowed}", "applicant.kind")
        )
    fitting = {"person": "resident", "employer": "uscc"}[applicant.kind]
    if applicant.id_type not in (None, fitting):
        message = f"is {fitting} for a {applicant.kind}"
        errors.append(_error("applicant.id_type", message, "applicant.id_type"))
    try:
        if applicant.kind == "person":
            identity.check_id_no(applicant.id_no, today)
        else:
            identity.check_uscc(applicant.id_no)
    except Invalid as wrong:
        errors.append(_error("applicant.id_no", wrong.detail, wrong.rule))
    if applicant.agent is not None:
        try:
            identity.check_id_no(applicant.agent.id_no, today)
        except Invalid as wrong:
            errors.append(_error("applicant.agent.id_no", wrong.detail, wrong.rule))
    return errors


def material_errors(materials: list[Material], known: Sequence[str]) -> list[dict[str, Any]]:
    """The errors of materials that may only be of these codes."""
    errors, seen = [], set()
    for index, material in enumerate(materials):
        field = f"materials.{index}.code"
        if material.code not in known:
            text = f"the guide of this business lists: {', '.join(known) or 'none'}"
            errors.append(_error(field, text, "material.unknown"))
        elif material.code in seen:
            errors.append(
                _error(field, "listed twice: give it once, with copies", "material.twice")
            )
        seen.add(material.code)
    return errors


def _error(field: str, message: str, rule: str) -> dict[str, Any]:
    return {"field": field, "message": message, "rule": rule}


def received_at(application: Application, now: datetime) -> datetime:
    """When the application was received (收到申请之日), which statutory limits count from.

    Raises Invalid for a moment in the future, and for an earlier day without a late-entry reason.
    """
    received = application.received_at or now
    if received > now:
        raise Invalid(
            "It can't have been received in the future.",
            errors=[
                _error(
                    "received_at", "lies in the future: check date and zone", "received_at.future"
                )
            ],
        )
    if not workdays.loaded(office_date(received).year):
        raise Invalid(
            "No calendar goes back to the day it was received.",
            errors=[_error("received_at", "lies in a year without a calendar", "received_at.year")],
        )
    if office_date(received) < office_date(now) and application.late_entry is None:
        raise Invalid(
            "An application received on an earlier day is a late entry and needs its reason.",
            errors=[
                _error(
                    "late_entry", "give reason and paper_no of the late entry", "late_entry.missing"
                )
            ],
        )
    return received
