"""The contract of a process folder: what a process declares, and all it may use of the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from database.refusals import Invalid, InvariantBroken
from register import chart
from register.enrolment import Enrolment
from register.entries import Change, DerivationStep, Line, Posting
from register.records import EmployerRecord, PersonRecord, Records


@dataclass(frozen=True, slots=True)
class Names:
    """A text in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a process's ``__init__.py`` declares as ``PROCESS``; its code is the folder's name.

    ``category`` is the business domain (``registration``, ``contribution``, ``account``,
    ``transfer``, ``benefit``): sections of city and provincial offices serve categories.
    ``applicant`` says who may apply: ``person``, ``employer`` or both; ``agency`` alone for the office's own
    registers, which nobody applies for at a window. ``enrols`` says whom a case may put
    on the register: applicants of these kinds needn't be on it, and an employer's case that enrols ``person``
    may name new persons in its form. ``bundle`` names the processes whose business this one does in the same
    case (打包办理): one form, one chain of signatures, one posting.
    """

    names: Names
    category: str
    applicant: Sequence[str] = ("person",)
    enrols: Sequence[str] = ()
    national_item_code: str | None = None
    bundle: Sequence[str] = ()


class Form(BaseModel):
    """A process's form: strict types, no unknown fields, read-only once checked."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)


class Message(Form):
    """What comes from outside by one name, declared in ``messages.py`` with fields as a form has them.

    ``class InfoTable(Message)`` is the message ``info_table``. ``NAMES`` is what it is called, ``MATERIALS``
    are the codes of the guide's materials that may come with it. Nothing is posted before a ``NEEDED`` one
    came. What it says is part of the case: whoever signs, signs it too.
    """

    NAMES: ClassVar[Names]
    MATERIALS: ClassVar[Sequence[str]] = ()
    NEEDED: ClassVar[bool] = True


Messages = Mapping[str, Message]


class Correcting(Form):
    """A form that corrects a completed case: the engine looks it up and hands it over in the records."""

    corrected_case: str


class Row(Form):
    """One row of a field that is a short list, declared ``list[…]``; none of its fields is personal.

    (Rows about persons are ``engine.employee_lists``'.)

    Its fields are single values; the desk draws the list as a table, and errors name the row (from 0) and the
    field: ``form.periods.0.to_month``.
    """


def _iso_date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            # Python's own reading also takes 20260101 and 2026-W01-1.
            if len(value) == len("YYYY-MM-DD") and "W" not in value:
                return date.fromisoformat(value)
        except ValueError:
            raise ValueError("a date is written YYYY-MM-DD") from None
        raise ValueError("a date is written YYYY-MM-DD")
    return value


def _month(value: int) -> int:
    year, month = divmod(value, 100)
    if not (1900 <= year <= 2199 and 1 <= month <= 12):  # noqa: PLR2004
        raise ValueError("a month is written YYYYMM")
    return value


# JSON has no dates; strict models would refuse their ISO text.
IsoDate = Annotated[
    date,
    BeforeValidator(_iso_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Month = Annotated[int, AfterValidator(_month)]
Cents = Annotated[int, Field(ge=0, le=10**13)]


def text(zh: str, en: str, **rules: Any) -> Any:
    """A form field with its titles in both languages; ``rules`` are Pydantic's own (``max_length`` …).

    Keywords ``unit`` (``cents``, ``month`` …), ``personal`` (masked in answers) and ``choices`` (what
    each allowed value is called) go to the schema.
    """
    extra: dict[str, Any] = {"title_zh": zh}
    if "choices" in rules:
        named: Mapping[str, Names] = rules.pop("choices")
        extra["choices"] = {value: {"zh": n.zh, "en": n.en} for value, n in named.items()}
    for key in ("unit", "personal", "widget"):
        if key in rules:
            extra[key] = rules.pop(key)
    return Field(title=en, json_schema_extra=extra, **rules)


class GateRefused(Invalid):
    """The business cannot be done as things stand: no case is made."""

    rule = "gate"


def refuse(rule: str, zh: str, en: str, *, rows: Sequence[Any] = ()) -> GateRefused:
    """A gate's refusal, to be raised from ``posting`` or ``facts``; ``rows`` name what blocks."""
    return GateRefused(en, rule=rule, facts={"message": {"zh": zh, "en": en}, "rows": list(rows)})


def yuan(cents: int) -> str:
    """An amount as people read it: yuan with two decimals."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def insured(records: Records) -> PersonRecord:
    """The person the case is about. A process for persons is never computed without one."""
    if records.person is None:
        raise InvariantBroken("a process for persons was computed without a person")
    return records.person


def enrolled(records: Records) -> EmployerRecord:
    """The employer the case is about. A process for employers is never computed without one."""
    if records.employer is None:
        raise InvariantBroken("a process for employers was computed without an employer")
    return records.employer


def enrolling(records: Records) -> Enrolment:
    """Whom the case enrols. A process that says it enrols is never computed without."""
    if records.enrolment is None:
        raise InvariantBroken("a process that enrols was computed without whom")
    return records.enrolment


def _refuse_frozen(person: PersonRecord, lines: Sequence[Line]) -> None:
    """What a process pays out of the account, whatever for, waits for the courts that froze it.

    Held here and not by each process, so that no business of tomorrow can forget it. A correction of the
    account pays nothing out and stays possible.
    """
    taken = any(line.account in chart.PERSONAL_ACCOUNT and line.side == "debit" for line in lines)
    if not taken or not any(
        line.account in chart.OUTGOING and line.side == "credit" for line in lines
    ):
        return
    if person.holds:
        first = person.holds[0]
        raise refuse(
            "account.frozen",
            f"个人账户已由{first.court}冻结（{first.document_no}），至{first.until}，不能付出",
            f"The personal account is frozen by {first.court} ({first.document_no}) through {first.until}: "
            "nothing is paid out of it until the freeze ends or is lifted.",
            rows=[hold.document_no for hold in person.holds],
        )


M = TypeVar("M", bound=Message)


def came(messages: Messages, name: str, kind: type[M]) -> M | None:
    """The message of this name, as the class the process declares; None while it is awaited."""
    found = messages.get(name)
    if found is not None and not isinstance(found, kind):
        raise InvariantBroken(f"the message {name!r} is of another kind")
    return found


def composed(  # noqa: PLR0913 - each part of a posting by its name
    records: Records,
    *,
    lines: Sequence[Line] = (),
    changes: Sequence[Change] = (),
    derivation: Sequence[DerivationStep] = (),
    others: Sequence[EmployerRecord] = (),
    payee: Mapping[str, Any] | None = None,
    grant: Mapping[str, Any] | None = None,
    rule: Mapping[str, Any] | None = None,
    corrects: Mapping[str, Any] | None = None,
) -> Posting:
    """A posting with the parameters that were used and the register versions that were read.

    ``others`` are the employers that were looked up beside the applicant: verification looks up these only.
    ``payee`` (``register.payees``) is said where the form alone doesn't tell who is paid, ``grant`` where it
    goes to the grant register, ``rule`` where to that of rules, ``corrects`` where it reverses a case.
    Raises the gate ``account.frozen`` where money would leave a personal account that a court froze.
    """
    read: list[dict[str, Any]] = []
    if records.person is not None:
        person = records.person
        _refuse_frozen(person, lines)
        read.append({"kind": "person", "id": person.person_id, "version": person.version})
    employers = [*([records.employer] if records.employer else []), *others]
    read += [
        {"kind": "employer", "id": one.employer_id, "version": one.version} for one in employers
    ]
    if not read and records.enrolment is not None:
        read.append(
            {"kind": records.enrolment.kind, "id": records.enrolment.subject_id, "version": 0}
        )
    read += [
        {"kind": "person", "id": listed.person_id, "version": listed.version}
        for listed in records.persons.values()
    ]
    return Posting(
        lines=tuple(lines),
        changes=tuple(changes),
        derivation=tuple(derivation),
        parameters=tuple(records.parameters.used),
        read=tuple(read),
        payee=payee,
        grant=grant,
        rule=rule,
        corrects=corrects,
    )
