"""What a promotion, a transfer or a revocation would block, and the pairs of posts that lint names."""

from tests.people import Hall
from tests.stories.test_staffing import TODAY, accepted, signable, stand_in


def test_a_promotion_says_what_it_would_block(hall: Hall) -> None:
    """Who handled a case can't review it in his new post, and his window is one teller short."""
    number = accepted(hall)["case_no"]

    told = hall.S101.post("/api/staffing/simulation", {"move": "T101", "post": "reviewer"})

    assert (told["count"], told["refusals"], told["business"]) == (0, [], [])
    assert (told["barred_cases"], told["barred"]) == (1, [number])
    other = hall.S101.post("/api/staffing/simulation", {"move": "T102", "post": "reviewer"})
    assert other["barred"] == []
    up = hall.S101.post("/api/staffing/simulation", {"move": "D101", "post": "director"})
    assert [one["signable"]["step"] for one in up["items"]] == ["endorse"]
    assert {one["post"] for one in up["posts"]} == {"deputy_director"}
    away = {"move": "Z101", "post": "city_approver", "agency": "990100", "from": "2026-11-09"}
    gone = hall.S101.post("/api/staffing/simulation", away)
    assert gone["posts"] == [{"agency": "990101", "post": "director", "from": "2026-11-09"}]
    assert gone["items"][0]["signable"]["from"] == "2026-11-09"
    stand_in(hall, absent="R101", deputy="T102", post="reviewer")
    mixed = hall.S101.post("/api/staffing/simulation", {"move": "T102", "post": "finance"})
    assert [one["rule"] for one in mixed["refusals"]] == ["posts.incompatible"]
    assert mixed["refusals"][0]["facts"]["held"] == ["reviewer"]
    guide = hall.S101.post("/api/staffing/simulation", {"move": "R101", "post": "guide"})
    assert guide["refusals"] == []
    assert signable(hall, number)["possible"]


def test_a_revocation_says_what_goes_to_the_back_office(hall: Hall) -> None:
    """What is simulated comes true: the same business then goes to the handler."""
    (grant,) = [one for one in hall.S101.get("/api/grants")["items"] if not one["revoked_at"]]

    told = hall.S101.post("/api/staffing/simulation", {"revoke": grant["grant_id"]})

    by_process = {one["process"]: one for one in told["business"]}
    assert by_process["retirement_approval"] == {
        "process": "retirement_approval",
        "lose": ["T101", "T102", "T103"],
        "left": 1,
    }
    assert "payment_account_change" not in by_process
    assert told["count"] == 0
    assert accepted(hall)["waiting"][0]["step"] == "review"
    hall.S101.post(f"/api/grants/{grant['grant_id']}/revocation", {"reason": "季度调整"})
    assert accepted(hall)["waiting"][0]["step"] == "handle"
    again = hall.S101.post("/api/staffing/simulation", {"revoke": grant["grant_id"]}, status=404)
    assert again["rule"] == "grant.not_found"


def test_lint_names_pairs_of_posts_in_one_hand(hall: Hall) -> None:
    """受理–复核 in one hand, for oneself and for an absent colleague; nobody else is named."""

    def pairs() -> list[tuple[str, str, str]]:
        lines = hall.S101.get("/api/staffing/lint")["items"]
        return [
            (one["staff_no"], one["post"], one["other_post"])
            for one in lines
            if one["kind"] == "toxic_pair"
        ]

    assert pairs() == []
    made = stand_in(hall, absent="R101", deputy="T102", post="reviewer")
    assert pairs() == [("T102", "teller", "reviewer")]
    hall.S101.post(f"/api/stand-ins/{made['stand_in_id']}/end")
    assert pairs() == []
    hall.S000.post(
        "/api/appointments",
        {"staff_no": "T103", "post": "director", "from": TODAY, "basis": "任命〔2026〕1号"},
        status=201,
    )
    assert pairs() == [("T103", "teller", "director")]
