"""What it writes: the base each listed employee contributes on, from the month on."""

from engine import process
from engine.employee_lists import Listed, employed, refuse_any
from engine.process import yuan
from register import months
from register.entries import Change, DerivationStep, Posting
from register.records import Records
from register.rules import contribution
from register.rules.contribution import Limited

from . import gates
from .form import Form, Wage

SOURCE = "社会保险费征缴暂行条例第十条"
Declared = tuple[Listed[Wage], Limited]


def posting(form: Form, records: Records) -> Posting:
    """One change of ``declared_base`` a row whose base changes, in the list's order. Raises the gates.

    The base is the declared wage within the limits in force in the month. Of a list that came from the tax
    authority only the differences are written; one declared here is written whole.
    """
    month = gates.month_of(form, records)
    profile = gates.check_profile(form, records)
    found, problems = employed(form.rows, records)
    blocked = [gates.problem(listed, month) for listed in found]
    refuse_any([*problems, *(problem for problem in blocked if problem is not None)])
    gates.check_total(form)
    declared = [
        (one, contribution.clamped(one.row.wage_cents, month, records.parameters)) for one in found
    ]
    written = [each for each in declared if profile != "tax" or _differs(*each)]
    return process.composed(
        records,
        changes=[_change(one, limited.base_cents, month) for one, limited in written],
        derivation=_totals(declared, len(written), month, records),
    )


def _differs(one: Listed[Wage], limited: Limited) -> bool:
    known = one.person.declared_base
    return known is None or known["base_cents"] != limited.base_cents


def _change(one: Listed[Wage], base_cents: int, month: int) -> Change:
    after = {"from_month": month, "base_cents": base_cents}
    known = one.person.declared_base or {}
    return Change(
        kind="declared_base",
        subject_kind="person",
        subject_id=one.person.person_id,
        effective_from=months.first_day(month),
        after=after,
        before={name: known[name] for name in after if name in known},
    )


def _totals(
    declared: list[Declared], written: int, month: int, records: Records
) -> list[DerivationStep]:
    """What the list adds up to: people, wages, bases, and what they will contribute a month."""
    bases = [limited.base_cents for _, limited in declared]
    wages = sum(one.row.wage_cents for one, _ in declared)
    raised = sum(limited.base_cents > one.row.wage_cents for one, limited in declared)
    cut = sum(limited.base_cents < one.row.wage_cents for one, limited in declared)
    split = [contribution.split(base, month, "EMPLOYEE", records.parameters) for base in bases]
    own, pooled = sum(s.account_cents for s in split), sum(s.pooled_cents for s in split)
    said = (
        ("申报人数", "Employees declared", str(len(declared))),
        ("申报工资合计", "Declared wages in all", yuan(wages)),
        ("低于下限按下限的人数", "Employees raised to the floor", str(raised)),
        ("高于上限按上限的人数", "Employees cut to the ceiling", str(cut)),
        ("缴费基数合计", "Bases in all", yuan(sum(bases))),
        ("月个人缴费合计", "The employees' contributions a month", yuan(own)),
        ("月单位缴费合计", "The employer's contributions a month", yuan(pooled)),
        ("基数有变化、予以登记的人数", "Employees whose base is written", str(written)),
    )
    return [DerivationStep(zh, en, value, SOURCE) for zh, en, value in said]
