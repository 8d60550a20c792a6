"""What journal entries, findings of verification and kinds of change are called on the auditors' pages."""

from collections.abc import Mapping
from typing import Any

from web import case_labels, steps
from web.texts import mark

ACTIONS: Mapping[str, str] = {
    **case_labels.ACTIONS,
    **steps.NAMES,
    "escalate": mark("Agree, and report to the city"),
    "not_accepted": mark("Application not accepted"),
    "signed_in": mark("Signed in"),
    "signed_out": mark("Signed out"),
    "sign_in_failed": mark("Sign-in failed"),
    "granted": mark("Grant entered"),
    "grant_revoked": mark("Grant revoked"),
    "account_closed": mark("Account closed"),
    "appointed": mark("Appointed to a post"),
    "dismissed": mark("Dismissed from a post"),
    "qualification_entered": mark("Qualification entered"),
    "qualification_struck_out": mark("Qualification struck out"),
    "qualification_duty_set": mark("What a post takes was set"),
    "relative_declared": mark("Relative declared"),
    "relative_ended": mark("Declaration of a relative ended"),
    "session_ended": mark("Session ended by its owner"),
    "stand_in_registered": mark("Stand-in registered"),
    "stand_in_ended": mark("Stand-in ended"),
    "leave_entered": mark("Leave entered"),
    "leave_confirmed": mark("Leave confirmed"),
    "leave_ended": mark("Leave withdrawn or ended early"),
    "desk_left": mark("Desk left for a while"),
    "desk_taken_again": mark("Back at the desk"),
    "signer_named": mark("Signer named for a county"),
    "signer_naming_ended": mark("Naming of a signer ended"),
    "window_entered": mark("Window entered in the register"),
    "window_ended": mark("Window ended for good"),
    "window_opened": mark("Window opened"),
    "window_paused": mark("Window paused"),
    "window_resumed": mark("Went on at a window"),
    "window_closed": mark("Window closed"),
    "agency_added": mark("Agency added"),
    "account_opened": mark("Account opened"),
    "key_made": mark("Signing key made"),
    "key_retired": mark("Signing key retired"),
    "first_password_given": mark("Another first password given"),
    "password_changed": mark("Password changed"),
    "password_reset": mark("Password set anew by code"),
    "reset_applied": mark("New password applied for"),
    "reset_confirmed": mark("New password confirmed"),
    "reset_failed": mark("Wrong code for a new password"),
    "factor_asked": mark("Password right, second factor asked for"),
    "factor_enrolled": mark("Second factor enrolled"),
    "factor_removed": mark("Second factor removed by its owner"),
    "recovery_codes_made": mark("Recovery codes made"),
    "factor_demand_entered": mark("Second factor demanded of a post, or no longer"),
    "factor_reset_applied": mark("End of a lost second factor applied for"),
    "factor_reset_confirmed": mark("Lost second factor ended"),
    "identity_bound": mark("Outside identity bound"),
    "identity_ended": mark("Outside identity ended"),
    "sessions_ended": mark("Sessions ended by an administrator"),
    "signing_key_opened": mark("Signing key opened for a session from outside"),
    "register_opened": mark("Opening balances entered"),
    "risk_table_took_effect": mark("Risk table took effect"),
    "rule_registered": mark("Version of a rule registered"),
    "rule_started": mark("Version of a rule in force"),
    "rule_text_kept": mark("Text of a rule handed in"),
    "parameters_took_effect": mark("Parameters took effect"),
    "calendars_took_effect": mark("Working-day calendars took effect"),
    "proved": mark("Definition proven or refused"),
    "evidence_given": mark("Evidence with personal fields given"),
    "keys_rotated": mark("Personal data sealed under a new key"),
    "keys_rotating": mark("New key for personal data begun"),
    "window_ledger_exported": mark("Daily ledger of windows exported"),
    "deviations_exported": mark("Report of deviations exported"),
    "erasure_asked": mark("Erasure of a person asked for"),
    "erasure_carried_out": mark("A person's values erased"),
    "erasure_rejected": mark("Erasure of a person rejected"),
    "export_permitted": mark("Larger export permitted for a day"),
    "exports_took_effect": mark("Limits of exports took effect"),
    "list_errors_exported": mark("Wrong rows of a list exported"),
    "list_exported": mark("Audit list exported"),
    "sample_drawn": mark("Sample drawn"),
    "payables_released": mark("Payables released"),
    "queue_shared": mark("Queue shared with a post"),
    "queue_unshared": mark("Shared queue removed"),
    "archive_filed": mark("Cases filed into volumes"),
    "archive_supplemented": mark("Missing piece brought to a file"),
    "archive_lend": mark("File lent"),
    "archive_read": mark("File read in the archive"),
    "archive_returned": mark("File came back"),
    "disposal_listed": mark("Disposal list made"),
    "disposal_appraise": mark("Disposal list appraised"),
    "disposal_approve": mark("Disposal list approved"),
    "disposal_reject": mark("Disposal list rejected"),
    "disposal_carried_out": mark("Disposal list carried out"),
    "bank_results": mark("Bank results taken in"),
    "finding_raised": mark("Audit finding raised"),
    "finding_answered": mark("Audit finding answered"),
    "finding_returned": mark("Answer returned by the auditor"),
    "finding_closed": mark("Audit finding closed"),
}
KINDS: Mapping[str, str] = {
    "grant": mark("Grants"),
    "staff": mark("Staff, posts, keys"),
    "level": mark("Risk levels"),
    "parameter": mark("Parameters and calendars"),
    "rule": mark("Register of rules"),
    "definition": mark("Process definitions"),
}
# The members of an entry's detail that say something to a reader; digests are shortened.
MEMBERS: Mapping[str, str] = {
    "act": mark("Attempted"),
    "decision": mark("Decision"),
    "cycle": mark("Cycle"),
    "step": mark("Step"),
    "post": mark("Post"),
    "window": mark("Window"),
    "grant": mark("Grant"),
    "agency": mark("Agency"),
    "process": mark("Business"),
    "class": mark("Class of business"),
    "risk_level": mark("Risk level"),
    "case_no": mark("Case number"),
    "for": mark("For"),
    "document": mark("Document"),
    "number": mark("No."),
    "verdict": mark("Verdict"),
    "risk_table": mark("Risk table"),
    "parameters": mark("Parameters"),
    "calendars": mark("Working-day calendars"),
    "changed": mark("What changed"),
    "rules": mark("Rules"),
    "definition": mark("Definition"),
    "key": mark("Key"),
    "reason": mark("Reason"),
    "list": mark("List"),
    "rows": mark("Rows"),
    "digest": mark("Digest"),
    "sample": mark("Sample"),
    "finding": mark("Finding"),
    "seal": mark("Seal"),
    "seed": mark("Seed"),
    "posting": mark("Posting"),
}
RULES: Mapping[str, str] = {
    "journal.altered": mark("The entry is not what its digest says"),
    "journal.chain": mark("The entry does not name the one before it"),
    "journal.gap": mark("An entry is missing, or out of order"),
    "sign_off.altered": mark("The sign-off is not what was signed"),
    "sign_off.chain": mark("The sign-off does not name the one before it"),
    "sign_off.not_signed": mark("The signature does not verify"),
    "sign_off.opinion": mark("The opinion is not the one that was signed"),
    "sign_off.told_otherwise": mark("The journal tells it otherwise"),
    "sign_off.missing": mark("The sign-off that the journal tells of is missing"),
    "record.unreadable": mark("A sealed value does not open"),
}
VALUES: Mapping[tuple[str, str], str] = {
    **{("decision", name): text for name, text in case_labels.DECISIONS.items()},
    **{("step", name): text for name, text in steps.NAMES.items()},
    ("document", "acceptance"): mark("Slip of acceptance"),
    ("document", "receipt"): mark("Receipt"),
    ("document", "notice"): mark("Notice of missing materials"),
    ("document", "certificate"): mark("Certificate"),
    ("document", "denial"): mark("Decision not to do it"),
    ("document", "unaccepted"): mark("Decision not to accept"),
    ("verdict", "proven"): mark("proven"),
    ("verdict", "refused"): mark("not proven"),
}
_LONGEST = 40


def action(name: str) -> str:
    """What an entry's action is called; an unknown one goes by its id."""
    return ACTIONS.get(name, name)


def rule(name: str) -> str:
    """What a finding's rule is called; the others go by their id, which the reference explains."""
    return RULES.get(name, name)


def told(detail: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What an entry's detail says to a reader: (member, label, value)."""
    return [
        (name, label, _said(name, detail[name]))
        for name, label in MEMBERS.items()
        if detail.get(name) not in (None, "", []) and not isinstance(detail[name], dict)
    ]


def _said(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return short(VALUES.get((name, str(value)), value))


def short(value: Any) -> str:
    """A value in one line; a digest by its ends."""
    said = "" if value is None else str(value)
    return f"{said[:8]}…{said[-4:]}" if len(said) > _LONGEST else said
