"""Why not, on the desk: pages and alerts of refusals name the row in the way, since when, and who could."""

from tests.people import PASSWORD, Hall, new_key


def test_a_page_that_is_refused_is_a_page(hall: Hall) -> None:
    """Whatever a refusal tells beside its rule, or doesn't, its page is whole."""
    headers = {**hall.T101.headers, "Accept": "text/html", "Accept-Language": "zh-CN"}
    for path, status in (("/staffing", 403), ("/cases/nothing", 404), ("/access", 403)):
        answer = hall.client.get(path, headers=headers)
        assert (answer.status_code, "未作任何登记" in answer.text) == (status, True), answer.text


def test_a_case_says_why_not_and_since_when(hall: Hall) -> None:
    case = hall.T101.accept(hall.example("payment_account_change", 2))
    hall.S101.post(
        "/api/leaves",
        {"staff_no": "R102", "kind": "annual", "from": "2026-11-02", "to": "2026-11-03",
         "permitted_by": "主任批准"},
        status=201,
    )  # fmt: skip

    page = hall.client.get(
        f"/cases/{case['case_no']}", headers={**hall.R102.headers, "Accept-Language": "zh-CN"}
    ).text

    assert "2026-11-02 – 2026-11-03" in page
    assert "请假登记编号" in page
    body = {"decision": "approve", "opinion": "已核对", "password": PASSWORD, "seen": case["seen"]}
    task = case["waiting"][0]["task_id"]
    headers = {**hall.R102.headers, "Idempotency-Key": new_key()}
    told = hall.client.post(f"/api/tasks/{task}/sign", json=body, headers=headers).json()
    assert told["rule"] == "absence.leave"
