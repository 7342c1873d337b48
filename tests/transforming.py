"""Transforming files in a scratch folder, and asking what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.transform import Transformed, stage_raw_file, transform

LANDED = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
AT = "2026-01-02T06:07:08Z"


def run(folder: Path, files: dict[str, bytes]) -> Transformed:
    staged = [
        stage_raw_file(name, body, LANDED, folder / f"{number}")
        for number, (name, body) in enumerate(files.items())
    ]
    return transform(staged, folder)


def ask(folder: Path, sql: str) -> list:
    with duckdb.connect() as connection:
        for table in ("songs", "albums", "artists"):
            connection.execute(f"create view {table} as from '{folder / table}.parquet'")
        return connection.execute(sql).fetchall()


def rules(transformed: Transformed) -> dict[str, str]:
    return {broken.name: broken.rule for broken in transformed.broken}
