"""What it writes: the relation of each listed employee is interrupted from the month on."""

from engine import process
from engine.employee_lists import employed, refuse_any
from register import proposals
from register.entries import DerivationStep, Posting
from register.records import Records

from . import gates
from .form import Form


def posting(form: Form, records: Records) -> Posting:
    """One change of ``relation`` a row, in the list's order, or nothing at all. Raises the gates."""
    month = gates.month_of(form, records)
    found, problems = employed(form.rows, records)
    blocked = [gates.problem(listed, month) for listed in found]
    refuse_any([*problems, *(problem for problem in blocked if problem is not None)])
    changes = [
        proposals.relation(listed.person, listed.relation, "INTERRUPTED", month) for listed in found
    ]
    count = DerivationStep("停缴人数", "Employees suspended", str(len(changes)))
    return process.composed(records, changes=changes, derivation=[count])
