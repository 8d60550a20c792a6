"""Which months of a pension were drawn, by all that was recorded of it."""

from dataclasses import replace

from register.records import Entitlement, Spell
from register.rules import drawn
from tests import example_records

PERSON = example_records.person({})
PARTS = {"basic": 70, "account": 30}
RESUMED = Entitlement(
    "B1",
    "pension",
    120,
    202606,
    "PAYING",
    PARTS,
    version=4,
    earlier=(
        Spell(202601, "APPROVED", 100, PARTS),
        Spell(202601, "PAYING", 100, PARTS),
        Spell(202603, "SUSPENDED", 100, PARTS),
    ),
)


def test_nothing_is_drawn_without_a_pension_in_payment() -> None:
    other = replace(RESUMED, kind="allowance")
    approved = Entitlement("B1", "pension", 100, 202601, "APPROVED")
    for held in ((), (other,), (approved,)):
        assert drawn.pension(replace(PERSON, entitlements=held), 202612) == []


def test_suspended_months_are_not_drawn_and_each_month_has_its_amount() -> None:
    found = drawn.pension(replace(PERSON, entitlements=(RESUMED,)), 202607)

    assert [(one.month, one.cents) for one in found] == [
        (202601, 100),
        (202602, 100),
        (202606, 120),
        (202607, 120),
    ]
    assert (drawn.total(found), drawn.account_total(found)) == (440, 120)


def test_a_later_version_that_begins_earlier_wins() -> None:
    """Months paid back on resumption count as drawn."""
    paid_back = replace(RESUMED, from_month=202603, monthly_cents=100)

    found = drawn.pension(replace(PERSON, entitlements=(paid_back,)), 202607, 202602)

    assert [one.month for one in found] == [202602, 202603, 202604, 202605, 202606, 202607]


def test_nothing_is_drawn_from_the_end_on() -> None:
    ended = replace(
        RESUMED,
        status="ENDED",
        from_month=202607,
        earlier=(*RESUMED.earlier, Spell(202606, "PAYING", 120, PARTS)),
    )

    found = drawn.pension(replace(PERSON, entitlements=(ended,)), 202612, 202605)

    assert [one.month for one in found] == [202606]
