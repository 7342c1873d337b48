"""Replacing partitions in the mirror, and keeping the history true, run by run.

The history of an entry depends on the other entries of its run, and on the periods of its chart. So
a change reaches only the runs in the periods that changed, those in the periods right after, and
those that an incoming entry joins. Everything else stays as it is, and a mirror that grew week by
week equals one that is built at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from etl.database import create_tables, models
from etl.lake.layout import TABLES
from etl.mirror.credits import (
    create_credit_staging,
    note_credits,
    note_names,
    resolve_credits,
)
from etl.mirror.recordings import create_recording_staging, note_changes, update_recordings

# The tables with the latest attributes of each id, by the table that they are read from.
_IDS = {"albums": "album_id", "artists": "artist_id"}
_IN_MONTH = "snapshot_at >= begins_at and snapshot_at < begins_at + interval 1 month"
_HISTORY = (
    *("period", "period_number", "period_start", "period_end", "run_id", "first_number"),
    *("is_highest", "previous_position", "matched_by", "status", "peak_position"),
    "periods_on_chart",
)


def create_staging(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables that take partitions until `replace_staged` merges them."""
    connection.execute(
        "create temp table staged_partitions (chart_id varchar, snapshot_month varchar,"
        " manifest_version varchar, begins_at timestamp)"
    )
    for table in (*TABLES, "published_snapshots"):
        connection.execute(f"create temp table staged_{table} as from {table} limit 0")
    for table in _IDS:
        connection.execute(f"create temp table touched_{table} (id varchar)")
    staged = models("history")["staged_entries"]
    connection.execute(f"create temp view staged_entries as {staged}")
    create_recording_staging(connection)
    create_credit_staging(connection)


def replace_staged(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace the staged partitions in the mirror; those without a manifest version are deleted.

    `update_current` has to follow once all partitions are replaced.
    """
    with _transaction(connection):
        for table in TABLES:
            connection.execute(_changed_snapshots(table))
        _replace_partitions(connection)
        note_changes(connection)
        # The new entries are wide, and inserted as they are computed.
        create_tables(
            connection, "history", existing=["new_entries", "staged_entries"], temporary=True
        )
        note_credits(connection)
        _replace_history(connection)
        for table, id_column in _IDS.items():
            _replace_rows(connection, table, id_column)
        for table in (*TABLES, "published_snapshots", "partitions"):
            connection.execute(f"delete from staged_{table}")


def update_current(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring up to date what spans charts: albums, artists, recordings and credits."""
    with _transaction(connection):
        note_names(connection)
        for table, id_column in _IDS.items():
            connection.execute(
                f"delete from current_{table} where {id_column} in (select id from touched_{table})"
            )
            latest = models("current")[f"current_{table}"]
            connection.execute(f"insert into current_{table} {latest}")
            connection.execute(f"delete from touched_{table}")
        update_recordings(connection)
        resolve_credits(connection)


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    # Row numbers hold within a transaction; and a single commit writes less.
    connection.execute("begin")
    yield
    connection.execute("commit")


def _changed_snapshots(table: str) -> str:
    """Create `changed_<table>`: the snapshots whose rows differ from those that are staged."""
    digest = "select chart_id, snapshot_at, sum(hash(one_row)) as digest"
    return (
        f"create or replace temp table changed_{table} as select chart_id, snapshot_at"
        f" from ({digest} from {table} as one_row semi join staged_partitions"
        " on one_row.chart_id = staged_partitions.chart_id"
        f" and {_IN_MONTH} group by all) as held"
        f" full join ({digest} from staged_{table} as one_row group by all) as staged"
        " using (chart_id, snapshot_at) where held.digest is distinct from staged.digest"
    )


def _replace_partitions(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "delete from published_snapshots using staged_partitions as staged"
        " where published_snapshots.chart_id = staged.chart_id"
        f" and {_IN_MONTH}"
    )
    connection.execute("insert into published_snapshots from staged_published_snapshots")
    connection.execute(
        "delete from mirrored_partitions using staged_partitions as staged"
        " where mirrored_partitions.chart_id = staged.chart_id"
        " and mirrored_partitions.snapshot_month = staged.snapshot_month"
    )
    connection.execute(
        "insert into mirrored_partitions select chart_id, snapshot_month, manifest_version"
        " from staged_partitions where manifest_version is not null"
    )


def _replace_history(connection: duckdb.DuckDBPyConnection) -> None:
    history = ", ".join(f"{column} = outdated_entries.{column}" for column in _HISTORY)
    connection.execute(
        f"update entries set {history} from outdated_entries"
        " where entries.rowid = outdated_entries.entry_row"
    )
    connection.execute(_delete_changed("entries", "entries"))
    connection.execute(f"insert into entries by name {models('history')['new_entries']}")
    connection.execute(
        "delete from runs using touched_runs where runs.chart_id = touched_runs.chart_id"
        " and runs.run_id = touched_runs.run_id"
    )
    connection.execute("insert into runs from measured_runs")
    in_charts = "where chart_id in (select chart_id from staged_partitions)"
    connection.execute(f"delete from chart_periods {in_charts}")
    connection.execute(f"insert into chart_periods from present_periods {in_charts}")


def _replace_rows(connection: duckdb.DuckDBPyConnection, table: str, id_column: str) -> None:
    in_changed = f"semi join changed_{table} using (chart_id, snapshot_at)"
    connection.execute(
        f"insert into touched_{table} select {id_column} from {table} {in_changed}"
        f" union select {id_column} from staged_{table} {in_changed}"
    )
    connection.execute(_delete_changed(table, table))
    connection.execute(f"insert into {table} from staged_{table} {in_changed}")


def _delete_changed(stored: str, table: str) -> str:
    return (
        f"delete from {stored} using changed_{table} as changed"
        f" where {stored}.chart_id = changed.chart_id"
        f" and {stored}.snapshot_at = changed.snapshot_at"
    )
