"""What fields of the register and states of a case are called, and their values as people read them."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine import decision_reasons
from engine.process import Names
from web import formats
from web.texts import mark, translate

FIELDS: Mapping[str, str] = {
    "id_no": mark("Id number"),
    "name": mark("Name"),
    "sex": mark("Sex"),
    "birth": mark("Birth date"),
    "first_work_on": mark("First work on"),
    "post_kind": mark("Kind of post"),
    "mobile": mark("Mobile"),
    "address": mark("Address"),
    "postcode": mark("Postcode"),
    "education": mark("Education"),
    "nation": mark("Ethnic group"),
    "hukou_type": mark("Kind of hukou"),
    "bank_name": mark("Bank"),
    "bank_account": mark("Bank account"),
    "holder": mark("Account holder"),
    "relation_id": mark("Insurance relation"),
    "agency_code": mark("Agency"),
    "kind": mark("Kind"),
    "status": mark("Status"),
    "from_month": mark("From month"),
    "employer_id": mark("Employer"),
    "entitlement_id": mark("Entitlement"),
    "monthly_cents": mark("Yuan a month"),
    "components": mark("Made up of"),
    "uscc": mark("Credit code"),
    "to_month": mark("To month"),
    "base_cents": mark("Contribution base"),
    "origin": mark("Origin"),
    "method": mark("Manner of proof"),
    "certified_on": mark("Certified on"),
    "next_due_on": mark("Next due on"),
    "document_no": mark("Document no."),
    "court": mark("Court"),
    "until": mark("Until"),
    "legal_person": mark("Legal representative"),
    "phone": mark("Telephone"),
    "contact_name": mark("Contact person"),
    "legal_person_id_no": mark("Id number of the representative"),
    "unit_type": mark("Kind of employer"),
    "insured_since": mark("Insured since"),
    "insurance_types": mark("Insurances"),
    "policy_code": mark("Policy"),
    "claim_id": mark("Claim number"),
    "account_cents": mark("Person's part"),
    "pooled_cents": mark("Employer's part"),
    "late_fee_cents": mark("Late fee"),
    "assessed_on": mark("Assessed on"),
    "receipt_no": mark("Receipt number"),
    "received_on": mark("Received on"),
    "guarantee": mark("Guarantee"),
    "approval_no": mark("Approval"),
}
VALUES: Mapping[tuple[str, str], str] = {
    ("sex", "M"): mark("male"),
    ("sex", "F"): mark("female"),
    ("post_kind", "M"): mark("men's posts"),
    ("post_kind", "F55"): mark("women's posts, 55"),
    ("post_kind", "F50"): mark("women's posts, 50"),
    ("education", "primary"): mark("primary school"),
    ("education", "junior"): mark("junior middle school"),
    ("education", "senior"): mark("senior middle school"),
    ("education", "vocational"): mark("vocational school"),
    ("education", "college"): mark("college"),
    ("education", "bachelor"): mark("bachelor"),
    ("education", "master"): mark("master"),
    ("education", "doctor"): mark("doctor"),
    ("hukou_type", "urban"): mark("urban"),
    ("hukou_type", "rural"): mark("rural"),
    ("unit_type", "enterprise"): mark("enterprise"),
    ("unit_type", "sole_trader"): mark("sole trader with employees"),
    ("unit_type", "institution"): mark("public institution"),
    ("unit_type", "association"): mark("association or private non-enterprise unit"),
    ("unit_type", "cooperative"): mark("farmers' cooperative"),
    ("unit_type", "other"): mark("other"),
    ("insurance_types", "pension"): mark("pension only"),
    ("insurance_types", "pension_unemployment"): mark("pension and unemployment"),
    ("insurance_types", "pension_injury"): mark("pension and work injury"),
    ("insurance_types", "pension_unemployment_injury"): mark(
        "pension, unemployment and work injury"
    ),
    ("policy_code", "extension"): mark("goes on paying past the age"),
    ("policy_code", "land_requisition"): mark("land was requisitioned"),
    ("policy_code", "family_worker"): mark("family worker of old"),
    ("kind", "pension"): mark("Pension"),
    ("kind", "EMPLOYEE"): mark("Employee"),
    ("kind", "FLEX"): mark("Flexible worker"),
    ("kind", "OVERAGE"): mark("Past the statutory age"),
    ("status", "ACTIVE"): mark("Insured, paying"),
    ("status", "INTERRUPTED"): mark("Insured, payments interrupted"),
    ("status", "APPROVED"): mark("approved"),
    ("status", "PAYING"): mark("being paid"),
    ("status", "SUSPENDED"): mark("suspended"),
    ("status", "ENDED"): mark("ended"),
    ("status", "FROZEN"): mark("frozen"),
    ("status", "LIFTED"): mark("freeze lifted"),
    ("status", "CLOSED"): mark("deregistered"),
    ("origin", "PAID"): mark("paid"),
    ("origin", "BACK_PAID"): mark("back-paid"),
    ("origin", "BACKFILLED"): mark("added from old records"),
    ("origin", "DEEMED"): mark("deemed paid"),
    ("origin", "TRANSFERRED_IN"): mark("transferred in"),
    ("origin", "VOID"): mark("counts no longer"),
    ("status", "VOID"): mark("counts no longer"),
    ("status", "ASSESSED"): mark("assessed, not paid"),
    ("status", "SETTLED"): mark("settled"),
    ("kind", "hardship"): mark("hardship of business"),
    ("kind", "force_majeure"): mark("force majeure"),
    ("method", "DATA"): mark("data compared"),
    ("method", "FACE"): mark("face recognised"),
    ("method", "VISIT"): mark("visited"),
    ("method", "ABROAD"): mark("proof from abroad"),
}
COMPONENTS: Mapping[str, str] = {
    "basic": mark("basic pension"),
    "account": mark("personal account pension"),
    "transition": mark("transitional pension"),
    "adjustment": mark("adjustment"),
}
STATUSES: Mapping[str, str] = {
    "awaiting_materials": mark("Waits for materials"),
    "in_progress": mark("Being signed"),
    "returned": mark("Returned for correction"),
    "completed": mark("Completed"),
    "refused": mark("Refused"),
    "withdrawn": mark("Withdrawn"),
}
ROUTES: Mapping[str, str] = {
    "county": mark("County decides"),
    "city_approval": mark("City approves"),
    "city_meeting": mark("City meeting decides"),
    "city": mark("City handles"),
    "registration": mark("Internal control reviews, the head approves"),
}
ACTIONS: Mapping[str, str] = {
    "accepted": mark("Accepted"),
    "claimed": mark("Claimed"),
    "contact_given": mark("Asked to be told by mail"),
    "released": mark("Given back to the post"),
    "transferred": mark("Handed to a colleague"),
    "waiting": mark("Waits for"),
    "signed": mark("Signed"),
    "posted": mark("Entered into the register"),
    "issued": mark("Document issued"),
    "correct": mark("Corrected: every signature begins again"),
    "corrected": mark("Corrected by another case"),
    "corrects": mark("Corrects a completed case"),
    "escalated": mark("Reported to the city"),
    "register_changed": mark("The register had changed: back for correction"),
    "withdrawn_by_applicant": mark("Withdrawn by the applicant"),
    "message": mark("A message arrived"),
    "clock_stopped": mark("The clock was stopped"),
    "clock_resumed": mark("The clock went on"),
    "clock_warning": mark("Warned that time runs out"),
    "extended": mark("Given longer"),
    "timer_started": mark("A stretch of time began"),
    "timer_elapsed": mark("The time is over"),
    "timer_dropped": mark("The time is waited for no more"),
    "denied": mark("Attempt refused"),
    "payable_released": mark("Payment released"),
    "payable_paid": mark("Paid, by the bank's report"),
    "payable_returned": mark("Returned by the bank (退票)"),
    "scan_added": mark("Scan of the signed form added"),
    "archive_referred": mark("Its file refers to its correction"),
    "manifest": mark("What the file consists of was fixed"),
    "notified": mark("The client was told what lacks"),
    "notice_permitted": mark("A late notice was permitted"),
    "printed": mark("Document printed again"),
    "delivered": mark("Document delivered"),
    "green_channel": mark("Put into the green channel"),
    "green_withdrawn": mark("Taken out of the green channel"),
    "owner_offered": mark("Owner of the case offered"),
    "owner_ordered": mark("Owner of the case ordered"),
    "owner_taken": mark("Taken over"),
    "owner_declined": mark("Not taken over"),
    "asked": mark("A superior was asked"),
    "answered": mark("The superior answered"),
    "meeting_listed": mark("Put on the agenda of a city meeting"),
    "meeting_decided": mark("Decided by a city meeting"),
    **STATUSES,
}
DECISIONS: Mapping[str, str] = {
    "approve": mark("Agree"),
    "return": mark("Return for correction"),
    "refuse": mark("Refuse"),
    "escalate": mark("Agree, and report to the city"),
}
MEETING_DECISIONS: Mapping[str, str] = {
    "approve": mark("Passed"),
    "refuse": mark("Not passed"),
    "return": mark("Sent back"),
    "postpone": mark("Put off"),
}


def fields(language: str, titles: Mapping[str, Any]) -> dict[str, str]:
    """Names of fields; ``titles`` are the form's own properties, for what the register doesn't know."""
    own = "title_zh" if language == "zh" else "title"
    said = {name: str(field.get(own, name)) for name, field in titles.items()}
    return said | {name: translate(language, text) for name, text in FIELDS.items()}


def posting(
    language: str, entries: Sequence[Mapping[str, Any]], properties: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """The posting of a case view, its values as people read them; ``properties`` are the form's fields."""
    known = properties or {}
    return [
        {
            **entry,
            **{
                half: {
                    name: form_value(
                        language,
                        name,
                        v,
                        known.get(name, {}) if entry["type"] in ("grant", "rule") else {},
                    )
                    for name, v in (entry.get(half) or {}).items()
                }
                for half in ("before", "after")
            },
        }
        if entry["type"] in ("change", "grant", "rule")
        else dict(entry)
        for entry in entries
    ]


def form_value(language: str, name: str, found: Any, field: Mapping[str, Any]) -> Any:
    """One value of a form; ``field`` is its schema, which names the codes one could choose."""
    if isinstance(found, list):
        return _rows(language, found, field["items"]["properties"])
    chosen = field.get("choices", {}).get(found) if isinstance(found, str) else None
    if field.get("unit") == "month" and isinstance(found, int):
        return formats.month(found)
    return chosen[language] if chosen else value(language, name, found)


def _rows(language: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Any]) -> str:
    """A short list: its rows one after the other, each with what is filled in."""
    own = "title_zh" if language == "zh" else "title"
    between, after = ("，", "；") if language == "zh" else (", ", "; ")
    return after.join(
        between.join(
            f"{columns[name][own]} {form_value(language, name, said, columns[name])}"
            for name, said in row.items()
            if said is not None
        )
        for row in rows
    )


def reasons(decided: Mapping[str, Any]) -> list[Names]:
    """What the reasons of a decision are called; ``decided`` holds ``decision`` and ``reasons``."""
    return [
        decision_reasons.named(decided["decision"], code) for code in decided.get("reasons", ())
    ]


def value(language: str, name: str, found: Any) -> Any:
    """One value: cents as yuan, 202610 as 2026-10, a code by its name, parts as a list."""
    if isinstance(found, dict):
        parts = (
            f"{translate(language, COMPONENTS.get(key, key))} {_part(part)}"
            for key, part in found.items()
        )
        return ("；" if language == "zh" else "; ").join(parts)
    if isinstance(found, int) and not isinstance(found, bool):
        if name.endswith("_cents"):
            return formats.yuan(found)
        if name.endswith("month"):
            return formats.month(found)
    if isinstance(found, str) and (name, found) in VALUES:
        return translate(language, VALUES[(name, found)])
    return found


def _part(found: Any) -> str:
    return formats.yuan(found) if isinstance(found, int) else str(found)
