"""Calculator: the grants after a death."""

from datetime import date

from engine.calculators.kind import Amount, Calculator, Day, MonthCount, Told, Worked
from engine.process import Form as Fields
from engine.process import Names, text
from register.parameters import Parameters
from register.rules import survivors
from register.rules.survivors import Deceased


class Form(Fields):
    """Who died, as far as it counts; without an income the province's figure is taken. Cents."""

    died_on: Day = text("死亡日期", "Date of death")
    contributed_months: MonthCount = text(
        "累计缴费月数（含视同）", "Months contributed, deemed ones included"
    )
    drawn_months: MonthCount | None = text(
        "已领取养老金月数（未退休不填）",
        "Months of pension drawn; empty if not retired",
        default=None,
    )
    own_cents: Amount | None = text(
        "个人缴费之和（缴费不满五年填）",
        "Own contributions in all, where less than five years were paid",
        unit="cents",
        default=None,
    )
    income_cents: Amount | None = text(
        "上年度城镇居民月人均可支配收入（不填按本省）",
        "Monthly disposable income of the year before; empty for the province's",
        unit="cents",
        default=None,
    )


def work(form: Form, today: date, parameters: Parameters) -> Worked:
    """Funeral grant and survivors' grant."""
    del today
    deceased = Deceased(form.died_on, form.contributed_months, form.drawn_months, form.own_cents)
    found = survivors.reckoned(deceased, parameters, form.income_cents)
    told = [
        Told("total_cents", Names("遗属待遇合计", "both grants"), "cents", found.total_cents),
        Told("funeral_cents", Names("丧葬补助金", "funeral grant"), "cents", found.funeral_cents),
        Told("grant_cents", Names("抚恤金", "survivors' grant"), "cents", found.grant_cents),
    ]
    return Worked(told, found.derivation)


CALCULATOR = Calculator(
    "survivor_benefit",
    Names("遗属待遇", "Survivors' grants"),
    Names(
        "参保人员死亡后遗属可领取的丧葬补助金和抚恤金；个人账户余额另行继承",
        "Funeral grant and survivors' grant; the account's balance is inherited besides",
    ),
    Form,
    work,
)
