"""Finding artists, songs and recordings by a part of their name."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from etl.errors import QueryError
from etl.mirror.choices import several

# Case, accents, the form of an apostrophe and blanks around a name do not count.
_FOLDED = "strip_accents(lower(trim(translate({}, '’‘ʼ`´', repeat('''', 5)))))"
_TEXT = _FOLDED.format("?::varchar")
# The artists of songs and albums, by the names in credits and the latest name of an id, and those
# of artist charts.
_ARTISTS = """
    select
        coalesce(current_artists.artist_name, credited.artist_name) as label,
        credited.artist_key as key
    from (
        select unnest(artist_names) as artist_name, unnest(artist_keys) as artist_key from credits
    ) as credited
    left join current_artists on credited.artist_key = current_artists.artist_id
    union
    select artist_name, artist_id from current_artists
    union
    select entry_name, coalesce(entry_id, 'name:' || strip_accents(lower(entry_name)))
    from chart_runs
    where kind = 'artist' and entry_name is not null
"""
# The runs of an artist, in charts of songs, of albums and of artists.
_RUNS_OF_ARTIST = f"""
    select run_id from entry_artists where list_contains($keys, artist_key)
    union
    select chart_runs.run_id
    from chart_runs
    inner join credits on chart_runs.artist_credit = credits.artist_credit
    where chart_runs.kind = 'album' and list_has_any(credits.artist_keys, $keys)
    union
    select run_id
    from chart_runs
    where
        kind = 'artist'
        and (
            list_contains($keys, entry_id)
            or {_FOLDED.format("entry_name")} in (
                select {_FOLDED.format("label")}
                from ({_ARTISTS}) as artists
                where list_contains($keys, key)
            )
        )
"""
# The songs of charts with a credit of which a part is the name of an artist.
_UNRESOLVED_SONGS = f"""
    select count(distinct coalesce(entries.run_id, entries.recording_id))
    from entries
    inner join (
        select distinct credits.artist_credit
        from credits
        inner join ({_ARTISTS}) as artists
            on contains(
                ', ' || array_to_string(credits.parts, ', ') || ', ',
                ', ' || strip_accents(lower(artists.label)) || ', '
            )
        where not credits.is_resolved and list_contains(?::varchar[], artists.key)
    ) as unresolved on entries.artist_credit = unresolved.artist_credit
    where
        entries.kind = 'song'
        and entries.period_number is not null
        and coalesce(len(entries.artist_ids), 0) = 0
        and list_contains(?::varchar[], entries.chart_id)
"""


def find_artist(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The keys of the one artist with that name, or a part of it. Raises QueryError."""
    return _one(_matches(connection, _ARTISTS, "label", name, "artist"), name, "artist")


def find_artists(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The keys of all artists with that name, or a part of it. Raises QueryError without one."""
    matches = _matches(connection, _ARTISTS, "label", name, "artist")
    return [key for keys in matches.values() for key in keys]


def find_song(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    among: Sequence[str] | None = None,
    chart_ids: Sequence[str] | None = None,
) -> list[str]:
    """The run ids of the one song, album or artist with that name, or a part of it.

    It is one of the runs `among`, and of the charts, if they are given. Raises QueryError.
    """
    listed = ", ".join("'" + one.replace("'", "''") + "'" for one in chart_ids or ())
    charts = f"chart_id in ({listed})" if listed else "true"
    select = _labelled("chart_runs", "entry_name", "run_id", charts)
    return _one(_matches(connection, select, "name", name, "song", among), name, "song")


def find_recording(
    connection: duckdb.DuckDBPyConnection, name: str, among: Sequence[str] | None = None
) -> list[str]:
    """The recording keys of the one song with that title, or a part of it. Raises QueryError.

    The song is one of the recordings `among`, if they are given.
    """
    select = _labelled("known_recordings", "song_name", "recording_key")
    return _one(_matches(connection, select, "name", name, "song", among), name, "song")


def known_by_artist(
    connection: duckdb.DuckDBPyConnection, variable: str, keys: Sequence[str]
) -> list[str]:
    """The ids of the `songs` on which the artist is credited, or the keys of the `recordings`.

    In charts of albums and artists, `songs` are the runs of the artist's albums, and of the artist.
    """
    recordings = (
        "select distinct recording_key from movements"
        f" where recording_key is not null and run_id in ({_RUNS_OF_ARTIST})"
    )
    select = _RUNS_OF_ARTIST if variable == "songs" else recordings
    return [str(one) for (one,) in connection.execute(select, {"keys": list(keys)}).fetchall()]


def unresolved_songs(
    connection: duckdb.DuckDBPyConnection, artist: str, chart_ids: Sequence[str]
) -> int:
    """How many songs of the charts name the artist in a credit that is not resolved.

    They count for none of its artists. Raises QueryError as `find_artist` does.
    """
    keys = find_artists(connection, artist)
    (number,) = connection.execute(_UNRESOLVED_SONGS, [keys, list(chart_ids)]).fetchall()[0]
    return int(number)


def _labelled(relation: str, name: str, key: str, condition: str = "true") -> str:
    # Songs of the same title are told apart by their artists.
    return (
        f"select {name} || coalesce(' · ' || artist_credit, '') as label, {name} as name,"
        f" {key} as key from {relation} where {condition}"
    )


def _matches(
    connection: duckdb.DuckDBPyConnection,
    labelled: str,
    column: str,
    text: str,
    noun: str,
    among: Sequence[str] | None = None,
) -> dict[str, list[str]]:
    """The keys of what has the name, by label; else of what has it in part."""
    label = _FOLDED.format("label")
    conditions = (
        "label = ?::varchar",
        f"{label} = {_TEXT}",
        f"{_FOLDED.format(column)} = {_TEXT}",
        f"contains({label}, {_TEXT})",
    )
    for condition in conditions:
        # One that is spelled in several ways has the label that is last in the alphabet.
        query = (
            "select label, list(key order by key) from ("
            f" select max(label) as label, key from ({labelled}) as labelled where {condition}"
            " and list_contains(coalesce(?::varchar[], [key]), key) group by key"
            ") as matches group by label order by label"
        )
        found = connection.execute(query, [text, among]).fetchall()
        if found:
            return {str(name): [str(key) for key in keys] for name, keys in found}
    raise QueryError(f"The mirror has no {noun} with {text!r} in the name.")


def _one(matches: dict[str, list[str]], text: str, noun: str) -> list[str]:
    if len(matches) > 1:
        raise several(noun, text, list(matches))
    return next(iter(matches.values()))
