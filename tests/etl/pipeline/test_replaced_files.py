"""Raw files that have lost their name in the archive to another of that name.

Older versions did that whatever the other file had.
"""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.lake.layout import PROCESSED
from etl.lake.partitions import read_manifests
from etl.pipeline.rebuild import rebuild
from tests.support.places import IN_A_DIRECTORY
from tests.support.same_names import assert_rebuilt_from_nothing, come_again, snapshots
from tests.support.small_lakes import (
    archived_names,
    chart_body,
    chart_name,
    derived_objects,
    month_body,
    month_name,
    page_body,
    playlist_body,
    replace_in_archive,
)


def as_before(lake, name, first, second):
    come_again(lake, name, first)
    replaced = replace_in_archive(lake, name)
    come_again(lake, name, second)
    assert archived_names(lake) == {name, replaced}


EARLIER = pytest.mark.parametrize(
    ("name", "bodies"),
    [
        ("top50.json", (playlist_body(0), playlist_body(1))),
        ("top50.json", (page_body(1), page_body(2))),
        (month_name(), (month_body(0, 1), month_body(1, first=20))),
        (f"{month_name()}.gz", tuple(gzip.compress(month_body(week)) for week in (0, 1))),
    ],
    ids=["playlists", "times of landing", "months", "packed months"],
)


@EARLIER
def test_a_rebuild_reads_what_has_lost_its_name(lake, name, bodies):
    as_before(lake, name, *bodies)
    assert len(snapshots(lake)) == 2
    assert_rebuilt_from_nothing(lake)


@IN_A_DIRECTORY
@EARLIER
def test_a_damaged_partition_is_restored_from_what_has_lost_its_name(lake, name, bodies):
    as_before(lake, name, *bodies)
    published = snapshots(lake)
    for manifest in read_manifests(lake):
        lake.delete(manifest.files["songs"].key)
    come_again(lake, name, bodies[1])
    assert set(published) <= set(snapshots(lake))


@IN_A_DIRECTORY
def test_what_has_lost_its_name_outranks_nothing_else(lake):
    # It landed last; still, what took its name has replaced it.
    come_again(lake, chart_name(0), chart_body(0))
    lost = replace_in_archive(lake, chart_name(0))
    come_again(lake, chart_name(0), chart_body(9))
    os.utime(Path(lake.location, PROCESSED, lost))
    assert_rebuilt_from_nothing(lake)


@IN_A_DIRECTORY
def test_a_rebuild_keeps_to_what_is_listed_where_no_time_of_landing_is_left(lake):
    copies = {chart_name(0): chart_body(0), chart_name(0).replace(".", " (1)."): chart_body(9)}
    for name, body in copies.items():
        come_again(lake, name, body)
    published = derived_objects(lake)
    later = datetime(2096, 1, 1, tzinfo=UTC).timestamp()
    os.utime(Path(lake.location, PROCESSED, chart_name(0)), (later, later))
    rebuild(lake, "parquet")
    assert derived_objects(lake) == published
