"""What would move with the relation on the day of acceptance: the account, and 12 % of the bases by year.

Source: 国办发〔2009〕66号.
"""

from register.records import PersonRecord, Records
from register.rules import transfer
from register.rules.transfer import Transfer


def of(person: PersonRecord, records: Records) -> Transfer:
    """The account as it stands, and the pooled fund's part of every year that was really paid.

    The interest up to a transfer is reckoned when it happens, not here. Raises ParameterMissing.
    """
    paid = {month.month: month.base_cents for month in person.months if month.origin != "DEEMED"}
    return transfer.amount(person.balance_cents, paid, records.accepted_on, records.parameters)
