"""What somebody wants to do, in the plain words that policy decides over."""

from dataclasses import dataclass

from database.direct_slots import set_directly

# Acts that only look. Whoever isn't trained or certified for his post may still do these.
READING = frozenset(
    {
        "see",
        "history",
        "verify",
        "read_register",
        "read_seals",
        "read_grants",
        "read_staff",
        "read_relatives",
        "read_jobs",
        "read_payables",
        "read_staffing",
        "read_clocks",
        "read_notices",
        "read_archive",
        "read_meetings",
        "read_papers",
        "read_green",
        "read_identities",
        "read_contacts",
        "read_feedback",
        "read_undelivered",
        "read_board",
        "read_windows",
    }
)


@set_directly
@dataclass(frozen=True, slots=True)
class Act:
    """One act. It names agencies, levels and steps but nobody's name: policy engines may log values.

    Attributes:
        step: the human step (``handle``, ``review`` …) or the verb (``accept``, ``correct``,
            ``withdraw``, ``message``, ``add_scan``, ``hand_out``, ``escalate``, ``see``, ``history``,
            ``verify``, ``read_register``, ``read_seals``, ``evidence``, ``audit``, ``inspect``, ``rectify``,
            ``read_grants``, ``grant``, ``revoke``, ``stand_in``, ``open_account``, ``appoint``,
            ``read_staff``, ``apply_reset``, ``confirm_reset``, ``read_jobs``, ``read_payables``,
            ``release_payables``, ``import_results``, ``confirm_key``, ``unmask``,
             ``unmask_by_reason``, ``read_staffing``, ``demand_factor``, ``stop_clock``, ``extend``,
             ``read_clocks``, ``permit_notice``, ``read_notices``, ``keep_archive``, ``read_archive``,
             ``appraise_disposal``, ``approve_disposal``, ``witness_disposal``, ``qualify``,
             ``read_relatives``,
             ``enter_meeting``, ``close_meeting``, ``read_meetings``, ``reserve_papers``,
              ``read_papers``, ``approve_green``, ``read_green``, ``permit_exports``, ``keep_leave``,
              ``name_signer``, ``bind_identity``, ``read_identities``, ``end_sessions``,
              ``apply_factor_reset``, ``change_rule``, ``hand_over``, ``take_over``, ``order_owner``,
              ``ask``, ``answer_reviewer`` …, ``record_contact``, ``read_contacts``, ``read_feedback``,
              ``read_undelivered``, ``send_again``, ``share_queue``, ``read_board``,
              ``ask_erasure``, ``approve_erasure``, ``keep_windows``, ``open_window``, ``read_windows``,
              ``review_widened``).
        agency: where it is done: the task's agency; the case's for seeing and accepting.
        process: the process's code.
        handling: ``instant`` or ``limited``.
        category: the process's business domain, which sections of offices serve.
        level: risk level, 0 where there is none yet.
        route: approval route of level 1, else empty.
        amount_cents: what a grant's limit is compared with.
        signed: effective sign-offs of the case: (step, natural person id). An acceptance may stand
            among them as ``accept``; it is the same step as ``handle``.
        own_case: the applicant is the acting person himself.
        relatives_case: it is a relative's whom the acting person declared (回避).
        lane: the post in whose lane a process's own step stands; only looked at for steps that
            the shared chain doesn't have.
    """

    step: str
    agency: str = ""
    process: str = ""
    handling: str = ""
    category: str = ""
    level: int = 0
    route: str = ""
    amount_cents: int = 0
    signed: tuple[tuple[str, int], ...] = ()
    own_case: bool = False
    relatives_case: bool = False
    lane: str = ""
