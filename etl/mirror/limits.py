"""Limiting an answer to charts, markets, artists, songs and a time.

A report limits itself by the variables that it reads. Rows that are about one chart, song, artist
or period can be left out afterwards, which comes to the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from etl.errors import InvalidInput
from etl.mirror.names import (
    find_artist,
    find_artists,
    find_recording,
    find_song,
    known_by_artist,
)
from etl.mirror.questions import Question

# The variables that a report may read, each null or unset for no limit, and the column of rows that
# are about one value of it.
VARIABLES = {
    "charts": "chart_id",
    "markets": "market",
    "artists": "artist_key",
    "songs": "run_id",
    "recordings": "recording_key",
    "since": "period_end",
    "until": "period_end",
}
Limits = Mapping[str, list[str] | date]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a question is asked about; None leaves everything in.

    Charts, artists and songs are given by an id or a part of their name.
    """

    chart: str | None = None
    market: str | None = None
    artist: str | None = None
    song: str | None = None
    since: date | None = None
    until: date | None = None


def find_limits(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    columns: Collection[str],
    choice: Choice,
    chart_ids: Sequence[str] | None,
) -> dict[str, list[str] | date]:
    """What the choice is in the mirror, by variable; `chart_ids` are those of chart and market.

    Raises InvalidInput for what the question cannot be limited to, and QueryError for a name that
    fits nothing, or several.
    """
    possible = {
        variable
        for variable, column in VARIABLES.items()
        if variable in question.variables or column in columns
    }
    found: dict[str, list[str] | date] = {}
    found |= _of_charts(question, possible, choice, chart_ids)
    if choice.artist is not None:
        variable = _first(question, possible, ("artists", "songs", "recordings"), "an artist")
        if variable == "artists":
            found[variable] = find_artist(connection, choice.artist)
        else:
            # A song is enough to tell several artists apart.
            find_keys = find_artist if choice.song is None else find_artists
            keys = find_keys(connection, choice.artist)
            found[variable] = known_by_artist(connection, variable, keys)
    if choice.song is not None:
        variable = _first(question, possible, ("recordings", "songs"), "a song")
        known = found.get(variable)
        among = known if isinstance(known, list) else None
        is_chosen = not choice.chart is choice.market is None
        found[variable] = (
            find_song(connection, choice.song, among, chart_ids if is_chosen else None)
            if variable == "songs"
            else find_recording(connection, choice.song, among)
        )
    for variable, day in (("since", choice.since), ("until", choice.until)):
        if day is not None:
            found[_first(question, possible, (variable,), f"a time with --{variable}")] = day
    return found


def conditions(question: Question, limits: Limits) -> tuple[str, list[object]]:
    """The condition for rows of the limits that the report does not read, with its parameters."""
    parts, parameters = ["true"], list[object]()
    for variable, value in limits.items():
        if variable not in question.variables:
            column = VARIABLES[variable]
            if isinstance(value, list):
                # A list of parameters reaches the scans of the tables; a list as one does not.
                parts.append(f"{column} in ({', '.join('?' * len(value)) or 'null'})")
                parameters += value
            else:
                parts.append(f"{column} {'>=' if variable == 'since' else '<='} ?")
                parameters.append(value)
    return " and ".join(parts), parameters


def left_out(question: Question, choice: Choice) -> list[str]:
    """What the time of the choice leaves out, where it does not limit what the figures count."""
    days = {"since": choice.since, "until": choice.until}
    return [
        f"With --{variable}, {question.variables[variable].partition('; by default')[0]}."
        for variable, day in days.items()
        if day is not None and " are left out" in question.variables.get(variable, "")
    ]


def _of_charts(
    question: Question,
    possible: Collection[str],
    choice: Choice,
    chart_ids: Sequence[str] | None,
) -> dict[str, list[str] | date]:
    if chart_ids is None:
        return {}
    if choice.market is not None and choice.chart is None and "charts" not in possible:
        return {_first(question, possible, ("markets",), "a market"): [choice.market]}
    return {_first(question, possible, ("charts",), "a chart"): [*chart_ids]}


def _first(question: Question, possible: Collection[str], wanted: Sequence[str], wish: str) -> str:
    for variable in wanted:
        if variable in possible:
            return variable
    about = "whole charts" if "charts" in possible else "all charts together"
    raise InvalidInput(f"{question.name} is about {about}; it cannot be asked for {wish}.")
