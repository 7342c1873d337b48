"""Published histories of many charts, and the chart files of the periods that follow.

Entering a lake through raw files would take hours for 25 million rows. Here the partitions are
written directly, with the columns, the empty files and the manifest that `chartlake process` writes
for a chart file. Songs come and go as in a chart: about a tenth is new each week; some return; some
are on several charts; every ninth chart is enriched with albums, artists and genres.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

TABLES = {"songs": "song_data", "albums": "album_data", "artists": "artist_data"}
FIRST_DATE = date(2015, 1, 1)  # a Thursday, on which weekly charts end
TEMPLATE = "regional-zz-weekly-2014-12-25.csv"
SQL = Path(__file__).with_name("histories.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Template:
    """What chartlake publishes for a chart file: columns by table, empty files, a manifest."""

    columns: dict[str, list[tuple[str, str]]]
    empty: dict[str, bytes]
    manifest: dict[str, Any]


def main() -> None:
    """Write a lake to FOLDER/lake, and the chart files of later periods to FOLDER/next."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--charts", type=int, required=True)
    parser.add_argument("--periods", type=int, required=True, help="published ones")
    parser.add_argument("--next", type=int, default=0, help="later ones, as chart files")
    parser.add_argument("--daily", action="store_true")
    chosen = parser.parse_args()
    (chosen.folder / "next").mkdir(parents=True, exist_ok=True)
    cadence = "daily" if chosen.daily else "weekly"
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        template = _template(connection)
        for chart in range(chosen.charts):
            chart_id = f"regional-{chr(97 + chart // 26)}{chr(97 + chart % 26)}-{cadence}"
            _simulate(connection, chart, chart_id, chosen.periods + chosen.next, cadence)
            end = FIRST_DATE + chosen.periods * timedelta(days=1 if chosen.daily else 7)
            _publish(connection, chosen.folder / "lake", chart_id, end, template)
            _write_chart_files(connection, chosen.folder / "next", chart_id, end)


def _template(connection: duckdb.DuckDBPyConnection) -> Template:
    """Let chartlake publish a chart file of one row, and look at the result."""
    with TemporaryDirectory() as folder:
        lake = Path(folder, "lake")
        pending = lake / "raw_data/to_be_processed"
        pending.mkdir(parents=True)
        header = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,weeks_on_chart"
        row = f"1,spotify:track:{'0' * 22},Artist,Song,Label,1,-1,1"
        (pending / TEMPLATE).write_text(f"{header},streams\n{row},1\n", encoding="utf-8")
        environment = os.environ | {"CHARTLAKE_LAKE": str(lake)}
        command = [sys.executable, "-m", "etl", "process"]
        subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
        (manifest,) = lake.glob("manifests/*/*.json")
        paths = {
            table: next(lake.glob(f"transformed_data/{data}/*/*.parquet"))
            for table, data in TABLES.items()
        }
        return Template(
            {table: _columns(connection, path) for table, path in paths.items()},
            {table: path.read_bytes() for table, path in paths.items()},
            json.loads(manifest.read_text(encoding="utf-8")),
        )


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    # The month is in the path of the file, and no column of it.
    relation = f"read_parquet('{path}', hive_partitioning = false)"
    described = connection.execute(f"describe from {relation}").fetchall()
    return [(name, kind) for name, kind, *_ in described]


def _simulate(
    connection: duckdb.DuckDBPyConnection, chart: int, chart_id: str, periods: int, cadence: str
) -> None:
    """Create the tables `songs`, `albums` and `artists` with all periods of a chart."""
    is_daily = cadence == "daily"
    variables = {
        "chart": chart,
        "chart_id": chart_id,
        "periods": periods,
        "days": 1 if is_daily else 7,
        "first_date": FIRST_DATE,
        # How many songs may enter in a period, and for how many they stay on average.
        "entering": 10 if is_daily else 26,
        "stay": 60 if is_daily else 14,
        "is_enriched": chart % 9 == 8,
    }
    for name, value in variables.items():
        connection.execute(f"set variable {name} = ?", [value])
    for statement in SQL.split(";"):
        connection.execute(statement)


def _publish(
    connection: duckdb.DuckDBPyConnection, lake: Path, chart_id: str, end: date, template: Template
) -> None:
    """Write the partitions with the snapshots before `end`, and their manifests."""
    snapshots = connection.execute(
        "select snapshot_at, count(*) from songs where snapshot_at < ? group by all order by all",
        [end],
    ).fetchall()
    months: dict[str, list[dict[str, Any]]] = {}
    for moment, entries in snapshots:
        raw_name = f"{chart_id}-{moment:%Y-%m-%d}.csv"
        months.setdefault(f"{moment:%Y-%m}", []).append(
            {
                "snapshot_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "raw_name": raw_name,
                "sha256": hashlib.sha256(raw_name.encode()).hexdigest(),
                "entries": entries,
                "expected_entries": entries,
                "is_complete": True,
            }
        )
    for month, listed in months.items():
        files = {
            table: _write_table(connection, lake, table, chart_id, month, end, template)
            for table in TABLES
        }
        manifest = template.manifest | {
            "chart_id": chart_id,
            "month": month,
            "files": files,
            "snapshots": listed,
        }
        path = lake / f"manifests/{chart_id}/{month}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _write_table(
    connection: duckdb.DuckDBPyConnection,
    lake: Path,
    table: str,
    chart_id: str,
    month: str,
    end: date,
    template: Template,
) -> dict[str, Any]:
    key = f"transformed_data/{TABLES[table]}/snapshot_month={month}/{chart_id}.parquet"
    path = lake / key
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = ", ".join(f'"{name}"::{kind} as "{name}"' for name, kind in template.columns[table])
    rows = (
        f"select {listed} from {table} where snapshot_at < date '{end}'"
        f" and snapshot_at >= date '{month}-01'"
        f" and snapshot_at < date '{month}-01' + interval 1 month"
    )
    if connection.execute(f"{rows} limit 1").fetchone():
        # They are in the order of their key already.
        copied = f"copy ({rows}) to '{path}' (format parquet, compression zstd)"
        (written,) = connection.execute(copied).fetchall()[0]
    else:
        path.write_bytes(template.empty[table])
        written = 0
    body = path.read_bytes()
    return {
        "key": key,
        "size": len(body),
        "rows": written,
        "sha256": hashlib.sha256(body).hexdigest(),
    }


def _write_chart_files(
    connection: duckdb.DuckDBPyConnection, folder: Path, chart_id: str, end: date
) -> None:
    for day in _days(connection, end):
        path = folder / f"{day}" / f"{chart_id}-{day}.csv"
        path.parent.mkdir(exist_ok=True)
        connection.execute(
            "copy (select position as rank, 'spotify:track:' || song_id as uri,"
            " artist_credit as artist_names, song_name as track_name, label as source,"
            " reported_peak as peak_rank, coalesce(reported_previous, -1) as previous_rank,"
            " reported_periods as weeks_on_chart, streams::varchar as streams from songs"
            f" where snapshot_date = date '{day}') to '{path}' (header)"
        )


def _days(connection: duckdb.DuckDBPyConnection, end: date) -> Iterator[date]:
    found = connection.execute(
        "select distinct snapshot_date from songs where snapshot_at >= ? order by all", [end]
    )
    for (day,) in found.fetchall():
        yield day


if __name__ == "__main__":
    main()
