"""Mirrors whose snapshots are given by hand, and merged as a refresh merges partitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
from hypothesis import settings

from etl.database import connect, insert_rows
from etl.lake.layout import TABLES
from etl.mirror.charts import replace_charts
from etl.mirror.history import create_staging, replace_staged, update_current
from etl.mirror.labels import ListedOwner, replace_owners
from etl.mirror.schema import create_mirror
from etl.sources.chart_kinds import kind_of

# A song is its id, or its id with a recording, or those with an artist credit, or None for an entry
# that has none of them. In charts of artists and albums, the name takes the place of the recording.
Song = str | tuple[str | None, str | None] | tuple[str | None, str | None, str] | None
THURSDAY = date(2026, 1, 1)
# How many random histories a test makes; the profile "thorough" has forty times as many. Each takes
# a second, for its many refreshes.
HISTORIES = settings().max_examples // 25


class HandMadeMirror:
    """A mirror in memory. What was put or removed is merged before the next query."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._songs: dict[tuple[str, datetime], list[Song]] = {}
        self._rows: list[tuple[str, dict[str, Any]]] = []
        self._months: set[tuple[str, str]] = set()

    def put(self, chart_id: str, at: date | str, songs: Sequence[Song]) -> None:
        """Add a snapshot, or replace the one of that time."""
        key = self._touch(chart_id, at)
        self._songs[key] = list(songs)

    def remove(self, chart_id: str, at: date | str) -> None:
        """Remove a snapshot, and all its rows."""
        key = self._touch(chart_id, at)
        del self._songs[key]
        self._rows = [
            (table, row)
            for table, row in self._rows
            if (row["chart_id"], row["snapshot_at"]) != key
        ]

    def put_weeks(
        self, *weeks: Sequence[Song] | None, chart_id: str = "regional-xx-weekly"
    ) -> None:
        """Add a snapshot for each week that is not None."""
        for number, songs in enumerate(weeks):
            if songs is not None:
                self.put(chart_id, THURSDAY + timedelta(weeks=number), songs)

    def put_row(self, table: str, chart_id: str, at: date | str, **columns: Any) -> None:
        """Add a row to a table."""
        _, moment = self._touch(chart_id, at)
        self._rows.append((table, {"chart_id": chart_id, "snapshot_at": moment, **columns}))

    def execute(self, sql: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        """Run a query on the mirror as it is now."""
        self.merge()
        return self._connection.execute(sql, parameters)

    def merge(self) -> None:
        """Merge what was put or removed, as one refresh."""
        if not self._months:
            return
        snapshots = {
            (chart_id, at): songs
            for (chart_id, at), songs in sorted(self._songs.items())
            if (chart_id, f"{at:%Y-%m}") in self._months
        }
        rows = [
            (table, row)
            for table, row in self._rows
            if (row["chart_id"], f"{row['snapshot_at']:%Y-%m}") in self._months
        ]
        present = {(chart_id, f"{at:%Y-%m}") for chart_id, at in snapshots}
        partitions = [
            {
                "chart_id": chart_id,
                "snapshot_month": month,
                "manifest_version": "1" if (chart_id, month) in present else None,
                "begins_at": f"{month}-01",
            }
            for chart_id, month in self._months
        ]
        listed = [
            {"chart_id": chart_id, "snapshot_at": at, "entries": len(songs), "is_complete": True}
            for (chart_id, at), songs in snapshots.items()
        ]
        rows += [
            _entry(chart_id, at, position, song)
            for (chart_id, at), songs in snapshots.items()
            for position, song in enumerate(songs, 1)
        ]
        insert_rows(self._connection, "staged_partitions", partitions)
        insert_rows(self._connection, "staged_published_snapshots", listed)
        for table in TABLES:
            of_table = [row for name, row in rows if name == table]
            insert_rows(self._connection, f"staged_{table}", of_table)
        replace_staged(self._connection)
        update_current(self._connection)
        self._months.clear()

    def describe_charts(self) -> None:
        """Fill the table `charts`, which a refresh does once at its end."""
        self.merge()
        replace_charts(self._connection)

    def own(self, owners: Iterable[ListedOwner]) -> None:
        """Let the mirror have these owners of labels."""
        replace_owners(self._connection, owners)

    def _touch(self, chart_id: str, at: date | str) -> tuple[str, datetime]:
        moment = datetime.fromisoformat(str(at))
        self._months.add((chart_id, f"{moment:%Y-%m}"))
        return chart_id, moment


# Mirrors that tests left, with empty tables: to create one takes longer than most tests.
_IDLE: list[duckdb.DuckDBPyConnection] = []


@contextmanager
def hand_made_mirror() -> Iterator[HandMadeMirror]:
    """An empty mirror."""
    connection = _IDLE.pop() if _IDLE else _new_mirror()
    yield HandMadeMirror(connection)
    _empty(connection)
    _IDLE.append(connection)


def _new_mirror() -> duckdb.DuckDBPyConnection:
    connection = connect()
    create_mirror(connection)
    create_staging(connection)
    return connection


def _empty(connection: duckdb.DuckDBPyConnection) -> None:
    tables = "select table_name from duckdb_tables() where table_name <> 'mirror_properties'"
    for (table,) in connection.execute(tables).fetchall():
        connection.execute(f"delete from {table}")
    for (name,) in connection.execute("select name from duckdb_variables()").fetchall():
        connection.execute(f"reset variable {name}")


def _entry(chart_id: str, at: datetime, position: int, song: Song) -> tuple[str, dict[str, Any]]:
    """A row and the table that it belongs to."""
    song_id, recording_id, *credit = (
        song if isinstance(song, tuple) else (song, song and f"R-{song}")
    )
    row = {"chart_id": chart_id, "snapshot_at": at, "position": position}
    kind = kind_of(chart_id)
    if kind != "artist":
        row["artist_credit"] = credit[0] if credit else None
    if kind != "song":
        return f"{kind}s", row | {f"{kind}_id": song_id, f"{kind}_name": recording_id}
    name = f"{song_id} at {position}"
    row |= {"snapshot_date": at.date(), "song_name": name}
    return "songs", row | {"song_id": song_id, "recording_id": recording_id}
