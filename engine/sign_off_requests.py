"""What somebody sends to sign a task, and what each decision must say."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from database.refusals import Invalid
from engine import decision_reasons
from engine.applications import field_error
from engine.city_meetings import resolutions
from engine.city_meetings.resolutions import Resolution
from engine.handling import Handling
from engine.record import Task


class SignOffRequest(BaseModel):
    """The body of a sign-off, without the password, which the edge checks apart.

    ``basis`` is the provision that a refusal rests on; left out, the decision names the business's own.
    """

    model_config = ConfigDict(strict=True, extra="forbid", str_strip_whitespace=True)

    decision: Literal["approve", "return", "refuse", "escalate"]
    opinion: str = Field(default="", max_length=1000)
    reasons: list[str] = Field(default_factory=list, max_length=20)
    basis: str = Field(default="", max_length=300)
    resolution: Resolution | None = None
    seen: str = Field(min_length=1, max_length=64)


def check(work: Handling, task: Task, request: SignOffRequest) -> None:
    """Raise Invalid where a decision lacks what it must say."""
    errors = []
    if request.decision == "return" and not (request.opinion or request.reasons):
        text = "say what is to be corrected, or give reasons"
        errors.append(field_error("opinion", text, rule="opinion.missing"))
    if request.decision == "return" and not request.opinion and _unsaid(request.reasons):
        text = "a reason without words of its own needs an opinion that says it"
        errors.append(field_error("opinion", text, rule="reasons.unsaid"))
    if request.decision == "refuse" and not request.opinion:
        text = "give reason and legal basis of the refusal"
        errors.append(field_error("opinion", text, rule="opinion.missing"))
    if any(not 1 <= len(reason) <= 80 for reason in request.reasons):  # noqa: PLR2004
        text = "each reason is a code of 1 to 80 characters"
        errors.append(field_error("reasons", text, rule="reasons.length"))
    errors += resolutions.errors(work, task, request.decision, request.resolution)
    if errors:
        raise Invalid(
            "The sign-off is not complete; each field says what is missing.",
            errors=errors,
        )


def reasons(request: SignOffRequest) -> list[str]:
    """The reasons as the sign-off keeps them: what goes back or is refused has a coded one, always.

    Whoever gave words alone gave the reason ``other``, with those words; the provision that a refusal cites
    stands among them. Source: 宁社保发[2014]24号 附2 五(三).
    """
    coded = decision_reasons.REASONS.get(request.decision)
    given = list(request.reasons)
    if coded is not None and not any(reason in coded for reason in given):
        given = [decision_reasons.OTHER, *given]
    if request.decision == "refuse" and request.basis:
        given.append(decision_reasons.citing(request.basis))
    return given


def _unsaid(given: list[str]) -> bool:
    """Whether these reasons say no more than that there is another one."""
    return set(given) == {decision_reasons.OTHER}
