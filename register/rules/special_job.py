"""Earlier retirement after special jobs (特殊工种): from which age, after how many years of which job.

Source: 国发〔1978〕104号. How these ages move with the gradual delay from 2025 on is not confirmed: the
values since then are unverified.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from register import months
from register.entries import DerivationStep
from register.parameters import Parameters
from register.records import Sex

SOURCE = "国发〔1978〕104号"

# 高空, 特别繁重; 井下, 高温; 有毒有害.
Job = Literal["height", "heavy", "underground", "heat", "toxic"]


@dataclass(frozen=True, slots=True)
class SpecialJob:
    """The month from which this job's age is reached, and the years that are needed and were worked."""

    reached: int
    needed_years: int
    entitled: bool
    derivation: tuple[DerivationStep, ...]


def judged(
    birth: date, sex: Sex, job: Job, worked_months: int, on: date, parameters: Parameters
) -> SpecialJob:
    """Whether on a day somebody may retire for a special job: age reached and years worked.

    Raises ParameterMissing.
    """
    age = parameters.integer_entry("special_job_age_months", sex, on)
    years = parameters.integer_entry("special_job_years", job, on)
    reached = months.shifted(months.of(birth), age)
    entitled = months.of(on) >= reached and worked_months >= years * months.YEAR
    worked = f"{worked_months // months.YEAR}", f"{worked_months % months.YEAR}"
    return SpecialJob(
        reached,
        years,
        entitled,
        (
            DerivationStep(
                f"特殊工种退休年龄{age // months.YEAR}周岁，达到年月",
                f"age of the special job: {age // months.YEAR}, reached in",
                months.text(reached),
                SOURCE,
            ),
            DerivationStep(
                f"从事该工种{worked[0]}年{worked[1]}个月，须满年数",
                f"{worked[0]} years {worked[1]} months in the job; years needed",
                str(years),
                SOURCE,
            ),
        ),
    )
