"""Small drawings, each with one thing wrong that the proof must find; and what they are altered from."""

from tests.bpmn_diagrams import Flow, Node, node

BEGIN, POST = node("startEvent", "begin"), node("serviceTask", "post", implementation="post")
COMPLETED, REFUSED = node("endEvent", "completed"), node("endEvent", "refused")
HANDLE = node("userTask", "handle")
REVIEW = node("userTask", "review")
DECIDED = node("exclusiveGateway", "decided")
# Handled, and posted unless the handler says otherwise: lawful at level 3.
MATERIALS = [
    node("exclusiveGateway", "materials"),
    node("userTask", "correct"),
]
# A message that brings data, without which nothing may be posted.
INFO = node("intermediateCatchEvent", "info", message="info")
LAWFUL_NODES = [BEGIN, *MATERIALS, HANDLE, DECIDED, POST, COMPLETED, REFUSED]


def ways(*said: str) -> list[Flow]:
    """Flows as text: from, to and, where there is one, the condition."""
    found = []
    for text in said:
        source, target, *condition = text.split(" ", 2)
        found.append((source, target, condition[0] if condition else None))
    return found


LAWFUL_FLOWS = ways(
    "begin materials",
    'materials correct decision == "return"',
    "correct materials",
    "materials handle",
    "handle decided",
    'decided correct decision == "return"',
    'decided refused decision == "refuse"',
    "decided post",
    "post completed",
)


def instead(old: str, *new: str) -> list[Flow]:
    """The lawful flows with one of them replaced."""
    (flow,) = ways(old)
    at = LAWFUL_FLOWS.index(flow)
    return [*LAWFUL_FLOWS[:at], *ways(*new), *LAWFUL_FLOWS[at + 1 :]]


BROKEN: dict[str, tuple[int, list[Node], list[Flow], str]] = {
    "unsigned": (
        3,
        [BEGIN, node("exclusiveGateway", "materials"), HANDLE, POST, COMPLETED],
        ways(
            "begin materials",
            'materials handle decision == "return"',
            "materials post",
            "handle post",
            "post completed",
        ),
        "begin materials post",
    ),
    "materials_missing": (
        3,
        [BEGIN, HANDLE, DECIDED, POST, COMPLETED, REFUSED],
        ways(
            "begin handle",
            "handle decided",
            'decided post decision == "approve"',
            "decided refused",
            "post completed",
        ),
        "begin handle decided post",
    ),
    "not_approved": (
        3,
        LAWFUL_NODES,
        instead(
            'decided refused decision == "refuse"',
            'decided refused decision == "correct"',
        ),
        "begin materials handle decided post",
    ),
    "out_of_order": (
        2,
        [*LAWFUL_NODES, REVIEW, node("exclusiveGateway", "reviewed")],
        instead(
            "materials handle",
            "materials review",
            "review reviewed",
            'reviewed correct decision != "approve"',
            "reviewed handle",
        ),
        "begin materials review reviewed handle decided post",
    ),
    "wrong_post": (
        2,
        [*LAWFUL_NODES, REVIEW, node("exclusiveGateway", "reviewed")],
        instead(
            "decided post",
            "decided review",
            "review reviewed",
            'reviewed correct decision != "approve"',
            "reviewed post",
        ),
        "begin materials handle decided review reviewed post",
    ),
    "posted_twice": (
        3,
        [*LAWFUL_NODES, node("serviceTask", "again", implementation="post")],
        instead(
            "post completed",
            "post again",
            "again completed",
        ),
        "begin materials handle decided post again",
    ),
    "completed_unposted": (
        3,
        LAWFUL_NODES,
        instead(
            'decided refused decision == "refuse"',
            'decided completed decision == "refuse"',
            'decided refused decision == "escalate"',
        ),
        "begin materials handle decided completed",
    ),
    "refused_after_posting": (
        3,
        [*LAWFUL_NODES, node("exclusiveGateway", "which")],
        instead(
            "post completed",
            "post which",
            "which refused amount_cents > 5",
            "which completed",
        ),
        "begin materials handle decided post which refused",
    ),
    "changed_after_posting": (
        3,
        [*LAWFUL_NODES, node("exclusiveGateway", "which")],
        instead(
            "post completed",
            "post which",
            "which correct amount_cents > 5",
            "which completed",
        ),
        "begin materials handle decided post which correct",
    ),
    "changed_beside_step": (
        3,
        [
            *(BEGIN, INFO, HANDLE, DECIDED, POST, COMPLETED, REFUSED),
            *(node("parallelGateway", "fork"), node("parallelGateway", "join")),
        ],
        ways(
            "begin fork",
            "fork info",
            "fork handle",
            "info join",
            "handle join",
            "join decided",
            'decided refused decision != "approve"',
            "decided post",
            "post completed",
        ),
        "begin fork",
    ),
    "message_missing": (
        3,
        [*LAWFUL_NODES, INFO, node("exclusiveGateway", "much")],
        instead(
            "begin materials",
            "begin much",
            "much info amount_cents > 5",
            "much materials",
            "info materials",
        ),
        "begin much materials handle decided post",
    ),
    "waited_before_posting": (
        3,
        [*LAWFUL_NODES, node("intermediateCatchEvent", "public", timer="publicity")],
        instead("decided post", "decided public", "public post"),
        "begin materials handle decided public post",
    ),
    "two_ends": (
        3,
        [*LAWFUL_NODES, node("parallelGateway", "fork")],
        instead(
            "post completed",
            "post fork",
            "fork refused",
            "fork completed",
        ),
        "begin materials handle decided post fork completed refused",
    ),
    "deadlock": (
        3,
        [
            *LAWFUL_NODES,
            node("exclusiveGateway", "which"),
            node("exclusiveGateway", "other"),
            node("parallelGateway", "join"),
        ],
        instead(
            "post completed",
            "post which",
            "which join amount_cents > 5",
            "which other",
            "other join",
            "join completed",
        ),
        "begin materials handle decided post which",
    ),
    "livelock": (
        3,
        [
            *LAWFUL_NODES,
            node("intermediateCatchEvent", "letter", message="letter"),
            node("exclusiveGateway", "which"),
        ],
        instead(
            "post completed",
            "post letter",
            "letter which",
            'which completed decision == "refuse"',
            "which letter",
        ),
        "begin materials handle",
    ),
    "never_completed": (
        3,
        LAWFUL_NODES,
        [
            *(flow for flow in LAWFUL_FLOWS if flow[0] != "decided"),
            *ways(
                'decided refused decision == "refuse"',
                'decided post decision == "escalate"',
                "decided correct",
            ),
        ],
        "",
    ),
    "step_twice": (
        3,
        LAWFUL_NODES,
        instead(
            'decided correct decision == "return"',
            'decided handle decision == "return"',
        ),
        "begin materials handle decided handle",
    ),
    "extra_step": (
        3,
        [*LAWFUL_NODES, node("userTask", "look_again")],
        instead(
            "materials handle",
            "materials look_again",
            "look_again handle",
        ),
        "begin materials look_again",
    ),
    "unreachable": (
        3,
        [*LAWFUL_NODES, node("userTask", "never")],
        instead(
            'decided refused decision == "refuse"',
            'decided refused decision == "refuse"',
            'decided never decision == "correct"',
            "never refused",
        ),
        "",
    ),
    "loop": (
        3,
        [
            *LAWFUL_NODES,
            node("intermediateCatchEvent", "letter", message="letter"),
            node("exclusiveGateway", "which"),
        ],
        instead(
            "post completed",
            "post letter",
            "letter which",
            "which letter amount_cents > 5",
            "which completed",
        ),
        "",
    ),
}


BESIDE = [BEGIN, HANDLE, DECIDED, POST, COMPLETED, REFUSED, node("userTask", "correct")]
BESIDE += [node("exclusiveGateway", "materials")]
BESIDE += [node("parallelGateway", "fork"), node("parallelGateway", "join")]
