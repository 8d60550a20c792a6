"""The form: to which agency of the province the relations move."""

from engine import process
from engine.process import text


class Form(process.Form):
    """No fund moves: the pooling is the province's, and so is the personal account."""

    to_agency: str = text("转入经办机构代码", "Code of the receiving agency", pattern=r"^\d{6}$")
