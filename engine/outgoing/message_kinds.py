"""Which entries of a case's journal somebody is told of, and under which kind: of one command, one message.

A command may leave several entries (accepted, the clock stopped, a notice given); the applicant is told the
one that matters most. Staff are told of tasks of limited business only: instant business waits while its
client sits at the window, and no mail is as quick. Every stage, and why nobody is told of the others, stands
in ``docs/reference/messages.md``; a contract test holds it against this.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.process import Names

# What only some entries of an action are: a step that waits at the office above, a paper that went by post.
AT_CITY, BY_POST = "waiting_above", "delivered_by_post"
# For the applicant, what matters most first: the stage (mostly the entry's action), and the kind of message.
FOR_APPLICANTS: Mapping[str, str] = {
    "completed": "ready",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "payable_returned": "payment_returned",
    "corrected": "corrected",
    "notified": "corrections",
    "extended": "extended",
    AT_CITY: "at_city",
    "clock_stopped": "clock_stopped",
    "clock_resumed": "clock_resumed",
    "accepted": "accepted",
    "owner_taken": "owner",
    "owner_ordered": "owner",
    BY_POST: "by_post",
}
FOR_STAFF: Mapping[str, str] = {"waiting": "task_offered", "clock_warning": "overdue"}
# The actions whose entry always was the one that matters most: verification finds one that was left out.
# "withdrawn" isn't among them: of cases of before nobody was told.
ALWAYS = ("completed", "refused")
NAMES: Mapping[str, Names] = {
    "accepted": Names("受理告知", "accepted"),
    "corrections": Names("补正告知", "something is to be corrected"),
    "clock_stopped": Names("时限中止告知", "the time limit stands still"),
    "clock_resumed": Names("时限恢复告知", "the time limit goes on"),
    "extended": Names("延期告知", "it takes longer"),
    "ready": Names("办结告知", "done"),
    "refused": Names("不予办理告知", "not approved"),
    "withdrawn": Names("撤回终止告知", "withdrawn"),
    "payment_returned": Names("款项退回告知", "the bank returned a payment"),
    "corrected": Names("更正告知", "corrected"),
    "at_city": Names("上报审批告知", "went to the city"),
    "owner": Names("经办人变更告知", "somebody else answers for it"),
    "by_post": Names("文书寄出告知", "sent by post"),
    "task_offered": Names("待办提醒", "a task waits"),
    "overdue": Names("超期预警", "overdue"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told: the number of the journal entry, the kind, and for staff the post and agency."""

    seq: int
    kind: str
    post: str | None = None
    agency: str | None = None


def for_applicant(entries: Sequence[Mapping[str, Any]]) -> Told | None:
    """What the applicant is told of the entries of one command; None of most."""
    found = {
        stage(entry["action"], entry["agency_code"], entry["detail"]): entry["seq"]
        for entry in entries
    }
    first = next((one for one in FOR_APPLICANTS if one in found), None)
    return None if first is None else Told(found[first], FOR_APPLICANTS[first])


def stage(action: str, agency: str, detail: Mapping[str, Any]) -> str:
    """The stage that an entry of a case's journal tells of; ``agency`` is the one the entry names."""
    if action == "waiting" and detail.get("agency", agency) != agency:
        return AT_CITY
    if action == "delivered" and detail.get("way") == "post":
        return BY_POST
    return action


def for_staff(entries: Sequence[Mapping[str, Any]]) -> list[Told]:
    """What posts are told of: tasks that wait for them, and for the supervisor what is overdue."""
    return [
        Told(
            entry["seq"],
            FOR_STAFF[entry["action"]],
            entry["detail"]["post"],
            entry["detail"].get("agency", entry["agency_code"]),
        )
        for entry in entries
        if entry["action"] in FOR_STAFF
        # A correction goes back to who is named; half and 80 % used are on everybody's list already.
        and entry["detail"].get("step") != "correct"
        and entry["detail"].get("stage", "overdue") == "overdue"
    ]
