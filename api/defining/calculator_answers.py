"""What each calculator answers, as the published interface says it: its own values, and what all tell."""

from pydantic import BaseModel

from api.answers import NamesShown, StepShown


class ValueShown(BaseModel):
    """One value: cents, a month as YYYY-MM, a number of months or days, or a word with its names."""

    code: str
    name: NamesShown
    unit: str
    value: int | str
    word: NamesShown | None


class ParameterUse(BaseModel):
    """A dated parameter that was used; one that isn't ``verified`` is still to be confirmed (待核实)."""

    name: str
    title: NamesShown
    unit: str
    effective_from: str
    value: str
    verified: bool
    source: str


class CalculatorAnswer(BaseModel):
    """The values named, how each was reckoned, and on which parameters; ``verified`` if all of those are."""

    calculator: str
    name: NamesShown
    reckoned_on: str
    values: list[ValueShown]
    derivation: list[StepShown]
    parameters: list[ParameterUse]
    sources: list[str]
    verified: bool
    note: NamesShown


class RetirementDateAnswer(CalculatorAnswer):
    """When one may retire; months as YYYY-MM."""

    retires_in: str
    earliest_in: str
    latest_in: str
    months_delayed: int
    minimum_months: int
    missing_months: int | None = None


class PensionAnswer(CalculatorAnswer):
    """A monthly pension, and whether age and contribution allow it (``yes`` or ``no``)."""

    monthly_cents: int
    basic_cents: int
    account_cents: int
    transition_cents: int
    from_month: str
    eligible: str


class InterestAnswer(CalculatorAnswer):
    """What an account holds in the end, and how much of it is interest."""

    closing_cents: int
    interest_cents: int


class LateFeeAnswer(CalculatorAnswer):
    """A late fee, for so many days."""

    late_fee_cents: int
    days: int
    assessed_by: str


class SurvivorBenefitAnswer(CalculatorAnswer):
    """Both grants after a death."""

    total_cents: int
    funeral_cents: int
    grant_cents: int


class TransferAmountAnswer(CalculatorAnswer):
    """What moves to another province."""

    total_cents: int
    account_cents: int
    pooled_cents: int
    step_workdays: int


class BackPaymentAnswer(CalculatorAnswer):
    """What past months cost, which document they need, and whether the one at hand is it."""

    total_cents: int
    principal_cents: int
    late_fee_cents: int
    months: int
    document: str
    founded: str
    assessed_by: str


AnyAnswer = (
    RetirementDateAnswer
    | PensionAnswer
    | InterestAnswer
    | LateFeeAnswer
    | SurvivorBenefitAnswer
    | TransferAmountAnswer
    | BackPaymentAnswer
)
