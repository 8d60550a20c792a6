"""Two values that look the same masked: whoever signs, prints or looks up is told that they differ."""

from tests import corrections
from tests.people import Hall
from tests.stories.test_places import sign_in
from tests.stories.test_printed_forms import approval_form
from tests.stories.test_queue_page import page

SAID = "（已更改）"


def test_every_view_says_that_they_differ(hall: Hall) -> None:
    original = hall.example("person_info_change_general", 3)
    numbers = []
    for mobile, address in (("13700001234", "北街1号"), ("13799991234", "南街2号")):
        form = {**original["form"], "mobile": mobile, "address": address}
        case = corrections.completed(hall, {**original, "form": form})
        numbers.append(case["case_no"])
    (change,) = case["posting"]
    assert change["before"]["mobile"] == change["after"]["mobile"] == "137****1234"
    assert "mobile" in change["altered"]

    (row,) = hall.T101.get(f"/api/register/persons/{case['person_id']}")["versions"][-1:]
    assert "mobile" in row["altered"]
    assert f"137****1234{SAID}" in approval_form(hall, "T101", numbers[1])
    assert SAID not in approval_form(hall, "T101", numbers[0])

    hall.client.follow_redirects = False
    hall.client.cookies.clear()
    sign_in(hall.client, "T101")
    for path in (f"/cases/{numbers[1]}", f"/register/persons/{case['person_id']}"):
        shown = page(hall.client, path)
        assert shown.count(SAID) == 1, path
        assert "13799991234" not in shown
    assert SAID not in page(hall.client, f"/cases/{numbers[0]}")
