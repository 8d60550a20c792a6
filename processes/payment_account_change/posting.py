"""What it writes: a new version of the payment account, if the holder is the person himself."""

from engine import process
from engine.process import refuse
from register import months, proposals
from register.entries import Posting
from register.records import Records

from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``payment_account``. Raises the gates on holder and month.

    A change never holds back a payment (社会保险经办条例 53): it takes effect from a month, and until
    then the account in force is paid to.
    """
    person = process.insured(records)
    if form.holder != person.name:
        raise refuse(
            "payment_account.holder_differs",
            "户名与参保人姓名不一致：待遇只能发放到本人账户",
            "The account holder is not the insured person: benefits are paid to the person's own "
            "account only. Compare the bank card with the register.",
        )
    present = months.of(records.accepted_on)
    month = form.effective_month or present
    if month < present:
        raise refuse(
            "payment_account.month_past",
            f"生效年月{month}早于受理当月{present}",
            f"The effective month {month} lies before the month of acceptance, {present}: past months "
            "were paid to the account then in force.",
        )
    after = {
        "bank_name": form.bank_name,
        "bank_account": form.bank_account,
        "holder": form.holder,
    }
    first_day = months.first_day(month)
    change = proposals.payment_account(person, after, max(first_day, records.accepted_on))
    return process.composed(records, changes=[change])
