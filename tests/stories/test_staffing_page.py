"""The page of staffing, and the warning on the page of a case, in both languages."""

from tests.people import Hall

TODAY = "2026-11-02"
HTML = {"accept": "text/html"}


def shown(hall: Hall, staff_no: str, path: str, language: str = "en", status: int = 200) -> str:
    headers = {**HTML, **getattr(hall, staff_no).headers, "Accept-Language": language}
    answer = hall.client.get(path, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.text


def test_what_lacks_people_is_on_the_case_and_on_the_page(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    assert "签不齐" not in shown(hall, "T101", f"/cases/{number}", "zh-CN")
    entry = {
        "absent": "Z101", "deputy": "D101", "post": "director", "reason": "年休假",
        "from": TODAY, "to": "2027-03-31",
    }  # fmt: skip
    hall.S101.post("/api/stand-ins", entry, status=201)

    assert "按现有人员签不齐" in shown(hall, "T101", f"/cases/{number}", "zh-CN")
    listed = shown(hall, "S101", "/staffing", "zh-CN")
    assert number in listed
    assert "岗位只有一人能履行" in listed
    assert "Z101" in listed


def test_a_change_is_tried_on_the_page(hall: Hall) -> None:
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    assert number not in shown(hall, "S101", "/staffing")

    tried = shown(
        hall, "S101", "/staffing?act=close&staff_no=Z101&post=&from=&to=2026-11-02", "zh-CN"
    )

    assert "将有 1 件业务签不齐" in tried
    assert number in tried
    assert number not in shown(hall, "S101", "/staffing")
    refused = hall.client.get(
        "/staffing?act=dismiss&staff_no=R101&post=director",
        headers={**HTML, **hall.S101.headers},
    )
    assert refused.status_code == 422
    strange = hall.client.get(
        "/staffing?act=promote&staff_no=R101", headers={**HTML, **hall.S101.headers}
    )
    assert strange.status_code == 422


def test_each_change_is_tried_on_the_page(hall: Hall) -> None:
    """A revocation, a promotion, and what is wrong with either, above the form."""
    number = hall.T101.accept(hall.example("retirement_approval", 1, "county"))["case_no"]
    (grant,) = hall.S101.get("/api/grants")["items"]

    revoked = shown(hall, "S101", f"/staffing?act=revoke&grant={grant['grant_id']}", "zh-CN")
    assert "以下业务将转后台经办" in revoked
    assert "T101 T102 T103" in revoked
    assert "仍有 1 人可经办" in revoked
    moved = shown(hall, "S101", "/staffing?act=move&staff_no=T101&post=reviewer", "zh-CN")
    assert "另有 1 件在办业务已由本人签过其他环节" in moved
    assert number in moved
    for wrong, said, status in (
        ("act=move&staff_no=T101&post=", "新任岗位", 422),
        ("act=move&staff_no=nobody&post=reviewer", "没有此账号", 404),
        ("act=revoke&grant=", "请选择一项变动", 422),
        ("act=revoke&grant=99", "没有此项授权", 404),
        ("act=absent&staff_no=", "请选择一项变动", 422),
        ("act=absent&staff_no=R101&from=2026-11-09&to=2026-11-03", "起止日期有误", 422),
        ("act=absent&staff_no=R101&from=x", "填写内容有误", 422),
        ("act=nothing&staff_no=R101", "填写内容有误", 422),
    ):
        answered = shown(hall, "S101", f"/staffing?{wrong}", "zh-CN", status)
        assert said in answered, (wrong, said)
    assert "人员缺口" in shown(hall, "H001", "/staffing", "zh-CN")
