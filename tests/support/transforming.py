"""Transforming files in a scratch folder, and asking what came of it."""

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

LANDED = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
AT = "2026-01-02T06:07:08Z"


def run(folder: Path, files: dict[str, bytes], landed: dict[str, datetime] | None = None) -> Batch:
    """Transform the files, which all landed at LANDED unless `landed` says otherwise."""
    lake = open_lake(str(folder / "lake"))
    for name, body in files.items():
        lake.write(PENDING + name, body)
        moment = (landed or {}).get(name, LANDED).timestamp()
        os.utime(folder / "lake" / PENDING / name, (moment, moment))
    with open_workspace(lake, "parquet") as workspace:
        batch = transform(stage(lake, lake.list(PENDING), workspace), workspace)
        for table in TABLES:
            workspace.connection.execute(f"copy {table} to '{folder / table}.parquet'")
    return batch


def ask(folder: Path, sql: str) -> list:
    """The answer of the tables that `run` left in the folder."""
    with duckdb.connect() as connection:
        for table in TABLES:
            connection.execute(f"create view {table} as from '{folder / table}.parquet'")
        return connection.execute(sql).fetchall()


def rules(batch: Batch) -> dict[str, str]:
    """The rule that each rejected file breaks, by its name."""
    return {rejection.name: rejection.rule for rejection in batch.rejected}
