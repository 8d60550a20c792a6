"""What a test's office is given of its template is the template's, and stays apart from it."""

from pathlib import Path

from tests import linked


def test_everything_is_there_and_a_file_put_in_its_place_is_not_the_others(tmp_path: Path) -> None:
    kept, place = tmp_path / "kept", tmp_path / "data" / "definitions"
    (kept / "one" / "_shared").mkdir(parents=True)
    (kept / "empty").mkdir()
    (kept / "one" / "_shared" / "a.yaml").write_text("a")

    linked.again(kept, place)
    (place / "one" / "_shared" / "a.yaml").unlink()
    (place / "one" / "_shared" / "a.yaml").write_text("b")

    assert (kept / "one" / "_shared" / "a.yaml").read_text() == "a"
    assert sorted(path.relative_to(place) for path in place.rglob("*")) == sorted(
        path.relative_to(kept) for path in kept.rglob("*")
    )
