"""The kinds of rules that a case changes: risk table, files of parameters, calendars of years, processes.

What their texts may never say the loaders of each kind refuse; here they are asked for all of them together,
since a file of parameters must fit the others, and a risk table the processes. Of a process the text is the
manifest of its folder: which files it has, and the digest of each; its code is never in the database. A
process ends by a text in the place of its manifest (``retirement``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from database.refusals import Invalid
from engine.defining import folder_manifests, retirement
from engine.defining.definitions import Catalogue, Definition
from engine.defining.folders import SHARED
from engine.defining.located import DefinitionRefused
from engine.rules import bundles, risk
from engine.rules.risk_file import REGISTERS, RiskTable
from engine.timing import workdays
from engine.timing.workdays import CalendarRefused, Year
from register import parameter_files
from register.parameter_files import ParametersRefused
from register.parameters import Tables

RISK_TABLE, PARAMETERS, CALENDAR = "risk_table", "parameters", "calendar"
DEFINITION = "definition"
KINDS = (RISK_TABLE, PARAMETERS, CALENDAR, DEFINITION)
RISK_LEVELS = "risk_levels"
# The registers' own cases, the chain that all call, and what puts a completed case right.
NEVER_ENDED = frozenset({*REGISTERS, SHARED, "case_correction"})
FILE = ".yaml"
# A rule by its kind and its name: the risk table's, a file's without its ending, a year's, a folder's.
Key = tuple[str, str]
Texts = Mapping[Key, str]


class RuleTextRefused(Invalid):
    """This text can't be a rule of the office; the field says why."""

    rule = "rule_change.text"


class NotRetirable(RuleTextRefused):
    """This process can't be retired: none is offered by this code, or the office itself works by it."""

    rule = "rule_change.not_retirable"


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules as the office works by them, from their texts; ``catalogue`` are the processes in force."""

    catalogue: Catalogue
    risk: RiskTable
    parameters: Tables
    calendars: Mapping[int, Year]


def digest_of(kind: str, name: str, text: str) -> str:
    """The digest by which a text is kept, applied for and signed."""
    said = f"tongban-v1\0rule\0{kind}\0{name}\0{text}"
    return sha256(said.encode()).hexdigest()


def installed(
    risk_text: str, files: Mapping[str, str], years: Mapping[int, Year], deployed: Catalogue
) -> Texts:
    """What an installation brings, rule by rule: risk table, files of parameters, calendars, processes."""
    return {
        (RISK_TABLE, RISK_LEVELS): risk_text,
        **{(PARAMETERS, name.removesuffix(FILE)): text for name, text in files.items()},
        **{(CALENDAR, str(year)): workdays.written(table) for year, table in years.items()},
        **{
            (DEFINITION, name): text
            for name, text in folder_manifests.of(deployed.deployed()).items()
        },
    }


def read(texts: Texts, catalogue: Catalogue) -> Rules:
    """The rules that these texts say; ``catalogue`` knows the versions of processes that are kept here.

    Raises DefinitionRefused, ParametersRefused, CalendarRefused.
    """
    table = _table(texts[RISK_TABLE, RISK_LEVELS])
    named = {name: text for (kind, name), text in texts.items() if kind == DEFINITION}
    registered = folder_manifests.catalogue(catalogue, named)
    risk.check(table, registered)
    bundles.check(table, registered)
    files = sorted(
        (f"{name}{FILE}", said) for (kind, name), said in texts.items() if kind == PARAMETERS
    )
    years = {
        int(name): _year(said, name) for (kind, name), said in texts.items() if kind == CALENDAR
    }
    return Rules(registered, table, _tables(tuple(files)), years)


# Every start, and every look at a change, reads all of them; each text says the same each time.
@lru_cache(maxsize=16)
def _table(text: str) -> RiskTable:
    return risk.parse(text, f"{RISK_LEVELS}{FILE}")


@lru_cache(maxsize=16)
def _tables(files: tuple[tuple[str, str], ...]) -> Tables:
    return Tables(dict(files), parameter_files.parse(dict(files)))


@lru_cache(maxsize=200)
def _year(text: str, name: str) -> Year:
    return workdays.parsed(text, name)


def check(texts: Texts, key: Key, text: str, catalogue: Catalogue) -> Rules:
    """The rules of an office where one of them is replaced. Raises RuleTextRefused."""
    before = texts.get(key)
    ends = key[0] == DEFINITION and retirement.says(text)
    if ends and text != before:
        _endable(key[1], before)
    try:
        found = read({**texts, key: text}, catalogue)
        successor = retirement.parsed(text).successor if ends else None
    except (DefinitionRefused, ParametersRefused, CalendarRefused) as wrong:
        raise refused(str(wrong)) from wrong
    if successor is not None and text != before:
        offered = {one.code for one in found.catalogue.all()} | set(found.catalogue.absent)
        if successor not in offered:
            why = f"{successor} can't take its place: no such process is offered then."
            raise NotRetirable(why, facts={"process": key[1], "successor": successor})
    if key[0] == DEFINITION and not ends:
        absent = [
            f"{code}: {why}" for code, why in found.catalogue.absent.items() if _of(key[1], code)
        ]
        if absent:
            raise refused("; ".join(absent))
    if key[0] == CALENDAR and before is not None:
        year = int(key[1])
        if _year(before, key[1]).verified and not found.calendars[year].verified:
            raise refused(
                f"{year} is registered as published: a provisional table takes no place of it"
            )
    return found


def _endable(code: str, before: str | None) -> None:
    """Raise NotRetirable where there is nothing to end, or the office itself works by it."""
    why = None
    if code in NEVER_ENDED:
        why = f"{code} is what the office itself works by: it can be changed, not ended."
    elif before is None or retirement.says(before):
        why = f"No process {code} is offered then, so none can be retired."
    if why is not None:
        raise NotRetirable(why, facts={"process": code})


def changed(name: str, rules: Rules) -> list[Definition]:
    """The definitions that a change of a folder changes: its own, and by ``_shared`` all of them."""
    return [one for one in rules.catalogue.deployed() if _of(name, one.code)]


def _of(name: str, code: str) -> bool:
    return name in {SHARED, code}


def same(key: Key, one: str, other: str) -> bool:
    """Whether two texts of a rule say the same: word for word, and of a calendar day for day."""
    if one == other or key[0] != CALENDAR:
        return one == other
    return _year(one, key[1]) == _year(other, key[1])


def refused(why: str) -> RuleTextRefused:
    """The refusal of a text, with what is wrong with it."""
    errors = [{"field": "text", "message": why, "rule": RuleTextRefused.rule}]
    return RuleTextRefused(f"This text can't be a rule of the office: {why}", errors=errors)
