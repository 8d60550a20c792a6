"""The decision not to do what was applied for (不予办理决定书): reason, rule, and what may be done about it.

Nobody is turned away without them. Source: 宁社保发[2014]24号 附2 五(三); 社会保险法 83.
"""

from typing import Any

from database.clock import office_date
from engine import decision_reasons, signoffs
from engine.handling import Handling
from engine.paperwork import remedies
from engine.paperwork.document_contents import About, office_time

# Where what came from outside decided, its message says why; the case's file has it.
_FROM_OUTSIDE = "依据有关机构的反馈，本件不能继续办理，详见随附材料。"


def content(work: Handling, about: About) -> dict[str, Any]:
    """What the decision says: the refusing sign-off's reasons, rule and words, and that day's remedies."""
    signed = signoffs.effective(work.session, work.case.case_id, work.case.cycle)
    last = signed[-1] if signed and signed[-1].decision == "refuse" else None
    codes = last.reasons if last else ()
    cited = [found for code in codes if (found := decision_reasons.citation(code)) is not None]
    return {
        **about.content(),
        "accepted_at": office_time(work.case.accepted_at),
        "decided_at": office_time(work.now),
        "reasons": [
            decision_reasons.named("refuse", code).zh
            for code in codes
            if decision_reasons.citation(code) is None
        ],
        # Whoever cited none refused by what the business itself rests on.
        "rules": cited or [basis.cited for basis in work.definition.guide.basis],
        "grounds": last.opinion if last else _FROM_OUTSIDE,
        "remedies": remedies.on(office_date(work.now)).content(),
    }
