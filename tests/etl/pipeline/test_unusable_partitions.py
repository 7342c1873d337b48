"""A partition whose manifest or files cannot be used is named, and holds up no other."""

from __future__ import annotations

import json

import pytest

from etl.errors import LakeError, NewerFormat, PartitionUnsettled
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED, QUARANTINE, Partition, manifest_key, table_keys
from etl.mirror.refresh import refresh
from etl.mirror.status import MirrorStatus, read_status
from etl.pipeline.enrich import enrich
from etl.pipeline.process import pending_names, process_pending
from etl.pipeline.rebuild import rebuild
from etl.pipeline.unfinished import finish_unfinished
from etl.settings import load_settings
from tests.support.places import IN_A_DIRECTORY
from tests.support.refusals import refuse
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    history,
    lake_contents,
    put_pending,
    query_rows,
    table_rows,
)

DAMAGED = Partition("regional-xx-weekly", "2026-01")
KEY, SONGS = manifest_key(DAMAGED), table_keys(DAMAGED, "parquet")["songs"]
LOCKED = LakeError("It cannot be read: Permission denied.")
# Of the damaged partition, of one beside it, of a new month, and of a new chart.
MORE = {
    chart_name(week, region): chart_body(week, size=7)
    for week, region in ((2, "xx"), (3, "xx"), (2, "yy"), (6, "xx"), (0, "zz"))
} | {"bad.json": b"{"}
HELD = [chart_name(2), chart_name(3)]
SNAPSHOTS = (
    "select chart_id, count(*) from published_snapshots where chart_id like 'reg%'"
    " group by all order by all"
)


def overwritten(body):
    return lambda lake, patch: lake.write(KEY, body)


def of_a_newer_version(lake, patch):
    manifest = json.loads(lake.read(KEY).body) | {"format_version": 99}
    lake.write(KEY, json.dumps(manifest).encode())


def locked(key):
    return lambda lake, patch: refuse(patch, "read", LOCKED, lambda asked: asked == key)


DAMAGE = {
    "garbage": overwritten(b"garbage"),
    "deep JSON": overwritten(b"[" * 100_000),
    "newer": of_a_newer_version,
    "locked manifest": locked(KEY),
    "locked songs": locked(SONGS),
}


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror.duckdb"


@pytest.fixture
def filled(lake, mirror):
    """A lake with two weeks of three charts, and its mirror."""
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    return lake


@pytest.fixture
def damage(filled):
    """Damages a partition of the lake in one way; returns what mends it."""
    with pytest.MonkeyPatch.context() as patch:

        def run(kind):
            whole = filled.read(KEY).body
            DAMAGE[kind](filled, patch)

            def mend():
                patch.undo()
                filled.write(KEY, whole)

            return mend

        yield run


def named(kind):
    return str(LOCKED) if "locked" in kind else KEY


@IN_A_DIRECTORY
@pytest.mark.parametrize("kind", DAMAGE)
def test_the_files_of_that_partition_stay_pending_and_the_others_are_published(
    filled, damage, tmp_path, kind
):
    mend = damage(kind)
    put_pending(filled, MORE)
    processed = process_pending(filled, "parquet")
    assert processed.published == 3
    (left,) = processed.still_pending
    assert left.names == tuple(HELD)
    assert left.sentence.startswith(f"{HELD[0]}, {HELD[1]}: ") and named(kind) in left.sentence
    assert pending_names(filled) == HELD
    assert filled.find(f"{QUARANTINE}bad.json")
    mend()
    assert process_pending(filled, "parquet").published == 2
    other = open_lake(str(tmp_path / "never damaged"))
    put_pending(other, history(2) | MORE)
    process_pending(other, "parquet")
    assert lake_contents(filled) == lake_contents(other)


@IN_A_DIRECTORY
@pytest.mark.parametrize("kind", DAMAGE)
def test_the_mirror_keeps_what_it_had_of_that_partition_and_takes_in_the_others(
    filled, damage, mirror, tmp_path, kind
):
    put_pending(filled, MORE)
    process_pending(filled, "parquet")
    mend = damage(kind)
    refreshed = refresh(filled, mirror)
    assert (refreshed.partitions, refreshed.snapshots) == (3, 9)
    assert [one.partition for one in refreshed.unusable] == [DAMAGED]
    assert named(kind) in refreshed.unusable[0].sentence
    charts = [("regional-xx-weekly", 3), ("regional-yy-weekly", 3), ("regional-zz-weekly", 1)]
    assert query_rows(mirror, SNAPSHOTS) == charts
    mend()
    assert refresh(filled, mirror).unusable == ()
    refresh(filled, tmp_path / "fresh.duckdb")
    assert table_rows(mirror) == table_rows(tmp_path / "fresh.duckdb")


def test_a_damaged_manifest_holds_up_no_other_wherever_the_lake_is(filled, mirror):
    filled.write(KEY, b"garbage")
    put_pending(filled, MORE)
    assert process_pending(filled, "parquet").published == 3
    assert pending_names(filled) == HELD
    assert refresh(filled, mirror).partitions == 3
    status = read_status(filled, mirror)
    assert [one.partition for one in status.unusable] == [DAMAGED]
    assert (status.published, status.pending, status.mirror) == (7, 2, MirrorStatus(9, 0))
    (unusable,) = status.document()["unusable"]
    assert (unusable["chart_id"], unusable["month"]) == ("regional-xx-weekly", "2026-01")


@IN_A_DIRECTORY
def test_a_refresh_names_unusable_partitions_beside_unsettled_ones(filled, mirror):
    filled.write(KEY, b"garbage")
    filled.delete(SONGS.replace("xx", "yy"))
    put_pending(filled, {chart_name(0, "zz"): chart_body(0)})
    process_pending(filled, "parquet")
    filled.write(manifest_key(Partition("regional-yy-weekly", "2026-01")), touched(filled, "yy"))
    with pytest.raises(PartitionUnsettled, match=rf"(?s)regional-yy-weekly 2026-01.*{KEY}"):
        refresh(filled, mirror)


def touched(lake, region):
    """The manifest with other bytes that say the same."""
    key = manifest_key(Partition(f"regional-{region}-weekly", "2026-01"))
    return lake.read(key).body + b"\n"


@IN_A_DIRECTORY
def test_a_partition_that_cannot_be_restored_holds_up_no_other(filled):
    filled.delete(SONGS)
    filled.delete(PROCESSED + chart_name(0))
    put_pending(filled, MORE)
    processed = process_pending(filled, "parquet")
    assert processed.published == 3
    (left,) = processed.still_pending
    assert left.names == tuple(HELD) and "cannot be read: it is not there" in left.sentence
    filled.write(PENDING + chart_name(0), chart_body(0))
    assert process_pending(filled, "parquet").still_pending == ()
    assert pending_names(filled) == []


@IN_A_DIRECTORY
def test_enriching_leaves_out_a_damaged_partition(filled, mirror):
    filled.write(KEY, b"garbage")
    learned = enrich(filled, load_settings(mirror=mirror), 1)
    assert [one.partition for one in learned.unusable] == [DAMAGED]


@IN_A_DIRECTORY
def test_a_rebuild_that_a_newer_manifest_makes_impossible_is_not_left_to_other_runs(filled, mirror):
    of_a_newer_version(filled, None)
    with pytest.raises(NewerFormat, match="Update chartlake"):
        rebuild(filled, "parquet")
    finish_unfinished(filled, "parquet")
    assert [one.partition for one in refresh(filled, mirror).unusable] == [DAMAGED]
