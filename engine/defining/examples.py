"""The examples of a process (``examples.yaml``): cases a clerk can read, which the tests hold it to."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine import decision_reasons
from engine.defining import located
from engine.defining.guides import Bilingual


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ExpectedLine(_Strict):
    """A ledger line that is written: account, side, amount."""

    account: str
    side: Literal["debit", "credit"]
    amount_cents: int = Field(gt=0)


class ExpectedChange(_Strict):
    """A change that is written: its kind, and what it says (fields not named here may be anything)."""

    kind: str
    after: Mapping[str, Any] = Field(default_factory=dict)
    effective_from: str | None = None


class Expectation(_Strict):
    """What comes of an example: level, route, who signs and what is written, or what refuses it.

    ``refused`` is the rule of a gate; ``invalid`` the form's fields that are wrong (``""``: the form as
    a whole).
    """

    level: Literal[1, 2, 3] | None = None
    route: Literal["county", "city_approval", "city_meeting", "city", "registration"] | None = None
    signers: Sequence[str] = ()
    lines: Sequence[ExpectedLine] = ()
    changes: Sequence[ExpectedChange] = ()
    document: Mapping[str, Any] | None = None
    refused: str | None = None
    invalid: Sequence[str] | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> "Expectation":
        outcomes = [self.level is not None, self.refused is not None, self.invalid is not None]
        if sum(outcomes) != 1:
            raise ValueError("expects exactly one of level, refused or invalid")
        if self.level is not None and not self.signers:
            raise ValueError("an accepted example names its signers")
        return self


class Returned(_Strict):
    """How a case went back once before its outcome: from which step, why (codes), and what was wrong.

    ``form`` are the fields as they were first handed in; without it a material was wrong, not the form.
    """

    step: str
    reasons: Sequence[str] = Field(min_length=1)
    form: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_reasons(self) -> "Returned":
        unknown = set(self.reasons) - set(decision_reasons.choices("return"))
        if unknown:
            raise ValueError(f"no reason to return a case: {', '.join(sorted(unknown))}")
        return self


class Example(_Strict):
    """One case: the record it starts from (differences from the example person), the form, the outcome.

    ``messages`` is the data of those that came. A case that was ``returned`` has the form as corrected.
    """

    name: Bilingual
    accepted_on: str = "2026-11-23"
    agency: Literal["county", "city"] = "county"
    record: Mapping[str, Any] = Field(default_factory=dict)
    form: Mapping[str, Any]
    messages: Mapping[str, Mapping[str, Any]] = Field(default_factory=dict)
    returned: Returned | None = None
    expect: Expectation


class _File(_Strict):
    examples: Sequence[Example] = Field(min_length=1)


def parse(text: str, file: str) -> Sequence[Example]:
    """The examples of a text; raises DefinitionRefused naming file, line and field."""
    return tuple(located.checked(located.parse(text, file), _File).examples)
