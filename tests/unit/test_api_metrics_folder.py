"""What workers counted is taken away when nobody counts any more, and not before."""

import struct
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

from api.monitoring import metrics_folder


def folders(data_dir: Path) -> set[Path]:
    return {found for found in (data_dir / metrics_folder.FOLDER).iterdir() if found.is_dir()}


def test_it_is_gone_at_the_end(tmp_path: Path) -> None:
    with metrics_folder.fresh(tmp_path) as own:
        (own / "counter_1.db").write_bytes(b"1")
        assert folders(tmp_path) == {own}

    assert folders(tmp_path) == set()


def test_what_a_killed_one_left_is_taken_away(tmp_path: Path) -> None:
    left = tmp_path / metrics_folder.FOLDER / "left"
    left.mkdir(parents=True)
    (left / "held").touch()
    (left / "counter_1.db").write_bytes(b"1")

    with metrics_folder.fresh(tmp_path) as own:
        assert folders(tmp_path) == {own}


def test_another_server_on_the_same_data_folder_is_let_be(tmp_path: Path) -> None:
    with metrics_folder.fresh(tmp_path) as first:
        (first / "counter_1.db").write_bytes(b"1")

        with metrics_folder.fresh(tmp_path) as second:
            assert folders(tmp_path) == {first, second}

        assert (first / "counter_1.db").read_bytes() == b"1"


def test_a_file_without_content_is_passed_over(tmp_path: Path) -> None:
    """A worker's file begins empty; one killed just then would leave it so, and nothing could be read."""
    kept = MmapedDict(str(tmp_path / "counter_1.db"))
    kept.write_value(mmap_key("answers", "answers_total", [], [], "Answers."), 3.0, 0.0)
    kept.close()
    (tmp_path / "counter_2.db").touch()
    (tmp_path / "held").write_bytes(b"no numbers")

    files = metrics_folder.counted(tmp_path)

    (found,) = MultiProcessCollector.merge(files)
    assert [sample.value for sample in found.samples] == [3.0]


def test_the_library_cannot_read_such_a_file(tmp_path: Path) -> None:
    """Once it can, ``metrics_folder.counted`` may go."""
    (tmp_path / "counter_2.db").touch()

    with pytest.raises(struct.error):
        MultiProcessCollector.merge([str(tmp_path / "counter_2.db")])
