"""Separation of duties: nobody signs two different steps of one case, counted by natural person."""

from collections.abc import Iterable

# Steps that are one signature: accepting, handling and correcting make the case; escalating is the
# director's concluding sign-off; whoever reviews what was offered wider signs the review (design §2).
_SAME_STEP = {
    "accept": "handle",
    "correct": "handle",
    "escalate": "conclude",
    "review_widened": "review",
}

# Acts that sign no step of a case. Whatever isn't listed here does, a process's own steps included.
SIGNING_NOTHING = frozenset(
    {
        "withdraw",
        "message",
        "add_scan",
        # Who stops a clock or gives longer signs that order, and decides nothing about the case:
        # engine.timing.extension keeps its makers out.
        "stop_clock",
        "extend",
        "read_clocks",
        "hand_out",
        "permit_notice",
        "read_notices",
        "see",
        "history",
        "verify",
        "read_register",
        "read_seals",
        "evidence",
        "audit",
        "inspect",
        # Who is away, and whom the city names: both say who may sign, and sign nothing.
        "keep_leave",
        "name_signer",
        "rectify",
        "read_grants",
        "grant",
        "revoke",
        "stand_in",
        "open_account",
        "appoint",
        "read_staff",
        "apply_reset",
        "apply_factor_reset",
        "confirm_reset",
        "read_jobs",
        # A release signs a list over many cases: engine.paying.releasing keeps who signed one of them
        # out of it.
        "read_payables",
        "release_payables",
        "import_results",
        "confirm_key",
        "unmask",
        "unmask_by_reason",
        "read_staffing",
        "qualify",
        "read_relatives",
        "demand_factor",
        "bind_identity",
        "read_identities",
        "end_sessions",
        # Who closes a meeting signs its cases afterwards; who appraises a list is kept apart by the list.
        "enter_meeting",
        "close_meeting",
        "read_meetings",
        "reserve_papers",
        "read_papers",
        "approve_green",
        "permit_exports",
        # Who decides on an erasure is kept apart from who asks for it by the request.
        "ask_erasure",
        "approve_erasure",
        "read_green",
        "change_rule",
        "hand_over",
        "take_over",
        "order_owner",
        # Whoever answers a question may sign the case as well: it is his post's word twice, not two steps.
        "ask",
        "answer_reviewer",
        "answer_deputy_director",
        "answer_director",
        "answer_city_approver",
        "answer_city_head",
        "record_contact",
        "read_contacts",
        "read_feedback",
        "read_undelivered",
        "send_again",
        "share_queue",
        "read_board",
        "keep_windows",
        "open_window",
        "read_windows",
        "keep_archive",
        "read_archive",
        "appraise_disposal",
        "approve_disposal",
        "witness_disposal",
    }
)


def step_signed(step: str) -> str:
    """The step that an act signs."""
    return _SAME_STEP.get(step, step)


def other_step_signed(signed: Iterable[tuple[str, int]], step: str, person_id: int) -> str | None:
    """A different step of the case that this person signed, None where he is free to sign.

    The same step may be signed again after a return. Voided sign-offs are not passed in.
    """
    if step in SIGNING_NOTHING:
        return None
    wanted = step_signed(step)
    return next(
        (done for done, signer in signed if signer == person_id and step_signed(done) != wanted),
        None,
    )


def free_to_sign(signed: Iterable[tuple[str, int]], step: str, person_id: int) -> bool:
    """Whether this person may sign the step, as far as what was already signed goes."""
    return other_step_signed(signed, step, person_id) is None
