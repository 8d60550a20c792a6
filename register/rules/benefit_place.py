"""Where a pension is paid (待遇领取地) of somebody who was insured in several provinces.

Source: 国办发〔2009〕66号. The household's place if the relation is there; else the last place if ten
years were paid there; else the last earlier place with ten years; else the household's place.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from register import months
from register.entries import DerivationStep
from register.parameters import Parameters

SOURCE = "国办发〔2009〕66号"


@dataclass(frozen=True, slots=True)
class Stay:
    """Contribution months in one place; the last of a list is where the relation is now."""

    place: str
    months: int


@dataclass(frozen=True, slots=True)
class BenefitPlace:
    """The place that pays, which of the four rules decided (1 to 4), and why."""

    place: str
    rule: int
    derivation: tuple[DerivationStep, ...]


def decided(
    stays: Sequence[Stay], household: str, on: date, parameters: Parameters
) -> BenefitPlace:
    """The place of benefit, months in one place being added up. Raises ParameterMissing.

    Stays on a temporary account are left out by the caller: their relation is elsewhere.
    """
    needed = parameters.integer("benefit_place_months", on)
    paid: Counter[str] = Counter()
    for stay in stays:
        paid[stay.place] += stay.months
    current = stays[-1].place if stays else household
    if current == household:
        return _answer(
            household,
            1,
            "关系在户籍所在地，由户籍所在地办理",
            "the relation is at the household's place",
        )
    for stay in reversed(stays):
        if paid[stay.place] >= needed:
            years = needed // months.YEAR
            if stay.place == current:
                return _answer(
                    current,
                    2,
                    f"关系不在户籍地，现参保地缴费满{years}年（{paid[current]}个月）",
                    f"{paid[current]} months at the present place: at least {years} years",
                )
            return _answer(
                stay.place,
                3,
                f"现参保地不满{years}年，转回上一个满{years}年的参保地（{paid[stay.place]}个月）",
                f"less than {years} years at the present place, {paid[stay.place]} at this earlier one",
            )
    return _answer(
        household,
        4,
        f"各参保地均不满{needed // months.YEAR}年，由户籍所在地归集办理",
        f"nowhere {needed // months.YEAR} years: the household's place",
    )


def _answer(place: str, rule: int, zh: str, en: str) -> BenefitPlace:
    return BenefitPlace(place, rule, (DerivationStep(zh, en, place, SOURCE),))
