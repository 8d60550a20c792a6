"""How long one step of a case may take (各环节时限): its share of the promised days, from when it began.

Not only the whole has a limit: a case that lies with one post for most of it leaves nothing to the others.
Without shares in the guide every step of the route has the same one. Source: 人社窗口单位服务规范 附2 五(四).
"""

from datetime import date

from database.clock import office_date
from engine.handling import Handling
from engine.rules import risk, risk_history
from engine.rules.risk_file import HIGH
from engine.timing import day_count
from engine.timing.deadlines import WORKING_DAYS


def last_day(work: Handling, step: str) -> date:
    """The day by which a step that begins now should be done, never after the case itself is due.

    Instant business has no days to share.
    """
    case = work.case
    if case.risk_level != HIGH:
        return case.due_on
    days = max(1, _days(work, step))
    begins = office_date(work.now)
    return min(day_count.last_day(begins, days, WORKING_DAYS), max(case.due_on, begins))


def _days(work: Handling, step: str) -> int:
    case, limit = work.case, work.definition.guide.time_limit
    table = risk_history.at(work.session, work.office.risk, case.risk_table)
    steps = {*risk.steps(table, case.risk_level, case.route), *limit.step_shares, step}
    shares = {name: limit.step_shares.get(name, 1) for name in steps}
    return (limit.promised_days or limit.days) * shares[step] // sum(shares.values())
