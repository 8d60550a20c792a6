"""The limits of exports: the largest of somebody's posts, and what differs between two versions."""

from hypothesis import given
from hypothesis import strategies as st

from authz.offices.posts import POSTS
from engine.exports import export_limits
from engine.exports.export_limits import Limits

POST = st.sampled_from(sorted(POSTS))


@given(st.dictionaries(POST, st.integers(0, 10**6)), st.integers(0, 1000), st.lists(POST))
def test_somebody_has_the_largest_limit_of_his_posts(
    rows: dict[str, int], otherwise: int, posts: list[str]
) -> None:
    limit = Limits(rows, otherwise).of(posts)

    assert all(limit >= rows.get(post, otherwise) for post in posts)
    assert limit in {rows.get(post, otherwise) for post in posts} | ({0} if not posts else set())


def test_the_shipped_limits_take_the_longest_list_and_say_that_nobody_confirmed_them() -> None:
    assert export_limits.shipped().of(["teller"]) >= 5000
    assert export_limits.shipped().of(["guide"]) < 1000
    assert export_limits.said()["basis"]["verified"] is False


def test_what_differs_is_named_by_post() -> None:
    before = {"rows_a_day": {"teller": 1, "auditor": 2}, "otherwise": 5}
    after = {"rows_a_day": {"auditor": 3}, "otherwise": 5}

    assert export_limits.changed(before, after) == ["auditor", "teller"]
    assert export_limits.changed(before, before) == []
