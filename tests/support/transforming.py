"""Transform raw files in a scratch folder, and query the tables."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.lake import open_lake
from etl.lake.layout import PENDING, TABLES
from etl.pipeline.batch import Batch, open_workspace
from etl.pipeline.stage import stage
from etl.pipeline.transform import transform

LANDED_AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
CAPTURED_AT = "2026-01-02T06:07:08Z"


def transform_files(
    folder: Path, files: dict[str, bytes], landed_at: dict[str, datetime] | None = None
) -> Batch:
    """Transform the files; those without a time in `landed_at` have landed at LANDED_AT."""
    lake = open_lake(str(folder / "lake"))
    for name, body in files.items():
        lake.write(PENDING + name, body)
        moment = (landed_at or {}).get(name, LANDED_AT).timestamp()
        os.utime(folder / "lake" / PENDING / name, (moment, moment))
    with open_workspace(lake, "parquet") as workspace:
        batch = transform(stage(lake, lake.list(PENDING), workspace), workspace)
        for table in TABLES:
            workspace.connection.execute(f"copy {table} to '{folder / table}.parquet'")
    return batch


def query_tables(folder: Path, sql: str) -> list:
    """The rows that the query returns from the tables of `transform_files`."""
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(f"create view {table} as from '{folder / table}.parquet'")
        return connection.execute(sql).fetchall()


def broken_rules(batch: Batch) -> dict[str, str]:
    """The rules that rejected files break, by file name."""
    return {rejection.name: rejection.rule for rejection in batch.rejected}
