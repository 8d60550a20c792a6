"""What a walk tells, in order, and what the rules say of it: read off the whole story, not off a state."""

from dataclasses import dataclass

COUNTY = ["handle", "review", "endorse", "conclude"]
MANDATED = {
    (3, ""): ["handle"],
    (2, ""): ["handle", "review"],
    (1, "county"): COUNTY,
    (1, "city_approval"): [*COUNTY, "city_approve"],
    (1, "city_meeting"): [*COUNTY, "city_conclude"],
    (1, "city"): ["handle", "review", "city_approve", "city_conclude"],
    (1, "registration"): ["handle", "review", "city_conclude"],
}
LANE = {
    "handle": "handler",
    "review": "reviewer",
    "endorse": "deputy_director",
    "conclude": "director",
    "city_approve": "city_approver",
    "city_conclude": "city_head",
}
# What makes the case say something else: a person by a correction, the outside by a message.
CHANGES = ("changed", "brought")
HIGHER = {"county": ["city_approval", "city_meeting"], "city_approval": ["city_meeting"]}


class Unlawful(Exception):  # noqa: N818 - what the walker says, not a fault
    """Some way through the definition is not lawful; says why."""


@dataclass(frozen=True)
class Story:
    """Where the tokens are, as (calls, node, flow come by), and everything that happened, in order."""

    tokens: tuple[tuple[tuple[str, ...], str, str], ...]
    level: int
    route: str
    decision: str
    told: tuple[tuple[str, ...], ...]

    def came(self) -> frozenset[str]:
        """The messages with data that came, whatever changed since."""
        return frozenset(what[1] for what in self.told if what[0] == "brought")

    def since_the_change(self) -> list[tuple[str, ...]]:
        """What was told since the form last changed."""
        changes = [place for place, what in enumerate(self.told) if what[0] in CHANGES]
        return list(self.told[changes[-1] :])


def judge(story: Story, needed: frozenset[str] = frozenset(), *, beside: bool = False) -> None:
    """Raise Unlawful where what happened last is not lawful.

    ``needed`` are the messages a posting takes; ``beside``: one that brings data is awaited beside a person.
    """
    if beside:
        raise Unlawful("a message may change what somebody is just signing")
    last = story.told[-1]
    if last[0] in CHANGES and ("posted",) in story.told:
        raise Unlawful("changes what it has posted")
    signed = [what for what in story.since_the_change() if what[0] == "signed"]
    if last[0] == "signed":
        if [what[1] for what in signed].count(last[1]) > 1:
            raise Unlawful(f"{last[1]} is signed twice over one form")
        if story.level == 3 and last[1] != "handle":
            raise Unlawful(f"level 3 has the extra step {last[1]}")
    if last == ("posted",):
        _judge_posting(story, signed)
        if not needed <= story.came():
            raise Unlawful(f"posts before {sorted(needed - story.came())} came")


def _judge_posting(story: Story, signed: list[tuple[str, ...]]) -> None:
    mandated = MANDATED[story.level, story.route]
    handed_in = [what for what in story.told if what[0] == "changed"]
    if handed_in[-1] != ("changed", "whole"):
        raise Unlawful("posts without its materials")
    acts = [what[0] for what in story.told if what[0] in ("signed", "brought", "waited")]
    if acts and acts[-1] != "signed":
        raise Unlawful("posts after a wait that nobody signed after")
    if sum(what == ("posted",) for what in story.told) > 1:
        raise Unlawful("posts twice")
    if any(what[2] not in ("approve", "escalate") for what in signed):
        raise Unlawful("posts what somebody sent back or refused")
    theirs = [what for what in signed if what[1] in mandated]
    if [what[1] for what in theirs] != mandated:
        raise Unlawful(f"posts on {[what[1] for what in theirs]}, needs {mandated}")
    if any(LANE[what[1]] != what[3] for what in theirs):
        raise Unlawful("a mandated step stands in another post's lane")


def judge_end(story: Story) -> None:
    """Raise Unlawful where a case may not have ended so."""
    ends = {what[1] for what in story.told if what[0] == "ended"}
    posted = ("posted",) in story.told
    if len(ends) != 1 or posted != (ends == {"completed"}):
        raise Unlawful(f"ends as {sorted(ends)}, posted: {posted}")
