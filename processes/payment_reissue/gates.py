"""When a payment can't be made again: each gate names what stands in the way."""

from engine.process import refuse
from register.records import PersonRecord, UnpaidPayable

from .form import Form


def check(form: Form, person: PersonRecord) -> UnpaidPayable:
    """The payable that is paid again.

    Raises where it wasn't returned, the payee is another, or the account is the one it came back from.
    """
    due = next((one for one in person.unpaid if one.payable_id == form.payable_id), None)
    if due is None:
        raise refuse(
            "reissue.not_returned",
            f"应付款{form.payable_id}不是该人员被退回或无账户的应付款，不能重发",
            f"Payable {form.payable_id} is none of this person's that the bank returned or that has no "
            "account: there is nothing to pay again.",
            rows=[one.payable_id for one in person.unpaid],
        )
    if form.holder != due.holder:
        raise refuse(
            "reissue.payee_differs",
            "收款人与核定的收款人不一致：重发只能换账户，不能换人",
            "The payee is not the one that was determined: paying again changes the account, not the payee.",
        )
    if form.bank_account == due.bank_account:
        raise refuse(
            "reissue.same_account",
            "与被退回的账户相同：账户无误的，由财务直接再次拨付",
            "This is the account it came back from: where that account is right, finance releases it again.",
        )
    return due
