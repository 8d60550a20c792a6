"""The form: which way the account goes, and which residents' agency is asked."""

from typing import Literal

from engine import process
from engine.process import Names, text

DIRECTIONS = {
    "to_employee": Names(
        "城乡居民转入职工养老保险", "from the residents' scheme to the employees'"
    ),
    "to_resident": Names(
        "职工转入城乡居民养老保险", "from the employees' scheme to the residents'"
    ),
}


class Form(process.Form):
    """What the residents' agency says comes later, as a message."""

    direction: Literal["to_employee", "to_resident"] = text(
        "衔接方向", "Direction", choices=DIRECTIONS
    )
    resident_agency: str = text(
        "城乡居民养老保险经办机构", "Residents' agency", min_length=2, max_length=100
    )
