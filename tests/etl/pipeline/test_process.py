import json
from pathlib import Path

import pytest

from etl.lake.layout import PENDING, PROCESSED, QUARANTINE
from etl.mirror.refresh import refresh
from etl.pipeline import process
from etl.pipeline import stage as staging
from etl.pipeline.batch import open_workspace
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.pipeline.stage import stage, stage_next
from tests.support import made_up
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import (
    archived_names,
    chart_body,
    chart_name,
    derived_objects,
    history,
    lake_contents,
    put_pending,
    query_rows,
    table_rows,
)

FORMATS = ("parquet", "csv")


def test_everything_pending_is_published_and_archived(lake):
    put_pending(lake, history())
    processed = process_pending(lake, "parquet")
    assert (processed.published, processed.quarantined) == (24, ())
    assert lake.list(PENDING) == []
    assert archived_names(lake) == set(history())
    assert {name: lake.read(PROCESSED + name).body for name in history()} == history()


@IN_A_DIRECTORY
def test_the_publication_counts_new_snapshots_and_rows(lake):
    put_pending(lake, history(2))
    publication = process_pending(lake, "parquet").publication
    assert sorted({partition.chart_id for partition, _ in publication.snapshots}) == [
        *(made_up.PLAYLIST, "regional-xx-weekly", "regional-yy-weekly")
    ]
    assert (len(publication.snapshots), publication.rows) == (
        6,
        {"songs": 30, "albums": 10, "artists": 10},
    )
    # In an existing partition, only the added snapshots count.
    put_pending(lake, {chart_name(2): chart_body(2), chart_name(1): chart_body(1)})
    publication = process_pending(lake, "parquet").publication
    assert (len(publication.snapshots), publication.rows["songs"]) == (1, 5)


def test_a_second_run_changes_nothing(lake):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    before = lake_contents(lake)
    versions = {stored.key: stored.version for stored in lake.list("")}
    assert process_pending(lake, "parquet").published == 0
    assert lake_contents(lake) == before
    assert {stored.key: stored.version for stored in lake.list("")} == versions


def test_a_partition_has_one_file_per_table(lake):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    keys = [stored.key for stored in lake.list("transformed_data/song_data/")]
    assert keys == [
        f"transformed_data/song_data/snapshot_month=2026-0{month}/{chart}.parquet"
        for month in (1, 2)
        for chart in (made_up.PLAYLIST, "regional-xx-weekly", "regional-yy-weekly")
    ]


@pytest.mark.slow
@IN_A_DIRECTORY
@pytest.mark.parametrize("file_format", ["parquet", "csv"])
def test_files_do_not_depend_on_order_and_batches(lake, file_format, monkeypatch):
    put_pending(lake, history(6))
    process_pending(lake, file_format)
    expected = derived_objects(lake)
    for stored in lake.list(""):
        lake.delete(stored.key)
    monkeypatch.setattr(staging, "READ_BYTES", 1)
    monkeypatch.setattr(staging, "BATCH_BYTES", 1)
    names = sorted(history(6), reverse=True)
    for some in (names[:2], names[2:9], names[9:]):
        put_pending(lake, {name: history(6)[name] for name in some})
        process_pending(lake, file_format)
    assert derived_objects(lake) == expected


def test_a_snapshot_landed_twice_is_published_once(lake, tmp_path):
    other_name = chart_name(0).replace(".csv", " (1).csv")
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    before = derived_objects(lake)
    put_pending(lake, {chart_name(0): chart_body(0), other_name: chart_body(0)})
    assert process_pending(lake, "parquet").published in (0, 1)
    assert archived_names(lake) == {chart_name(0), other_name}
    refresh(lake, tmp_path / "mirror.duckdb")
    assert query_rows(tmp_path / "mirror.duckdb", "select count(*) from songs") == [(5,)]
    songs = {key: body for key, body in before.items() if "manifests" not in key}
    assert songs.items() <= derived_objects(lake).items()


def test_a_chart_file_with_other_content_replaces_the_snapshot(lake, tmp_path):
    put_pending(lake, {chart_name(0): chart_body(0), chart_name(1): chart_body(1)})
    process_pending(lake, "parquet")
    put_pending(lake, {chart_name(0): chart_body(40)})
    assert process_pending(lake, "parquet").published == 1
    refresh(lake, tmp_path / "mirror.duckdb")
    rows = query_rows(
        tmp_path / "mirror.duckdb", "select song_id from songs order by snapshot_at, position"
    )
    assert [song_id for (song_id,) in rows] == [f"song00{n}" for n in range(41, 46)] + [
        f"song000{n}" for n in range(2, 7)
    ]
    replaced = [name for name in archived_names(lake) if "replaced" in name]
    assert [lake.read(PROCESSED + name).body for name in replaced] == [chart_body(0)]
    before = derived_objects(lake)
    rebuild(lake, "parquet")
    assert derived_objects(lake) == before


def test_bad_files_are_quarantined_with_a_reason_and_do_not_stop_others(lake):
    put_pending(lake, {"bad.json": b"{", "deep/er.csv": b"no chart", chart_name(0): chart_body(0)})
    processed = process_pending(lake, "parquet")
    assert processed.published == 1
    assert {quarantined.name for quarantined in processed.quarantined} == {
        "bad.json",
        "deep/er.csv",
    }
    assert lake.list(PENDING) == []
    assert lake.read(QUARANTINE + "bad.json").body == b"{"
    reason = json.loads(lake.read(QUARANTINE + "bad.json.reason.json").body)
    assert reason["rule"] in reason["reason"]
    assert reason["quarantined_at"].startswith("20")


def test_quarantine_keeps_files_with_the_same_name(lake):
    for body in (b"{", b"[", b"{"):
        put_pending(lake, {"bad.json": body})
        process_pending(lake, "parquet")
    keys = [stored.key for stored in lake.list(QUARANTINE) if "reason" not in stored.key]
    assert {lake.read(key).body for key in keys} == {b"[", b"{"}


def test_a_bucket_of_the_tutorial_can_be_used_unchanged(lake, tmp_path):
    name = "spotify_raw_2023-03-27 18:24:36.954996.json"
    body = made_up.as_json(made_up.page(made_up.songs(1, 2, 3)))
    lake.write(PENDING + name, body)
    lake.write(PROCESSED + name, body)
    for table in ("album", "artist", "track"):
        lake.write(f"transformed_data/{table}_data/{table}_transformed_2023-03-28.csv", b"a,b\n")
    assert process_pending(lake, "parquet").published == 1
    assert (lake.list(PENDING), archived_names(lake)) == ([], {name})
    refresh(lake, tmp_path / "mirror.duckdb")
    assert query_rows(
        tmp_path / "mirror.duckdb", "select count(*), min(snapshot_at)::varchar from songs"
    ) == [(3, "2023-03-27 18:24:36.954996")]


@IN_A_DIRECTORY
def test_a_csv_lake_and_a_parquet_lake_hold_the_same_rows(lake, tmp_path):
    names = ['"', '""', "a,b", "back\\slash", "\\", 'end\\"', " lead", "Ünïcødé 曲", "''"]
    rows = [made_up.chart_row(n, n, track_name=name) for n, name in enumerate(names, 1)]
    files = {chart_name(0): made_up.chart_file(rows), **history(3)}
    mirrors = []
    for file_format in FORMATS:
        put_pending(lake, files)
        process_pending(lake, file_format)
        mirrors.append(tmp_path / f"{file_format}.duckdb")
        refresh(lake, mirrors[-1])
        for stored in lake.list(""):
            lake.delete(stored.key)
    assert table_rows(mirrors[0]) == table_rows(mirrors[1])


@IN_A_DIRECTORY
def test_only_the_files_of_one_batch_are_in_memory(lake, monkeypatch):
    sizes: list[int] = []

    def counted_stage(lake, groups, workspace):
        batch = stage_next(lake, groups, workspace)
        sizes.append(len(batch.staged))
        return batch

    monkeypatch.setattr(staging, "BATCH_FILES", 2)
    monkeypatch.setattr(process, "stage_next", counted_stage)
    put_pending(lake, {chart_name(week): chart_body(week) for week in range(6)})
    process_pending(lake, "parquet")
    assert max(sizes) <= 2 and sum(sizes) == 6


@IN_A_DIRECTORY
def test_a_group_has_fewer_bytes_of_chart_files_than_of_responses(lake, monkeypatch):
    bodies = {
        f"{number}{suffix}": b"x" * 100 for number in range(6) for suffix in (".csv", ".json")
    }
    put_pending(lake, bodies)
    monkeypatch.setattr(staging, "READ_BYTES", 600)
    for suffix, lengths in ((".csv", [2, 2, 2]), (".json", [6])):
        objects = [stored for stored in lake.list(PENDING) if stored.key.endswith(suffix)]
        assert list(map(len, staging.in_order(objects))) == lengths


@IN_A_DIRECTORY
@pytest.mark.parametrize("chunk", [1, 2000])
def test_files_do_not_depend_on_chunks(lake, chunk, monkeypatch):
    put_pending(lake, history(3))
    process_pending(lake, "parquet")
    expected = derived_objects(lake)
    for stored in lake.list(""):
        lake.delete(stored.key)
    monkeypatch.setattr(staging, "READ_BYTES", chunk)
    put_pending(lake, history(3))
    process_pending(lake, "parquet")
    assert derived_objects(lake) == expected


@IN_A_DIRECTORY
def test_progress_is_reported_until_the_end(lake):
    steps = []
    put_pending(lake, history(2))
    process_pending(lake, "parquet", progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (6, 6)


@IN_A_DIRECTORY
def test_scratch_files_are_deleted(lake, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    assert not [path for path in Path(tmp_path).iterdir() if path.name.startswith("chartlake-")]


def test_a_file_that_another_run_archives_is_read_from_the_archive(lake):
    put_pending(lake, {chart_name(0): chart_body(0)})
    pending = lake.list(PENDING)
    lake.move(PENDING + chart_name(0), PROCESSED + chart_name(0))
    with open_workspace(lake, "parquet") as workspace:
        batch = stage(lake, pending, workspace)
    assert [file.name for file in batch.staged] == [chart_name(0)]
