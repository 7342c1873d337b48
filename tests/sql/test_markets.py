"""The mirror of eight markets and the global charts holds exactly what happened in their world."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import astuple

import pytest

from demo.markets import REGIONS
from tests.support.market_truth import (
    MARKETS_OF_WORLD,
    Spread,
    new_songs,
    spread_of,
    spreads,
)
from tests.support.small_lakes import query_rows

WORLD = MARKETS_OF_WORLD.world
WEEKS = {WORLD.week_end(week): week for week in range(WORLD.weeks)}
ENTRIES = """
select recording_id, split_part(chart_id, '-', 2) as market, snapshot_date, position
from songs
where market <> 'global'
"""
CHART_ROWS = """
select chart_id, {}, position, {}
from {}
where starts_with(chart_id, '{}-')
order by chart_id, snapshot_at, position
"""


@pytest.fixture(scope="module")
def found(market_mirror, isrcs):
    """The spread of each song, by ISRC, as the mirror shows it."""
    entries: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    rows = query_rows(market_mirror, f"{ENTRIES} order by all")
    for recording_id, market, day, position in rows:
        entries[isrcs[recording_id]][market].append((WEEKS[day], position))
    return {isrc: spread_of(dict(by_market)) for isrc, by_market in entries.items()}


def test_every_song_has_the_entries_first_markets_and_delays_of_its_world(found):
    assert found == spreads()
    assert sum(len(spread.delays) > 0 for spread in found.values()) > 50


def test_new_songs_start_at_home_and_travel_as_planned(found):
    for isrc in new_songs():
        spread: Spread = found[isrc]
        journey = MARKETS_OF_WORLD.journey(isrc)
        assert spread.first_markets == {journey.home}
        assert spread.delays.items() <= journey.delays.items()


def test_movements_in_every_market_are_those_that_the_world_counts(market_mirror):
    columns = "previous_position, peak_position, periods_on_chart"
    expected = [
        (
            f"regional-{region}-weekly",
            WORLD.week_end(week),
            entry.position,
            entry.previous_position,
            entry.peak_position,
            entry.weeks_on_chart,
        )
        for region in sorted(REGIONS)
        for week in range(WORLD.weeks)
        for entry in MARKETS_OF_WORLD.chart(region, week)
    ]
    query = CHART_ROWS.format("snapshot_at::date", columns, "movements", "regional")
    assert query_rows(market_mirror, query) == expected


@pytest.mark.parametrize(
    ("family", "columns", "chart", "key"),
    [
        (
            "artist",
            "artist_id, artist_name",
            MARKETS_OF_WORLD.artist_chart,
            lambda entry: (entry.artist.artist_id, entry.artist.name),
        ),
        (
            "album",
            "album_id, album_name, artist_credit, label",
            MARKETS_OF_WORLD.album_chart,
            lambda entry: (
                entry.album.album_id,
                entry.album.name,
                ", ".join(artist.name for artist in entry.album.artists),
                entry.album.label,
            ),
        ),
    ],
)
def test_artist_and_album_charts_are_mirrored_row_for_row(
    market_mirror, family, columns, chart, key
):
    reported = "reported_peak, reported_previous, reported_periods"
    expected = [
        (
            f"{family}-{region}-weekly",
            WORLD.week_end(week),
            entry.standing.position,
            entry.standing.peak_position,
            entry.standing.previous_position,
            entry.standing.weeks_on_chart,
            *key(entry),
        )
        for region in sorted(REGIONS)
        for week in range(WORLD.weeks)
        for entry in chart(region, week)
    ]
    query = CHART_ROWS.format("snapshot_date", f"{reported}, {columns}", f"{family}s", family)
    assert query_rows(market_mirror, query) == expected


def test_movements_of_artists_are_those_that_the_world_counts(market_mirror):
    expected = [
        (f"artist-{region}-weekly", WORLD.week_end(week), *astuple(entry.standing))
        for region in sorted(REGIONS)
        for week in range(WORLD.weeks)
        for entry in MARKETS_OF_WORLD.artist_chart(region, week)
    ]
    columns = "previous_position, peak_position, periods_on_chart"
    query = CHART_ROWS.format("snapshot_at::date", columns, "movements", "artist")
    assert query_rows(market_mirror, query) == expected


def test_the_streams_of_a_song_in_the_markets_are_at_most_its_global_streams(market_mirror):
    shares = query_rows(
        market_mirror,
        """
        select sum(streams) filter (where chart_id <> 'regional-global-weekly') as in_markets,
            sum(streams) filter (where chart_id = 'regional-global-weekly') as everywhere,
            count(*) - 1 as markets
        from songs
        group by recording_id, snapshot_date
        having everywhere is not null
        """,
    )
    assert all((in_markets or 0) <= everywhere for in_markets, everywhere, _ in shares)
    assert {markets for _, _, markets in shares} >= {1, 5}
