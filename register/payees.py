"""Who gets what becomes payable (收款人), by the words that forms share: name of the account, bank, number.

A posting names its payee before anybody signs it: every sign-off covers the account the money goes to.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from register import chart
from register.entries import Posting
from register.records import Records

# What a form calls them: where a person is paid, and where another agency or a court is.
_OF_PERSONS = ("holder", "bank_name", "bank_account")
_OF_OTHERS: Mapping[str, tuple[str, tuple[str, str, str]]] = {
    chart.TRANSFERS_PAYABLE: (
        "agency",
        ("receiving_agency", "receiving_bank", "receiving_account"),
    ),
    chart.COURTS_PAYABLE: ("court", ("court", "court_bank", "court_account")),
}

_PERSON = ("person", _OF_PERSONS)


def named(posting: Posting, form: Mapping[str, Any], records: Records) -> Posting:
    """The posting with its payee, where money becomes payable by it and its process named none.

    That is whom the form names; else the person, by the payment account on the register. Without one the
    account stays empty, and nothing is released before it is known.
    """
    if posting.payee is not None or not owes(posting):
        return posting
    return replace(posting, payee=_payee(posting, form, records))


def owes(posting: Posting) -> bool:
    """Whether something becomes payable by this posting."""
    return any(line.account in chart.ON_ITS_WAY and line.side == "credit" for line in posting.lines)


def _payee(posting: Posting, form: Mapping[str, Any], records: Records) -> dict[str, Any]:
    owed = (line.account for line in posting.lines if line.side == "credit")
    kind, names = next((_OF_OTHERS[account] for account in owed if account in _OF_OTHERS), _PERSON)
    # What another agency or a court is to get never goes to the person's own account.
    if kind != "person" or all(form.get(name) for name in names):
        said = [form.get(name) for name in names]
    else:
        person = records.person
        account = (person.payment_account if person else None) or {}
        said = [account.get("holder") or (person.name if person else None)]
        said += [account.get("bank_name"), account.get("bank_account")]
    return {"kind": kind, **dict(zip(_OF_PERSONS, said, strict=True))}
