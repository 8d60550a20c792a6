"""What the audit trail can be asked for in an address; nothing there names a client."""

from datetime import date

from pydantic import BaseModel, Field

from api.answers import Status
from oversight.auditing import case_search, trail
from oversight.auditing.scope import Days

SHORT, RULE, CURSOR = 64, 80, 200


class DaysQuery(BaseModel):
    """From a day to a day of the office's calendar, both included; and where a page begins."""

    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    cursor: str | None = Field(default=None, max_length=CURSOR)

    def days(self) -> Days:
        """The days asked about."""
        return Days(self.first, self.last)


class CaseQuery(DaysQuery):
    """Cases by number, business, status, level, who accepted or signed, day of acceptance."""

    q: str | None = Field(default=None, max_length=SHORT)
    process: str | None = Field(default=None, max_length=SHORT)
    status: Status | None = None
    staff_no: str | None = Field(default=None, max_length=SHORT)
    risk_level: int | None = Field(default=None, ge=1, le=3)

    def wanted(self) -> case_search.Wanted:
        """What is looked for."""
        return case_search.Wanted(
            q=self.q,
            process=self.process,
            status=self.status,
            staff_no=self.staff_no,
            risk_level=self.risk_level,
            days=self.days(),
        )


class EntryQuery(DaysQuery):
    """Journal entries by case or agency, person, action, rule."""

    stream: str | None = Field(default=None, max_length=SHORT)
    staff_no: str | None = Field(default=None, max_length=SHORT)
    action: str | None = Field(default=None, max_length=SHORT)
    rule: str | None = Field(default=None, max_length=RULE)

    def wanted(self) -> trail.Wanted:
        """What is looked for."""
        return trail.Wanted(
            stream=self.stream,
            staff_no=self.staff_no,
            actions=(self.action,) if self.action is not None else (),
            rule=self.rule,
            days=self.days(),
        )


class RuleQuery(DaysQuery):
    """Changes of rules, of one kind or of all."""

    kind: trail.Kind | None = None
