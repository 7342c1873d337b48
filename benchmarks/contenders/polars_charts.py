"""Chart files with Polars: one Parquet file for each chart and month, and the raw files moved.

Nothing is merged, checked or listed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl


def main() -> None:
    """Transform every pending chart file of a lake in a directory."""
    lake = Path(sys.argv[1])
    archive = lake / "raw_data/processed"
    archive.mkdir(parents=True, exist_ok=True)
    pending = sorted((lake / "raw_data/to_be_processed").glob("*.csv"))
    entries = pl.concat(_entries(path) for path in pending)
    for (chart, month), rows in entries.partition_by("chart_id", "month", as_dict=True).items():
        path = lake / f"transformed_data/songs/month={month}/{chart}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.sort("snapshot_date", "rank").write_parquet(path)
    for path in pending:
        path.rename(archive / path.name)


def _entries(path: Path) -> pl.DataFrame:
    chart_id, date = path.stem[:-11], path.stem[-10:]
    return pl.read_csv(path).with_columns(
        pl.lit(chart_id).alias("chart_id"),
        pl.lit(date).str.to_date().alias("snapshot_date"),
        pl.lit(date[:7]).alias("month"),
        pl.col("uri").str.strip_prefix("spotify:track:").alias("song_id"),
    )


if __name__ == "__main__":
    main()
