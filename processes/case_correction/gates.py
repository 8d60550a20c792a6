"""When a case can't be corrected so: what it is, who asks, and what was done since that rests on it."""

from collections.abc import Iterator

from engine.process import refuse, yuan
from register import chart
from register.corrected import Corrected, Determined
from register.records import Records

from . import reversal
from .form import Form

COMPLETED = "completed"
DUE = ("determined", "returned")


def require(form: Form, records: Records) -> Corrected:
    """The corrected case as the records hold it; raises the gate that refuses, the first of them."""
    old = records.corrected
    if old is None or old.case_no != form.corrected_case:
        raise refuse(
            "correction.no_case",
            "没有这件业务，或者不归您查看，请核对业务件编号",
            "There is no such case, or it is not yours to see: compare its number.",
        )
    _kind_of_case(old, records)
    _once(old)
    _papers(form, old)
    _later(old)
    _payables(old)
    _accounts(old)
    return old


def _kind_of_case(old: Corrected, records: Records) -> None:
    if old.subject[0] == "agency":
        raise refuse(
            "correction.own_register",
            "授权登记、规则变更不用更正：授权须撤销，规则须登记新版本",
            "Grants and changes of rules are not corrected: revoke the grant, register another version "
            "of the rule.",
        )
    subject = records.person or records.employer
    asks = None
    if records.person is not None:
        asks = ("person", records.person.person_id)
    elif records.employer is not None:
        asks = ("employer", records.employer.employer_id)
    if subject is None or old.subject != asks:
        raise refuse(
            "correction.other_subject",
            "被更正的业务不是该申请人的业务，请核对业务件编号和申请人",
            "The case is not this applicant's: compare its number and the applicant.",
        )
    if old.status != COMPLETED:
        raise refuse(
            "correction.not_completed",
            "只有已办结的业务可以更正；在办的退回改正，不予办理或已撤回的重新申请",
            "Only a completed case is corrected: an open one is returned, a refused or withdrawn one is "
            "applied for again.",
        )


def _once(old: Corrected) -> None:
    if old.corrected_by is not None:
        raise refuse(
            "correction.twice",
            f"该业务已由{old.corrected_by}更正，一件业务只更正一次",
            f"The case was corrected by {old.corrected_by}: a case is corrected once.",
            rows=[old.corrected_by],
        )


def _papers(form: Form, old: Corrected) -> None:
    unknown = [paper.number for paper in form.papers if paper.number not in old.papers]
    if unknown or len({paper.number for paper in form.papers}) != len(form.papers):
        raise refuse(
            "correction.paper_unknown",
            "收回的文书不是该业务出具的，或重复填写，请核对文书编号",
            "A paper to be recalled was not issued by this case, or is named twice: compare its number.",
            rows=unknown,
        )
    if not (old.lines or old.undoing or form.papers):
        raise refuse(
            "correction.nothing",
            "该业务没有登记任何内容，也没有要收回的文书，无需更正",
            "The case wrote nothing and no paper is recalled: there is nothing to correct.",
        )


def _later(old: Corrected) -> None:
    rests = list(dict.fromkeys((*old.later.changes, *old.later.decided)))
    if rests:
        raise refuse(
            "correction.later",
            f"后办业务以此为依据：{'、'.join(rests)}，请先更正后办业务",
            f"Later cases rest on this one: {', '.join(rests)}. Correct them first, the last one first.",
            rows=rests,
        )


def _payables(old: Corrected) -> None:
    for number, line in enumerate(old.lines, 1):
        due = old.payables.get(number)
        if due is None or due.amount_cents == due.own_cents:
            continue
        _untouched(due)
        if due.state == "released":
            raise refuse(
                "correction.on_its_way",
                f"应付款{due.payable_id}已拨付在途，待银行回盘后再更正",
                f"Payable {due.payable_id} is released and on its way: wait for the bank's answer.",
                rows=[due.payable_id],
            )
        if due.state not in DUE and line.account != chart.PAYABLE:
            raise refuse(
                "correction.paid_elsewhere",
                f"应付款{due.payable_id}已付给其他机构，请先向收款方追回",
                f"Payable {due.payable_id} was paid to another office: get it back from there first.",
                rows=[due.payable_id],
            )


def _untouched(due: Determined) -> None:
    if due.open_cents + due.own_cents != due.amount_cents:
        raise refuse(
            "correction.later",
            f"后办业务已从应付款{due.payable_id}中扣减：{'、'.join(due.taken_by)}，请先更正后办业务",
            f"Later cases took something off payable {due.payable_id}: {', '.join(due.taken_by)}. "
            "Correct them first.",
            rows=due.taken_by,
        )


def _accounts(old: Corrected) -> None:
    """No account falls below zero by it; what the correction itself makes payable is no balance yet."""
    for (person_id, code), cents in _short(old):
        names = chart.ACCOUNTS[code]
        since = list(dict.fromkeys(old.later.drew))
        raise refuse(
            "correction.balance_short",
            f"{names.zh}现有{yuan(old.sums[person_id].get(code, 0))}元，冲正后将为{yuan(cents)}元"
            + (f"；其后支取：{'、'.join(since)}" if since else ""),
            f"The {names.en} would be {yuan(cents)} yuan"
            + (f"; since then it was drawn on by {', '.join(since)}." if since else "."),
            rows=since,
        )


def _short(old: Corrected) -> Iterator[tuple[tuple[str, str], int]]:
    if not old.sums:
        return
    after: dict[tuple[str, str], int] = {}
    for line in reversal.lines(old):
        if line.subject_id is not None:
            at = (line.subject_id, line.account)
            grows = chart.ACCOUNTS[line.account].grows == line.side
            present = old.sums[line.subject_id].get(line.account, 0)
            after[at] = after.get(at, present) + (1 if grows else -1) * line.amount_cents
    yield from ((at, cents) for at, cents in after.items() if cents < 0)
