"""The chart of accounts (会计科目): every account a line may name, and the side on which it grows.

Personal accounts are what the fund owes a person, so they grow on the credit side. What is determined to be
paid to a person, or to be got back from one, stands on accounts of its own (``person:``). Lines of both name
the person. A personal account's principal and interest are the person's own; what employers paid into it
until 2005 stands beside them. The fund's own accounts have no subject: what another agency or a court is to
get stands on one of these, since no person may draw it. What finance has released is on its way (在途) until
the bank says what became of it, so nobody can take it off or release it again. What employers owe stands on
the fund's accounts too (``register.claims`` says which of them, and for whose months): ``levies_assessed`` is
the other side of it until the money is there. Amounts are integer cents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from register.entries import Side

PRINCIPAL = "personal_account:principal"
INTEREST = "personal_account:interest"
EMPLOYER_PRINCIPAL = "personal_account:employer_principal"
EMPLOYER_INTEREST = "personal_account:employer_interest"
PAYABLE = "person:payable"
RECEIVABLE = "person:receivable"
RELEASED = "person:released"
POOLED_FUND = "pooled_fund"
BENEFITS = "benefit_expenditure"
TRANSFERS = "transfer_expenditure"
TRANSFERS_PAYABLE = "transfers_payable"
TRANSFERS_RECEIVED = "transfers_received"
TRANSFERS_RELEASED = "transfers_released"
BANK = "fund_at_bank"
COURTS_PAYABLE = "courts_payable"
COURTS_RELEASED = "courts_released"
ADJUSTMENTS = "adjustments"
OPENING = "opening_balances"
ARREARS = "contributions_receivable"
LATE_FEES = "late_fees_receivable"
ASSESSED = "levies_assessed"

PERSONAL_PREFIX = "personal_account:"
# How a debit's memo begins that says which payable it is taken off: one that a case replaces by another.
NAMED = "payable:"
# Where what is determined to be paid stands, and where it goes once it is released.
ON_ITS_WAY: Mapping[str, str] = MappingProxyType(
    {
        PAYABLE: RELEASED,
        TRANSFERS_PAYABLE: TRANSFERS_RELEASED,
        COURTS_PAYABLE: COURTS_RELEASED,
    }
)
# The parts of a personal account; and where what is determined to be paid out waits for its payment.
PERSONAL_ACCOUNT = frozenset({PRINCIPAL, INTEREST, EMPLOYER_PRINCIPAL, EMPLOYER_INTEREST})
OUTGOING = frozenset({PAYABLE, TRANSFERS_PAYABLE})


@dataclass(frozen=True, slots=True)
class Account:
    """One account: its code, names, the side on which it grows, and whether a line names a person."""

    code: str
    zh: str
    en: str
    grows: Side
    personal: bool


ACCOUNTS: Mapping[str, Account] = MappingProxyType(
    {
        account.code: account
        for account in (
            Account(
                PRINCIPAL, "个人账户本金", "personal account, principal", "credit", personal=True
            ),
            Account(
                INTEREST, "个人账户利息", "personal account, interest", "credit", personal=True
            ),
            Account(
                EMPLOYER_PRINCIPAL,
                "个人账户本金（单位划入）",
                "personal account, principal paid by employers",
                "credit",
                personal=True,
            ),
            Account(
                EMPLOYER_INTEREST,
                "个人账户利息（单位划入部分）",
                "personal account, interest on what employers paid",
                "credit",
                personal=True,
            ),
            Account(PAYABLE, "应付个人款", "payable to the person", "credit", personal=True),
            Account(RECEIVABLE, "应收个人款", "to be got back", "debit", personal=True),
            Account(RELEASED, "已拨付在途款", "released, on its way", "credit", personal=True),
            Account(BENEFITS, "待遇支出", "benefits", "debit", personal=False),
            Account(TRANSFERS, "转移支出", "transfers out", "debit", personal=False),
            Account(
                TRANSFERS_RECEIVED, "转移收入资金", "transfers received", "debit", personal=False
            ),
            Account(TRANSFERS_PAYABLE, "应付转移款", "transfers payable", "credit", personal=False),
            Account(
                TRANSFERS_RELEASED, "在途转移款", "transfers on their way", "credit", personal=False
            ),
            Account(BANK, "基金银行存款", "fund at bank", "debit", personal=False),
            Account(COURTS_PAYABLE, "应付法院款", "payable to courts", "credit", personal=False),
            Account(
                COURTS_RELEASED,
                "在途法院款",
                "courts' money on its way",
                "credit",
                personal=False,
            ),
            Account(POOLED_FUND, "统筹基金", "pooled fund", "credit", personal=False),
            Account(ADJUSTMENTS, "账务调整", "adjustments", "debit", personal=False),
            Account(ARREARS, "应收补缴款", "contributions receivable", "debit", personal=False),
            Account(LATE_FEES, "应收滞纳金", "late fees receivable", "debit", personal=False),
            Account(ASSESSED, "已核定待收款", "levies assessed", "credit", personal=False),
            Account(OPENING, "期初余额", "opening balances", "debit", personal=False),
        )
    }
)


def personal(item: str) -> str:
    """The code of a part of the personal account (``principal``, ``interest``)."""
    return PERSONAL_PREFIX + item
