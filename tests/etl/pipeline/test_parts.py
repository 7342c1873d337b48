"""Raw files in parts: each partition is in one of them, and the lake is the same afterwards."""

from __future__ import annotations

from itertools import combinations

import pytest

from etl.lake import open_lake
from etl.lake.layout import PENDING
from etl.pipeline.parts import parts
from etl.pipeline.process import process_files, process_pending
from tests.support.backfills import MONTH, backfill
from tests.support.small_lakes import chart_body, chart_name, lake_contents, put_pending


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


def names(part):
    return {stored.key.removeprefix(PENDING) for stored in part}


def put_and_divide(lake, files, workers):
    put_pending(lake, files)
    return parts(lake, lake.list(PENDING), workers)


def test_each_raw_file_is_in_one_part(lake):
    files = backfill()
    found = [name for part in put_and_divide(lake, files, 4) for name in names(part)]
    assert sorted(found) == sorted(files)


def test_files_of_one_partition_are_in_one_part_whatever_their_names(lake):
    put_and_divide(lake, backfill(), 100)
    for part in parts(lake, lake.list(PENDING), 100):
        together = names(part) & {MONTH, chart_name(0), "Copy of " + chart_name(1)}
        assert len(together) in (0, 3)


def test_parts_publish_no_partition_in_common(lake):
    files = backfill()
    del files["spotify_raw_another_20260120T080000Z.json"]  # states another chart than it has
    published = [
        {partition for partition, _ in process_files(lake, part, "parquet").publication.snapshots}
        for part in put_and_divide(lake, files, 4)
    ]
    assert len(published) >= 4
    assert all(not one & other for one, other in combinations(published, 2))


@pytest.mark.parametrize("workers", [1, 2, 5, 100])
def test_parts_in_any_order_leave_the_lake_that_one_process_leaves(tmp_path, lake, workers):
    whole = open_lake(str(tmp_path / "whole"))
    put_pending(whole, backfill())
    processed = process_pending(whole, "parquet")
    found = [
        process_files(lake, part, "parquet") for part in put_and_divide(lake, backfill(), workers)
    ]
    assert lake_contents(lake) == lake_contents(whole)
    assert sum(one.published for one in found) == processed.published


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_parts_become_smaller_so_that_workers_end_together(lake, workers):
    raw_files = {chart_name(0, f"x{region:03d}"): chart_body(0) for region in range(200)}
    sizes = [len(part) for part in put_and_divide(lake, raw_files, workers)]
    assert sizes[0] == 200 // (2 * workers)
    assert sizes[-1] <= 200 // (20 * workers) + 1
    assert len(sizes) <= 7 * workers


def test_the_largest_part_comes_first(lake):
    files = {
        chart_name(0, region): chart_body(0, size)
        for region, size in (("aa", 5), ("bb", 50), ("cc", 20))
    }
    found = put_and_divide(lake, files, 3)
    weights = [sum(stored.size for stored in part) for part in found]
    assert weights == sorted(weights, reverse=True)
    assert chart_name(0, "bb") in names(found[0])
