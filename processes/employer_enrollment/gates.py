"""When an employer can't be enrolled: registered already, or a day that has not come.

Source: 社会保险法 article 57 (registration by the employer), 社会保险经办条例 article 6.
"""

from engine.process import refuse
from register import identity
from register.records import Records

from .form import Form


def check(form: Form, records: Records) -> None:
    """Raise where the register has the employer, or the form can't be. Raises IdNumberRefused."""
    identity.check_id_no(form.legal_person_id_no, records.accepted_on)
    if form.insured_since > records.accepted_on:
        raise refuse(
            "employer_enrollment.future",
            f"参保日期{form.insured_since}晚于受理日期{records.accepted_on}",
            f"The employer can't be insured since {form.insured_since}: the case is accepted on "
            f"{records.accepted_on}.",
        )
    known = records.employer
    if known is not None and known.status == "ACTIVE":
        raise refuse(
            "employer_enrollment.registered",
            "该单位已办理参保登记，信息变化的办理变更登记",
            "This employer is registered already: what has changed is changed, not enrolled anew.",
            rows=[known.employer_id],
        )
