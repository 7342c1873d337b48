"""Recordings: the song entries of all charts that are of one recording, under whatever ids.

Entries that share a song id or a recording id are of one recording, and so are those that are
linked over any number of others. A change reaches only the recordings that lose entries, and those
that share an id with an entry that came. Together they are whole, so all others stay as they are.
"""

from __future__ import annotations

import duckdb

from etl.database import create_tables

_IN_CHANGED = (
    "semi join changed_songs on {0}.chart_id = changed_songs.chart_id"
    " and {0}.snapshot_at = changed_songs.snapshot_at"
)


def create_recording_staging(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary tables in which `note_changes` notes what a refresh changes."""
    connection.execute("create temp table left_recordings (recording_key varchar)")
    connection.execute("create temp table come_songs (song_id varchar, recording_id varchar)")


def note_changes(connection: duckdb.DuckDBPyConnection) -> None:
    """Note which recordings lose entries, and which entries come, before they are replaced."""
    connection.execute(
        "insert into left_recordings"
        " select distinct coalesce(recording_key, recording_id, song_id) from entries "
        + _IN_CHANGED.format("entries")
    )
    connection.execute(
        "insert into come_songs select distinct song_id, recording_id from staged_songs "
        + _IN_CHANGED.format("staged_songs")
    )


def update_recordings(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the recordings, and the keys of their entries, up to date with the noted changes."""
    create_tables(connection, "recordings", temporary=True)
    # An entry that has just come has no key yet, so parts with the same ids can have two keys.
    connection.execute(
        "update entries set recording_key = stored_key from outdated_keys as outdated"
        " where entries.chart_id = outdated.chart_id"
        " and entries.song_id is not distinct from outdated.song_id"
        " and entries.recording_id is not distinct from outdated.recording_id"
        " and entries.recording_key is not distinct from outdated.former_key"
    )
    connection.execute(
        "delete from known_recordings where recording_key in"
        " (from left_recordings union from touched_recordings)"
    )
    connection.execute("insert into known_recordings by name from measured_recordings")
    for noted in ("left_recordings", "come_songs"):
        connection.execute(f"delete from {noted}")
