"""When a court's order can't be carried out as it stands: each gate names what stands in the way.

Which account may be touched: what stands in the personal account is not payable before it falls due, so it
can be frozen and not deducted; what is determined to be payable to the person can be deducted. The longest
freeze and what is left to live on are parameters the agency confirms.
"""

from datetime import date

from engine.process import refuse, yuan
from register import months
from register.records import Hold, PersonRecord, Records

from .form import Form


def check_notice(form: Form, records: Records) -> None:
    """Raise for a notice of the future."""
    if form.notice_on > records.accepted_on:
        raise refuse(
            "judicial.notice_future",
            "协助执行通知书日期晚于受理日期",
            "The date of the notice of assistance lies after the day of acceptance: compare the notice.",
        )


def held_under(form: Form, person: PersonRecord) -> Hold | None:
    """The freeze in force under the form's document, if there is one. Raises for another court's."""
    found = next((hold for hold in person.holds if hold.document_no == form.document_no), None)
    if found is not None and found.court != form.court:
        raise refuse(
            "judicial.court_differs",
            f"文书{form.document_no}登记的法院是{found.court}",
            f"The freeze under {form.document_no} is of {found.court}: compare the documents.",
            rows=[found.document_no],
        )
    return found


def check_until(until: date, found: Hold | None, records: Records) -> None:
    """Raise for a last day that is past, too far off, or no later than that of the freeze in force."""
    if until <= records.accepted_on:
        raise refuse(
            "judicial.until_past",
            f"冻结截止日期{until}不晚于受理日期",
            f"The last day of the freeze, {until}, does not lie after the day of acceptance.",
        )
    longest = records.parameters.integer("judicial_freeze_months", records.accepted_on)
    if until > months.same_day(records.accepted_on, longest):
        raise refuse(
            "judicial.until_far",
            f"冻结期限超过{longest}个月（期限待核实）",
            f"A freeze lasts at most {longest} months (to be confirmed): freeze again before it ends.",
        )
    if found is not None and until <= found.until:
        raise refuse(
            "judicial.until_not_later",
            f"该文书已冻结至{found.until}，续冻须晚于该日",
            f"The account is frozen under this document through {found.until} already: freezing for longer "
            "takes a later day.",
            rows=[found.document_no],
        )


def check_lifted(form: Form, found: Hold | None, person: PersonRecord) -> None:
    """Raise where nothing is frozen under the document."""
    if found is None:
        raise refuse(
            "judicial.not_frozen",
            f"没有文书{form.document_no}的有效冻结",
            f"Nothing is frozen under {form.document_no}: the freezes in force are named.",
            rows=[hold.document_no for hold in person.holds],
        )


def check_deduction(form: Form, person: PersonRecord, records: Records) -> None:
    """Raise where another court froze first, or less is payable than the court asks for."""
    others = [hold for hold in person.holds if hold.court != form.court]
    if others:
        raise refuse(
            "judicial.other_court",
            f"已由{others[0].court}冻结（{others[0].document_no}），请先与该院协调",
            f"{others[0].court} froze first ({others[0].document_no}): the courts settle who deducts.",
            rows=[hold.document_no for hold in others],
        )
    payable = person.owed.get("payable", 0)
    left = records.parameters.integer("judicial_left_cents", records.accepted_on)
    most = max(0, payable - left)
    if (form.amount_cents or 0) > most:
        raise refuse(
            "judicial.payable_short",
            f"应付个人款{yuan(payable)}元，须留{yuan(left)}元，至多可扣划{yuan(most)}元；个人账户储存额未到支付条件，只能冻结",
            f"{yuan(payable)} yuan are payable to the person and {yuan(left)} yuan are left: at most "
            f"{yuan(most)} yuan can be deducted. The personal account is not payable yet: it can be frozen.",
        )
