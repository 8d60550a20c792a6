"""The form: from where the relation comes, and by which voucher."""

from engine import process
from engine.process import text


class Form(process.Form):
    """Months and money are not entered here: the other agency's table and its money bring them."""

    from_agency: str = text("转出地经办机构", "Agency it comes from", min_length=2, max_length=100)
    origin_area: str = text(
        "转出地行政区划代码", "Code of the area it comes from", pattern=r"^\d{6}$"
    )
    voucher_no: str = text(
        "参保缴费凭证编号", "Number of the contribution voucher", min_length=1, max_length=60
    )
    to_household: bool = text("本地为户籍所在地", "The household is registered here")
