"""Businesses that run as one case (打包办理): a bundle is never signed by fewer than its parts would be.

A process names its parts; it is itself one process, so one form, one chain of signatures and one posting are
all there is. Source: domain catalogue §2.3 (after a death: grants, account, end of the pension).
"""

from engine.defining.definitions import Catalogue, Definition
from engine.defining.located import DefinitionRefused
from engine.rules import risk
from engine.rules.risk_file import HIGH, Entry, RiskTable


def parts(catalogue: Catalogue, definition: Definition) -> list[Definition]:
    """The processes whose business this one does too, offered still or not. Raises UnknownProcess."""
    return [catalogue.known_at(code) for code in definition.bundle]


def bundles(catalogue: Catalogue, definition: Definition) -> list[Definition]:
    """The processes that do the business of this one in their own case."""
    return [one for one in catalogue.all() if definition.code in one.bundle]


def check(table: RiskTable, catalogue: Catalogue) -> None:
    """Raise DefinitionRefused for a part that isn't deployed, or that would need more signatures alone."""
    deployed = {definition.code for definition in catalogue.all()}
    for definition in catalogue.all():
        # Of what is in force and not on this node nothing can be said, and no case begins on it here.
        for code in (one for one in definition.bundle if one not in catalogue.absent):
            if code not in deployed or code == definition.code:
                raise _refused(definition, f"bundles {code}, which is no other process here")
            part = catalogue.current(code)
            if part.bundle:
                raise _refused(definition, f"bundles {code}, which is a bundle itself")
            if not _covers(table, definition.code, code):
                raise _refused(definition, f"bundles {code}, which alone needs more signatures")


def _covers(table: RiskTable, whole: str, part: str) -> bool:
    """Whether a bundle's level and route are at least those of a part, whatever the facts of a case are.

    A part that its facts raise is covered where the bundle has the same rules, or stands higher anyway.
    """
    of_whole, of_part = table.entries.get(whole), table.entries.get(part)
    rules = [] if of_part is None else of_part.raise_rules
    held = [] if of_whole is None else [(rule.fact, rule.reason) for rule in of_whole.raise_rules]
    stands = _demands(of_whole)
    unheld = ((rule.level, rule.route) for rule in rules if (rule.fact, rule.reason) not in held)
    return all(
        stands[0] < level
        or (stands[0] == level and risk.rank(table, stands[1]) >= risk.rank(table, route))
        for level, route in (_demands(of_part), *unheld)
    )


def _demands(entry: Entry | None) -> tuple[int, str]:
    """Level and route without any facts; what the table doesn't list is level 1, route county."""
    return (HIGH, "county") if entry is None else (entry.level, entry.route)


def _refused(definition: Definition, reason: str) -> DefinitionRefused:
    return definition.folder.refused("__init__.py", reason, element="bundle")
