"""When an employee can't be enrolled: the gates name the rows that block.

Source: 社会保险法 article 58 (within 30 days of hiring; the id number is the social security number),
劳动法 article 15 (the lowest working age), 人社部令第13号 (past the retirement age).
"""

from engine.employee_lists import Problem, name_differs
from register import identity, months, retirement
from register.records import PersonRecord, Records
from register.rules import enrollment

from .form import Hired


def problem(place: int, row: Hired, records: Records, agency_code: str) -> Problem | None:
    """What blocks this row, the gravest first; its number is known to fit."""
    person = records.persons.get(row.id_no)
    return (
        _standing(place, person, agency_code, records)
        or _dates(place, row, records)
        or _age(place, row, records)
        or _known(place, row, person)
    )


def _standing(
    place: int, person: PersonRecord | None, agency_code: str, records: Records
) -> Problem | None:
    stands = enrollment.standing(person, agency_code)
    said = {
        "drawing": (
            "该人员已核定养老金，不再参保",
            "A pension has been approved: nobody enrols any more who draws one.",
        ),
        "elsewhere": (
            "该人员在其他经办机构有参保关系，须先办理转移",
            "There is an insured relation with another agency: it is moved first.",
        ),
        "insured": (
            "该人员已在参保缴费，不得重复参保",
            "This person is insured already, and pays: nobody is insured twice.",
        ),
    }
    if stands in said:
        return Problem(place, "id_no", f"employee_enrollment.{stands}", *said[stands])
    employer = records.employer
    held = enrollment.in_the_way(person)
    if employer and any(one.employer_id == employer.employer_id for one in held):
        return Problem(
            place,
            "id_no",
            "employee_enrollment.resume",
            "该人员在本单位的参保关系已中断，应办理恢复缴费",
            "The relation with this employer is interrupted: it is resumed, not begun anew.",
        )
    return None


def _dates(place: int, row: Hired, records: Records) -> Problem | None:
    if row.employ_start > records.accepted_on:
        return Problem(
            place,
            "employ_start",
            "employee_enrollment.not_hired",
            "用工之日晚于今日",
            "The day of hiring lies ahead.",
        )
    current, hired = months.of(records.accepted_on), months.of(row.employ_start)
    if not hired <= (row.insured_from or current) <= current:
        return Problem(
            place,
            "insured_from",
            "employee_enrollment.month",
            f"参保月份应在用工当月{hired}至业务当月{current}之间",
            f"Somebody hired in {hired} is insured from then, and not later than {current}.",
        )
    return None


def _age(place: int, row: Hired, records: Records) -> Problem | None:
    on, birth = records.accepted_on, identity.birth_of(row.id_no)
    if not enrollment.fits(row.post_kind, row.id_no):
        return Problem(
            place,
            "post_kind",
            "employee_enrollment.post_kind",
            "退休年龄类别与公民身份号码的性别不符",
            "The kind of post is not one of this sex.",
        )
    if not enrollment.old_enough(birth, row.employ_start, records.parameters):
        return Problem(
            place,
            "employ_start",
            "employee_enrollment.too_young",
            "用工之日未达到最低就业年龄",
            "The lowest working age was not reached on the day of hiring.",
        )
    if retirement.statutory_month(birth, row.post_kind, records.parameters, on) <= months.of(on):
        return Problem(
            place,
            "id_no",
            "employee_enrollment.over_age",
            "已达到法定退休年龄，应按超龄人员参保登记办理",
            "The statutory age has been reached: see overage_enrollment.",
        )
    return None


def _known(place: int, row: Hired, person: PersonRecord | None) -> Problem | None:
    if person is None:
        return None
    if row.name not in {person.name, *person.former_names}:
        return name_differs(place)
    if row.post_kind != person.post_kind:
        return Problem(
            place,
            "post_kind",
            "employee_enrollment.known_otherwise",
            "退休年龄类别与登记不一致，应先办理个人关键信息变更",
            "The register knows another kind of post: change the key data first.",
        )
    return None
