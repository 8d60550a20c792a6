"""Contribution (缴费): the base within its limits, and how a month's contribution is split.

Source: 国发〔2005〕38号 (limits, the person's part), 国办发〔2019〕13号 (the employer's part), 社会保险法
article 62 (a month that was not declared). Every amount is rounded half up to a cent once; parts that
make a whole are rounded so that they add up to it.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from register import months
from register.amounts import rounded_cents, yuan
from register.entries import DerivationStep
from register.parameters import Parameters
from register.records import RelationKind

SOURCE = "国发〔2005〕38号"
UNDECLARED_SOURCE = "社会保险法第六十二条"


@dataclass(frozen=True, slots=True)
class Limited:
    """The base (缴费基数) a month is contributed on, between its limits; cents."""

    base_cents: int
    floor_cents: int
    ceiling_cents: int
    derivation: tuple[DerivationStep, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A month's contribution: what goes to the personal account and what to the pooled fund; cents."""

    account_cents: int
    pooled_cents: int
    derivation: tuple[DerivationStep, ...]

    @property
    def total_cents(self) -> int:
        """The whole contribution of the month."""
        return self.account_cents + self.pooled_cents


def clamped(declared_cents: int, month: int, parameters: Parameters) -> Limited:
    """The declared wage held between 60 % and 300 % of the average wage of reference (YYYYMM).

    Raises ParameterMissing for a year without an average wage.
    """
    on = months.first_day(month)
    wage = parameters.integer("average_wage_cents", on)
    least = parameters.decimal("base_floor_share", on)
    most = parameters.decimal("base_ceiling_share", on)
    floor, ceiling = rounded_cents(wage * least), rounded_cents(wage * most)
    base = min(max(declared_cents, floor), ceiling)
    if base > declared_cents:
        zh, en = "低于下限，按下限", "below the floor: the floor counts"
    elif base < declared_cents:
        zh, en = "高于上限，按上限", "above the ceiling: the ceiling counts"
    else:
        zh, en = "在上下限之间", "between floor and ceiling"
    limits = f"{yuan(wage)}×{least}={yuan(floor)}", f"{yuan(wage)}×{most}={yuan(ceiling)}"
    return Limited(
        base,
        floor,
        ceiling,
        (
            DerivationStep(f"下限={limits[0]}", f"floor = {limits[0]}", yuan(floor), SOURCE),
            DerivationStep(f"上限={limits[1]}", f"ceiling = {limits[1]}", yuan(ceiling), SOURCE),
            DerivationStep(
                f"申报工资{yuan(declared_cents)}{zh}",
                f"declared wage {yuan(declared_cents)} is {en}",
                yuan(base),
                SOURCE,
            ),
        ),
    )


def chosen(share: Decimal, month: int, parameters: Parameters) -> Limited:
    """The base of a flexible worker who chose a share (缴费档次) of the average wage of reference (YYYYMM).

    A share between the limits gives a base between them; whether it is one is the caller's to check, on the
    parameters ``base_floor_share`` and ``base_ceiling_share``. Raises ParameterMissing.
    """
    wage = parameters.integer("average_wage_cents", months.first_day(month))
    wanted = rounded_cents(wage * share)
    limited = clamped(wanted, month, parameters)
    step = DerivationStep(
        f"所选档次基数={yuan(wage)}×{share}",
        f"base of the chosen share = {yuan(wage)} × {share}",
        yuan(wanted),
        SOURCE,
    )
    return replace(limited, derivation=(*limited.derivation[:2], step))


def split(base_cents: int, month: int, kind: RelationKind, parameters: Parameters) -> Split:
    """What a base contributes in a month (YYYYMM): an employee with the employer, or freely.

    EMPLOYEE: the person's share is all booked to the account, the employer's goes to the fund. FLEX, and past
    the statutory age: one rate of the chosen base, of which a part is booked to the account. Raises
    ParameterMissing.
    """
    if kind == "EMPLOYEE":
        return _of_employee(base_cents, month, parameters)
    return _of_flexible(base_cents, month, parameters)


def own_part(base_cents: int, month: int, kind: RelationKind, parameters: Parameters) -> Split:
    """What the person himself contributes: an employee's part alone, all of anybody else's.

    Raises ParameterMissing for a month before the person's rate is known.
    """
    if kind != "EMPLOYEE":
        return _of_flexible(base_cents, month, parameters)
    account, step = _of_person(base_cents, month, parameters)
    return Split(account, 0, (step,))


def undeclared(last_month_cents: int, month: int, parameters: Parameters) -> int:
    """What is assessed for a month nobody declared: last month's amount times 110 %.

    Raises ParameterMissing.
    """
    factor = parameters.decimal("undeclared_factor", months.first_day(month))
    return rounded_cents(last_month_cents * factor)


def _of_employee(base_cents: int, month: int, parameters: Parameters) -> Split:
    account, step = _of_person(base_cents, month, parameters)
    employer = parameters.decimal("employer_rate", months.first_day(month))
    pooled = _share(base_cents, employer)
    return Split(
        account,
        pooled,
        (
            step,
            DerivationStep(
                f"单位缴费={yuan(base_cents)}×{employer}，进入统筹基金",
                f"employer's part = {yuan(base_cents)} × {employer}, to the pooled fund",
                yuan(pooled),
                "国办发〔2019〕13号",
            ),
        ),
    )


def _of_person(base_cents: int, month: int, parameters: Parameters) -> tuple[int, DerivationStep]:
    person = parameters.decimal("employee_rate", months.first_day(month))
    account = _share(base_cents, person)
    return account, DerivationStep(
        f"个人缴费={yuan(base_cents)}×{person}，全部记入个人账户",
        f"person's part = {yuan(base_cents)} × {person}, all booked to the account",
        yuan(account),
        SOURCE,
    )


def _of_flexible(base_cents: int, month: int, parameters: Parameters) -> Split:
    on = months.first_day(month)
    whole = parameters.decimal("flexible_rate", on)
    booked = parameters.decimal("flexible_account_rate", on)
    total, account = _share(base_cents, whole), _share(base_cents, booked)
    return Split(
        account,
        total - account,
        (
            DerivationStep(
                f"灵活就业缴费={yuan(base_cents)}×{whole}",
                f"contribution = {yuan(base_cents)} × {whole}",
                yuan(total),
                SOURCE,
            ),
            DerivationStep(
                f"其中记入个人账户={yuan(base_cents)}×{booked}",
                f"of which booked to the account = {yuan(base_cents)} × {booked}",
                yuan(account),
                SOURCE,
            ),
            DerivationStep(
                f"进入统筹基金={yuan(total)}-{yuan(account)}",
                f"to the pooled fund = {yuan(total)} - {yuan(account)}",
                yuan(total - account),
                SOURCE,
            ),
        ),
    )


def _share(base_cents: int, rate: Decimal) -> int:
    return rounded_cents(base_cents * rate)
