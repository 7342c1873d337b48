"""Damage to small lakes and their mirrors: each function does one kind of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from etl.lake import Lake
from etl.lake.intents import declare
from etl.lake.layout import (
    MANIFESTS,
    PENDING,
    PROCESSED,
    QUARANTINE,
    REASON_SUFFIX,
    replaced_name,
)
from etl.pipeline.process import process_pending
from etl.pipeline.unfinished import rebuild_intent
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    history,
    playlist_body,
    put_pending,
)

# What is in the lake before it is damaged.
FILES = {**history(2), "bad.json": b"{"}
RAW = chart_name(0)
MANIFEST = f"{MANIFESTS}regional-xx-weekly/2026-01.json"
REPLACED = PROCESSED + replaced_name("list.json", hashlib.sha256(playlist_body(3)).hexdigest())
SONGS = "transformed_data/song_data/snapshot_month=2026-01/regional-xx-weekly.parquet"


@contextmanager
def edited_manifest(lake: Lake) -> Iterator[dict[str, Any]]:
    """The document of a manifest, written back with its changes."""
    document = json.loads(lake.read(MANIFEST).body)
    yield document
    lake.write(MANIFEST, json.dumps(document).encode())


def write_songs(lake: Lake, body: bytes, rows: int = 10) -> None:
    """Replace the songs, as if a program with a mistake had published them."""
    lake.write(SONGS, body)
    with edited_manifest(lake) as manifest:
        digest = hashlib.sha256(body).hexdigest()
        manifest["files"]["songs"] |= {"sha256": digest, "size": len(body), "rows": rows}


def change_songs(lake: Lake, folder: Path, select: str, rows: int = 10) -> None:
    """Replace the songs by the rows of a select from `songs`."""
    path = folder / "songs.parquet"
    path.write_bytes(lake.read(SONGS).body)
    with duckdb.connect() as connection:
        connection.execute(f"create table songs as from '{path}'")
        connection.execute(f"copy ({select}) to '{path}' (format parquet)")
    write_songs(lake, path.read_bytes(), rows)


def change_mirror(path: Path, statement: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(statement)


def songs_missing(lake, mirror):
    lake.delete(SONGS)


def songs_of_other_bytes(lake, mirror):
    lake.write(SONGS, b"PAR1")


def songs_unreadable(lake, mirror):
    write_songs(lake, b"PAR1")


def songs_with_a_duplicate(lake, mirror):
    select = "from songs union all (from songs order by snapshot_at, position limit 1)"
    change_songs(lake, mirror.parent, select, 11)


def songs_without_a_position(lake, mirror):
    change = "case when position < 5 then position end as position"
    change_songs(lake, mirror.parent, f"select * replace ({change}) from songs")


def songs_of_another_chart(lake, mirror):
    change_songs(lake, mirror.parent, "select * replace ('other' as chart_id) from songs")


def songs_lost(lake, mirror):
    change_songs(lake, mirror.parent, "from songs where position < 5", 8)


def size_wrong(lake, mirror):
    with edited_manifest(lake) as manifest:
        manifest["files"]["songs"]["size"] += 1


def rows_wrong(lake, mirror):
    with edited_manifest(lake) as manifest:
        manifest["files"]["songs"]["rows"] += 1


def snapshot_unlisted(lake, mirror):
    with edited_manifest(lake) as manifest:
        del manifest["snapshots"][1]


def snapshot_listed_twice(lake, mirror):
    with edited_manifest(lake) as manifest:
        manifest["snapshots"].append(manifest["snapshots"][0])


def snapshot_of_another_month(lake, mirror):
    with edited_manifest(lake) as manifest:
        other = {"snapshot_at": "2026-02-05T00:00:00Z", "entries": 0}
        manifest["snapshots"].append(manifest["snapshots"][0] | other)


def manifest_truncated(lake, mirror):
    lake.write(MANIFEST, lake.read(MANIFEST).body[:-10])


def manifest_of_another_partition(lake, mirror):
    with edited_manifest(lake) as manifest:
        manifest["chart_id"] = "regional-zz-weekly"


def manifest_without_albums(lake, mirror):
    with edited_manifest(lake) as manifest:
        del manifest["files"]["albums"]


def manifest_with_another_file(lake, mirror):
    with edited_manifest(lake) as manifest:
        manifest["files"]["songs"]["key"] = manifest["files"]["albums"]["key"]


def manifest_missing(lake, mirror):
    lake.delete(MANIFEST)


def manifest_misnamed(lake, mirror):
    lake.write(f"{MANIFESTS}notes.txt", b"")


def file_left_behind(lake, mirror):
    lake.write(SONGS.replace("regional", "viral"), lake.read(SONGS).body)


def file_in_the_other_format(lake, mirror):
    lake.write(SONGS.replace(".parquet", ".csv"), b"")


def raw_file_lost(lake, mirror):
    lake.delete(PROCESSED + RAW)


def raw_file_changed(lake, mirror):
    lake.write(PROCESSED + RAW, chart_body(7))


def raw_file_of_garbage(lake, mirror):
    lake.write(PROCESSED + RAW, b"xx")


def raw_file_not_archived(lake, mirror):
    lake.move(PROCESSED + RAW, PENDING + RAW)


def raw_file_archived_by_hand(lake, mirror):
    lake.write(PROCESSED + chart_name(3), chart_body(3))


def snapshot_only_in_a_replaced_file(lake, mirror):
    lake.write(REPLACED, playlist_body(3))


def archived_garbage(lake, mirror):
    lake.write(f"{PROCESSED}garbage.json", b"{")


def reason_lost(lake, mirror):
    lake.delete(f"{QUARANTINE}bad.json{REASON_SUFFIX}")


def quarantined_file_lost(lake, mirror):
    lake.delete(f"{QUARANTINE}bad.json")


def raw_file_pending(lake, mirror):
    put_pending(lake, {chart_name(3): chart_body(3)})


def rebuild_unfinished(lake, mirror):
    declare(lake, rebuild_intent(None))


def mirror_missing(lake, mirror):
    mirror.unlink()


def mirror_of_garbage(lake, mirror):
    mirror.write_bytes(b"garbage")


def mirror_behind(lake, mirror):
    put_pending(lake, {chart_name(3): chart_body(3)})
    process_pending(lake, "parquet")


def mirror_of_another_lake(lake, mirror):
    for stored in lake.list(""):
        lake.delete(stored.key)


def mirror_without_a_row(lake, mirror):
    change_mirror(mirror, "delete from entries where chart_id like '%xx%' and song_id = 'song0001'")


def mirror_with_another_row(lake, mirror):
    change_mirror(mirror, "update entries set streams = 1 where chart_id like '%xx%'")


def mirror_with_another_snapshot(lake, mirror):
    change_mirror(mirror, "update published_snapshots set sha256 = '' where chart_id like '%xx%'")


def mirror_with_a_foreign_row(lake, mirror):
    change_mirror(
        mirror,
        "insert into entries by name select 'x' as chart_id, now() as snapshot_at, 'song' as kind",
    )
