"""Recordings: the song entries of all charts that are of one recording, under whatever ids.

Entries that share a song id or an ISRC are of one recording, and so are those that are linked over
any number of others. Different ISRCs are linked if title, artist credit and duration are the same.
What has no ISRC is linked by title and artist credit: to everything else without an ISRC, and to
the one recording with an ISRC that has them. If several have them, it is none of these.

A change reaches only the recordings that lose entries, those that share an id, or title and credit,
with an entry that came, and their namesakes. Together they are whole, so all others stay as they
are.
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
    connection.execute("create temp table come_songs (song_id varchar)")
    connection.execute("create temp table come_ids (id varchar)")


def note_changes(connection: duckdb.DuckDBPyConnection) -> None:
    """Note which recordings lose entries, and which entries come, before they are replaced."""
    connection.execute(
        "insert into left_recordings"
        " select distinct coalesce(recording_key, recording_id, song_id) from entries "
        + _IN_CHANGED.format("entries")
    )
    for noted, ids in (
        ("come_songs", "song_id"),
        ("come_ids", "unnest([recording_id, title_key])"),
    ):
        connection.execute(
            f"insert into {noted} select distinct {ids} from staged_entries "
            + _IN_CHANGED.format("staged_entries")
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
    for noted in ("left_recordings", "come_songs", "come_ids"):
        connection.execute(f"delete from {noted}")
