"""The guide (办事指南) of a process: basis, materials, time limit, steps, fee, retention, channels.

It is read from ``guide.yaml``, shown to the public, and decides which materials a case must have.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.defining import located
from engine.process import Names

Short = Annotated[str, Field(min_length=1, max_length=200)]
Long = Annotated[str, Field(min_length=1, max_length=2000)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
RETENTION_YEARS = (10, 30, 50, 100)
SIGNATURE = "signature"


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)


class Bilingual(_Strict):
    """A text in Chinese and English."""

    zh: Long
    en: Long

    def names(self) -> Names:
        """The same as the contract's ``Names``."""
        return Names(self.zh, self.en)


class Basis(_Strict):
    """Where a rule comes from. ``verified: false`` is shown as 待核实."""

    title: Short
    article: str = Field(default="", max_length=100)
    source: Short
    verified: bool

    @property
    def cited(self) -> str:
        """As a paper cites it: title and article."""
        return f"{self.title}{self.article}"

    @cached_property
    def said(self) -> Mapping[str, Any]:
        """As a record says it."""
        return self.model_dump()


class Material(_Strict):
    """A document the applicant hands in.

    ``identity`` marks proof of who somebody is. ``shareable``: where the data can be had by sharing
    it may not be asked for again (国令716 §7). ``form: signature`` is the applicant's own signature or
    thumb-print (签名、按印) under what the form says: taken at the window, or given on the printed form.
    """

    code: Code
    name: Bilingual
    form: Literal["original", "copy", "scan", "signature"]
    copies: int = Field(ge=1, le=9)
    required: bool
    identity: bool = False
    shareable: bool = False
    legal_basis: Basis | None = None


class StatutoryLimit(_Strict):
    """What the law allows at most, counted from the day the application was received."""

    days: int = Field(ge=1, le=365)
    unit: Literal["working_days", "calendar_days"]
    basis: Basis


class Extension(_Strict):
    """How many days a case may be lengthened by, once, and what allows it."""

    days: int = Field(ge=1, le=365)
    basis: Basis


class TimeLimit(_Strict):
    """How long the business may take.

    ``days`` (working days after acceptance) binds a case handled as limited (限时); instant business
    (即时) is done the same day whatever it says. 0: the process never becomes limited business.
    ``promised_days`` is the shorter time the agency promises, 0 where it promises ``days``. Without
    ``extension`` the general rule limits how much longer a case may be given. ``step_shares`` are the parts
    of the promised days that steps may take, by their ids; each other step has one part.
    """

    days: int = Field(ge=0, le=365)
    unit: Literal["working_days"] = "working_days"
    promised_days: int = Field(ge=0, le=365)
    basis: Basis
    statutory: StatutoryLimit | None = None
    extension: Extension | None = None
    step_shares: Mapping[Code, Annotated[int, Field(ge=1, le=20)]] = Field(
        default={}, max_length=20
    )


class AwaitedDeadline(_Strict):
    """A stretch of time that a case waits for, by its name in ``deadlines``: a timer of the diagram names it.

    It runs from the day after the case got there and is over when its last day is.
    """

    name: Bilingual
    days: int = Field(ge=1, le=365)
    unit: Literal["working_days", "calendar_days"]
    basis: Basis


class Retention(_Strict):
    """How long the case's file is kept: years, or for ever (保管期限)."""

    years: int | Literal["permanent"]
    basis: Basis


class Guide(_Strict):
    """Everything the public is told about a process.

    ``synonyms`` are other words people say for it, in either language: they find it, nobody is shown them.
    """

    summary: Bilingual
    basis: Sequence[Basis] = Field(min_length=1)
    materials: Sequence[Material] = Field(max_length=40)
    time_limit: TimeLimit
    steps: Sequence[Bilingual] = Field(min_length=1)
    fee: Bilingual
    retention: Retention
    channels: Sequence[Literal["window", "online", "phone", "outreach"]] = Field(min_length=1)
    notes: Sequence[Bilingual] = ()
    synonyms: Sequence[Short] = Field(default=(), max_length=40)
    deadlines: Mapping[Code, AwaitedDeadline] = Field(default={}, max_length=10)

    @cached_property
    def signature(self) -> str | None:
        """The code of the applicant's own signature, where one is asked for."""
        return next((m.code for m in self.materials if m.form == SIGNATURE), None)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The codes of the materials without which the business isn't accepted."""
        return tuple(m.code for m in self.materials if m.required)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of all materials, in order of the alphabet."""
        return tuple(sorted(m.code for m in self.materials))

    @cached_property
    def listed(self) -> Mapping[str, tuple[int, Material]]:
        """Every material by its code, with its place."""
        return {m.code: (place, m) for place, m in enumerate(self.materials)}

    def limit_days(self, level: int) -> int:
        """Working days a case of this level may take; 0 means the same day (Art. 8: 2 and 3)."""
        return self.time_limit.days if level == 1 else 0


def parse(text: str, file: str) -> Guide:
    """The guide of a text; raises DefinitionRefused naming file, line and field."""
    sheet = located.parse(text, file)
    guide = located.checked(sheet, Guide)
    _check_materials(sheet, guide)
    _check_limits(sheet, guide)
    return guide


def _check_materials(sheet: located.Sheet, guide: Guide) -> None:
    seen: set[str] = set()
    for index, material in enumerate(guide.materials):
        where: located.Where = ("materials", index)
        if material.code in seen:
            raise sheet.refused((*where, "code"), f"{material.code} is listed twice")
        seen.add(material.code)
        if material.form == SIGNATURE and material.code != guide.signature:
            raise sheet.refused((*where, "form"), "the applicant signs once")
        if material.required and not material.identity and material.legal_basis is None:
            raise sheet.refused(
                (*where, "required"),
                f"{material.code} is required but names no legal_basis: beyond proof of identity only "
                "what a law, regulation or State Council decision names may be demanded "
                "(社会保险经办条例 31)",
            )
        if material.required and material.shareable:
            raise sheet.refused(
                (*where, "required"),
                f"{material.code} is required although it is shareable: what sharing brings may not be "
                "asked for again (国令716 第7条)",
            )


def _check_limits(sheet: located.Sheet, guide: Guide) -> None:
    limit = guide.time_limit
    if limit.promised_days > limit.days:
        raise sheet.refused(
            ("time_limit", "promised_days"), f"promises more than the limit of {limit.days} days"
        )
    statutory = limit.statutory
    if statutory and statutory.unit == "working_days" and limit.days > statutory.days:
        raise sheet.refused(
            ("time_limit", "days"), f"is longer than the law allows ({statutory.days} working days)"
        )
    years = guide.retention.years
    if years != "permanent" and years not in RETENTION_YEARS:
        raise sheet.refused(
            ("retention", "years"), f"is one of {', '.join(map(str, RETENTION_YEARS))} or permanent"
        )
