import json
from pathlib import Path

import pytest

from etl.lake.layout import PENDING, PROCESSED, QUARANTINE
from etl.mirror.refresh import refresh
from etl.pipeline import grouping, process
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.pipeline.stage import stage
from tests.support import made_up
from tests.support.small_lakes import (
    archived,
    ask,
    chart_body,
    chart_name,
    contents,
    drop,
    everything_right_of_raw,
    history,
    tables,
)

FORMATS = ("parquet", "csv")


def test_everything_pending_is_published_and_archived(lake):
    drop(lake, history())
    processed = process_pending(lake, "parquet")
    assert (processed.published, processed.quarantined) == (24, ())
    assert lake.list(PENDING) == []
    assert archived(lake) == set(history())
    assert {name: lake.read(PROCESSED + name).body for name in history()} == history()


def test_what_is_new_is_told_with_its_rows(lake):
    drop(lake, history(2))
    news = process_pending(lake, "parquet").publication
    assert sorted({partition.chart_id for partition, _ in news.snapshots}) == [
        *(made_up.PLAYLIST, "regional-xx-weekly", "regional-yy-weekly")
    ]
    assert (len(news.snapshots), news.rows) == (6, {"songs": 30, "albums": 10, "artists": 10})
    # Of a partition that grows, only what came to it is new.
    drop(lake, {chart_name(2): chart_body(2), chart_name(1): chart_body(1)})
    news = process_pending(lake, "parquet").publication
    assert (len(news.snapshots), news.rows["songs"]) == (1, 5)


def test_a_second_run_changes_nothing(lake):
    drop(lake, history())
    process_pending(lake, "parquet")
    before = contents(lake)
    versions = {one.key: one.version for one in lake.list("")}
    assert process_pending(lake, "parquet").published == 0
    assert contents(lake) == before
    assert {one.key: one.version for one in lake.list("")} == versions


def test_a_partition_is_one_file_a_table_for_each_chart_and_month(lake):
    drop(lake, history())
    process_pending(lake, "parquet")
    keys = [one.key for one in lake.list("transformed_data/song_data/")]
    assert keys == [
        f"transformed_data/song_data/snapshot_month=2026-0{month}/{chart}.parquet"
        for month in (1, 2)
        for chart in (made_up.PLAYLIST, "regional-xx-weekly", "regional-yy-weekly")
    ]


@pytest.mark.parametrize("file_format", FORMATS)
def test_files_are_the_same_whatever_the_order_and_grouping(lake, file_format, monkeypatch):
    drop(lake, history())
    process_pending(lake, file_format)
    together = everything_right_of_raw(lake)
    for one in lake.list(""):
        lake.delete(one.key)
    monkeypatch.setattr(grouping, "GROUP_FILES", 2)
    for name, body in reversed(history().items()):
        drop(lake, {name: body})
        if name.startswith("list"):
            process_pending(lake, file_format)
    process_pending(lake, file_format)
    assert everything_right_of_raw(lake) == together


def test_the_same_snapshot_landed_twice_is_published_once(lake, tmp_path):
    again = chart_name(0).replace(".csv", " (1).csv")
    drop(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    before = everything_right_of_raw(lake)
    drop(lake, {chart_name(0): chart_body(0), again: chart_body(0)})
    assert process_pending(lake, "parquet").published in (0, 1)
    assert archived(lake) == {chart_name(0), again}
    refresh(lake, tmp_path / "mirror.duckdb")
    assert ask(tmp_path / "mirror.duckdb", "select count(*) from songs") == [(5,)]
    songs = {key: body for key, body in before.items() if "manifests" not in key}
    assert songs.items() <= everything_right_of_raw(lake).items()


def test_a_chart_file_landed_again_with_other_content_replaces_the_rows(lake, tmp_path):
    drop(lake, {chart_name(0): chart_body(0), chart_name(1): chart_body(1)})
    process_pending(lake, "parquet")
    drop(lake, {chart_name(0): chart_body(40)})
    assert process_pending(lake, "parquet").published == 1
    refresh(lake, tmp_path / "mirror.duckdb")
    found = ask(
        tmp_path / "mirror.duckdb", "select song_id from songs order by snapshot_at, position"
    )
    assert [song for (song,) in found] == [f"song00{n}" for n in range(41, 46)] + [
        f"song000{n}" for n in range(2, 7)
    ]
    kept = [name for name in archived(lake) if "replaced" in name]
    assert [lake.read(PROCESSED + name).body for name in kept] == [chart_body(0)]
    before = everything_right_of_raw(lake)
    rebuild(lake, "parquet")
    assert everything_right_of_raw(lake) == before


def test_a_bad_file_is_quarantined_with_its_reason_and_stops_no_other(lake):
    drop(lake, {"bad.json": b"{", "deep/er.csv": b"no chart", chart_name(0): chart_body(0)})
    processed = process_pending(lake, "parquet")
    assert processed.published == 1
    assert {one.name for one in processed.quarantined} == {"bad.json", "deep/er.csv"}
    assert lake.list(PENDING) == []
    assert lake.read(QUARANTINE + "bad.json").body == b"{"
    reason = json.loads(lake.read(QUARANTINE + "bad.json.reason.json").body)
    assert reason["rule"] in reason["reason"]
    assert reason["quarantined_at"].startswith("20")


def test_quarantine_loses_no_file_of_the_same_name(lake):
    for body in (b"{", b"[", b"{"):
        drop(lake, {"bad.json": body})
        process_pending(lake, "parquet")
    bodies = [lake.read(one.key).body for one in lake.list(QUARANTINE) if "reason" not in one.key]
    assert set(bodies) == {b"[", b"{"}


def test_a_tutorials_bucket_works_as_it_is(lake, tmp_path):
    name = "spotify_raw_2023-03-27 18:24:36.954996.json"
    body = made_up.as_json(made_up.page(made_up.songs(1, 2, 3)))
    lake.write(PENDING + name, body)
    lake.write(PROCESSED + name, body)
    for table in ("album", "artist", "track"):
        lake.write(f"transformed_data/{table}_data/{table}_transformed_2023-03-28.csv", b"a,b\n")
    assert process_pending(lake, "parquet").published == 1
    assert (lake.list(PENDING), archived(lake)) == ([], {name})
    refresh(lake, tmp_path / "mirror.duckdb")
    assert ask(
        tmp_path / "mirror.duckdb", "select count(*), min(snapshot_at)::varchar from songs"
    ) == [(3, "2023-03-27 18:24:36.954996")]


def test_a_csv_lake_and_a_parquet_lake_hold_the_same_rows(lake, tmp_path):
    names = ['"', '""', "a,b", "back\\slash", "\\", 'end\\"', " lead", "Ünïcødé 曲", "''"]
    rows = [made_up.chart_row(n, n, track_name=name) for n, name in enumerate(names, 1)]
    files = {chart_name(0): made_up.chart_file(rows), **history(3)}
    mirrors = []
    for file_format in FORMATS:
        drop(lake, files)
        process_pending(lake, file_format)
        mirrors.append(tmp_path / f"{file_format}.duckdb")
        refresh(lake, mirrors[-1])
        for one in lake.list(""):
            lake.delete(one.key)
    assert tables(mirrors[0]) == tables(mirrors[1])


def test_a_process_does_not_keep_more_files_than_a_group_in_memory(lake, monkeypatch):
    groups: list[int] = []

    def counting(lake, objects, workspace):
        groups.append(len(objects))
        return stage(lake, objects, workspace)

    monkeypatch.setattr(grouping, "GROUP_BYTES", 2 * len(chart_body(0)))
    monkeypatch.setattr(process, "stage", counting)
    drop(lake, {chart_name(week): chart_body(week) for week in range(6)})
    process_pending(lake, "parquet")
    assert max(groups) <= 2 and sum(groups) == 6


@pytest.mark.parametrize("chunk", [1, 2000])
def test_files_are_the_same_however_they_are_read(lake, chunk, monkeypatch):
    drop(lake, history(3))
    process_pending(lake, "parquet")
    together = everything_right_of_raw(lake)
    for stored in lake.list(""):
        lake.delete(stored.key)
    monkeypatch.setattr(grouping, "CHUNK_BYTES", chunk)
    drop(lake, history(3))
    process_pending(lake, "parquet")
    assert everything_right_of_raw(lake) == together


def test_progress_is_told_to_the_end(lake):
    told = []
    drop(lake, history(2))
    process_pending(lake, "parquet", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (6, 6)


def test_scratch_files_are_gone_afterwards(lake, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    drop(lake, history(2))
    process_pending(lake, "parquet")
    assert not [one for one in Path(tmp_path).iterdir() if one.name.startswith("chartlake-")]
