"""The same three tables with Polars, read by a declared schema, a group of files at a time.

With `--transform`, each table becomes one Parquet file a group. Without it, the rows become one
file for each table, chart and month, and the raw files move to the archive. Nothing is merged,
checked or listed.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path

import polars as pl

# As many files as DuckDB's group of the same memory takes; all files at once take gigabytes.
GROUP = 200
TABLES = ("songs", "albums", "artists")

_URLS = pl.Struct({"spotify": pl.String})
_ARTIST = pl.Struct({"id": pl.String, "name": pl.String, "external_urls": _URLS})
_ALBUM = pl.Struct(
    {
        "id": pl.String,
        "name": pl.String,
        "album_type": pl.String,
        "release_date": pl.String,
        "release_date_precision": pl.String,
        "total_tracks": pl.Int32,
        "external_urls": _URLS,
        "artists": pl.List(_ARTIST),
    }
)
_TRACK = pl.Struct(
    {
        "id": pl.String,
        "name": pl.String,
        "duration_ms": pl.Int64,
        "explicit": pl.Boolean,
        "popularity": pl.Int32,
        "external_ids": pl.Struct({"isrc": pl.String}),
        "external_urls": _URLS,
        "artists": pl.List(_ARTIST),
        "album": _ALBUM,
    }
)
_SCHEMA = {"items": pl.List(pl.Struct({"added_at": pl.String, "track": _TRACK}))}
_NAME = re.compile(r"spotify_raw_(.+)_(\d{8}T\d{6})Z\.json")
_KEY = ("chart_id", "snapshot_at")


def main() -> None:
    """Transform every pending raw file of a lake in a directory."""
    lake = Path(sys.argv[1])
    is_partitioned = "--transform" not in sys.argv
    pending = sorted((lake / "raw_data/to_be_processed").glob("*.json"))
    groups = []
    for start in range(0, len(pending), GROUP):
        tables = _tables(pl.concat(_entries(path) for path in pending[start : start + GROUP]))
        if is_partitioned:
            groups.append(tables)
        else:
            _write(lake, f"{start:06d}.parquet", tables)
    if is_partitioned:
        _write_partitions(lake, {name: pl.concat(one[name] for one in groups) for name in TABLES})
        _archive(lake, pending)


def _entries(path: Path) -> pl.DataFrame:
    match = _NAME.fullmatch(path.name)
    assert match
    moment = datetime.strptime(match[2], "%Y%m%dT%H%M%S")
    items = pl.read_json(path, schema=_SCHEMA).explode("items").unnest("items")
    return items.select(
        pl.lit(match[1]).alias("chart_id"),
        pl.lit(moment).alias("snapshot_at"),
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).alias("position"),
        "added_at",
        pl.col("track").struct.unnest(),
    )


def _tables(entries: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {"songs": _songs(entries), "albums": _albums(entries), "artists": _artists(entries)}


def _songs(entries: pl.DataFrame) -> pl.DataFrame:
    artist_ids = pl.col("artists").list.eval(pl.element().struct.field("id"))
    names = pl.col("artists").list.eval(pl.element().struct.field("name"))
    return entries.select(
        *_KEY,
        "position",
        pl.col("id").alias("song_id"),
        pl.col("name").alias("song_name"),
        pl.col("external_urls").struct.field("spotify").alias("song_url"),
        pl.col("external_ids").struct.field("isrc"),
        pl.col("album").struct.field("id").alias("album_id"),
        artist_ids.list.first().alias("artist_id"),
        artist_ids.alias("artist_ids"),
        names.list.join(", ").alias("artist_credit"),
        "duration_ms",
        "explicit",
        "popularity",
        pl.col("added_at").str.to_datetime("%Y-%m-%dT%H:%M:%SZ"),
    ).sort(*_KEY, "position")


def _albums(entries: pl.DataFrame) -> pl.DataFrame:
    albums = entries.select(*_KEY, pl.col("album").struct.unnest())
    return (
        albums.unique((*_KEY, "id"), keep="first", maintain_order=True)
        .with_columns(
            pl.col("external_urls").struct.field("spotify").alias("album_url"),
            pl.col("artists").list.eval(pl.element().struct.field("id")).alias("artist_ids"),
            pl.col("release_date").str.head(4).cast(pl.Int32, strict=False).alias("release_year"),
        )
        .drop("external_urls", "artists")
        .sort(*_KEY, "id")
    )


def _artists(entries: pl.DataFrame) -> pl.DataFrame:
    credits = entries.select(*_KEY, "artists").explode("artists")
    return (
        credits.select(*_KEY, pl.col("artists").struct.unnest())
        .unique((*_KEY, "id"), keep="first", maintain_order=True)
        .with_columns(pl.col("external_urls").struct.field("spotify"))
        .sort(*_KEY, "id")
    )


def _write_partitions(lake: Path, tables: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        months = frame.with_columns(pl.col("snapshot_at").dt.strftime("%Y-%m").alias("month"))
        for (chart, month), rows in months.partition_by("chart_id", "month", as_dict=True).items():
            _write(lake, f"month={month}/{chart}.parquet", {name: rows.drop("month")})


def _write(lake: Path, name: str, tables: dict[str, pl.DataFrame]) -> None:
    for table, frame in tables.items():
        path = lake / "transformed_data" / table / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path)


def _archive(lake: Path, pending: list[Path]) -> None:
    archive = lake / "raw_data/processed"
    archive.mkdir(parents=True, exist_ok=True)
    for path in pending:
        path.rename(archive / path.name)


if __name__ == "__main__":
    main()
