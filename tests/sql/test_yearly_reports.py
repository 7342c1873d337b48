"""The reports about years, compared with the invented world."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from statistics import mean, median

import pytest

from etl.database import models
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror
from tests.support.world_truth import (
    CHARTS,
    ENTRIES,
    WEEKS,
    assert_close,
    end_date,
    movement_status,
    points,
    runs_by_isrc,
)

YEARS = sorted({end_date(week).year for week in WEEKS})


def shares_of(weights: dict, year: int) -> list[float]:
    """The shares of a year, the largest first."""
    found = sorted((weight for (of, _), weight in weights.items() if of == year), reverse=True)
    return [weight / sum(found) for weight in found]


def holders_for_half(shares: list[float]) -> int:
    held, number = 0.0, 0
    while held < 0.5 - 1e-9:
        held += shares[number]
        number += 1
    return number


def test_music_by_year(rows_of):
    rows = {row["year"]: row for row in rows_of("music_by_year")}
    assert list(rows) == YEARS
    for year, row in rows.items():
        entries = [(week, entry.track) for week, entry in ENTRIES if end_date(week).year == year]
        tracks = [track for _, track in entries]
        ages = [
            (end_date(week) - date.fromisoformat(track.album.release_date)).days
            for week, track in entries
            if track.album.release_date_precision == "day"
        ]
        expected = {
            "entries": len(entries),
            "known_dates_share": len(ages) / len(entries),
            "catalogue_share": mean(age > 548 for age in ages),
            "new_share": mean(age <= 91 for age in ages),
            "median_age": median(ages),
            "mean_seconds": mean(track.duration_ms for track in tracks) / 1000,
            "explicit_share": mean(track.is_explicit for track in tracks),
            "collaboration_share": mean(len(track.artists) > 1 for track in tracks),
            "single_share": mean(track.album.album_type == "single" for track in tracks),
            "album_share": mean(track.album.album_type == "album" for track in tracks),
            **dict.fromkeys(("known_tracks_share", "known_artists_share"), 1),
            "known_albums_share": 1,
        }
        assert_close({name: row[name] for name in expected}, expected)


def test_concentration_by_year(rows_of):
    songs: dict = defaultdict(float)
    artists: dict = defaultdict(float)
    for week, entry in ENTRIES:
        year = end_date(week).year
        songs[year, entry.track.isrc] += points(entry)
        for artist in entry.track.artists:
            artists[year, artist.artist_id] += points(entry) / len(entry.track.artists)
    rows = {row["year"]: row for row in rows_of("concentration_by_year")}
    assert list(rows) == YEARS
    for year, row in rows.items():
        of_songs, of_artists = shares_of(songs, year), shares_of(artists, year)
        expected = {
            "periods": sum(end_date(week).year == year for week in WEEKS),
            "songs": len(of_songs),
            "top_song_share": of_songs[0],
            "top_ten_share": sum(of_songs[:10]),
            "songs_for_half": holders_for_half(of_songs),
            "song_hhi": sum(share**2 for share in of_songs),
            "artists": len(of_artists),
            "top_artist_share": of_artists[0],
            "top_ten_artists_share": sum(of_artists[:10]),
            "artists_for_half": holders_for_half(of_artists),
            "artist_hhi": sum(share**2 for share in of_artists),
        }
        assert_close({name: row[name] for name in expected}, expected)


def test_genres_by_year(rows_of):
    weights: dict = defaultdict(float)
    for week, entry in ENTRIES:
        for artist in entry.track.artists:
            genres = artist.genres or ("unknown",)
            for genre in genres:
                weight = points(entry) / len(entry.track.artists) / len(genres)
                weights[end_date(week).year, genre] += weight
    rows = {(row["year"], row["genre"]): row for row in rows_of("genres_by_year")}
    totals = {year: sum(weights[key] for key in weights if key[0] == year) for year in YEARS}
    known = {year: 1 - weights[year, "unknown"] / totals[year] for year in YEARS}
    assert_close(
        {key: row["share"] for key, row in rows.items()},
        {key: weight / totals[key[0]] for key, weight in weights.items()},
    )
    of_known = {
        (year, genre): weight / totals[year] / known[year]
        for (year, genre), weight in weights.items()
        if genre != "unknown"
    }
    for (year, genre), row in rows.items():
        assert row["known_share"] == pytest.approx(known[year])
        if genre == "unknown":
            assert (row["share_of_known"], row["share_change"]) == (None, None)
        else:
            assert row["share_of_known"] == pytest.approx(of_known[year, genre])
            before = of_known.get((year - 1, genre), 0)
            expected = of_known[year, genre] - before if year > YEARS[0] else None
            assert row["share_change"] == pytest.approx(expected)


@pytest.fixture
def mirror():
    with hand_made_mirror() as empty:
        yield empty


def put(mirror, chart: str, weights: dict[str, int], week: int = 0) -> None:
    """A chart whose entries are by the artists, each with that many streams."""
    day = THURSDAY.replace(day=1 + 7 * week)
    mirror.put(chart, day, [])
    for position, (artist, streams) in enumerate(weights.items(), 1):
        genres = {"pop": ["pop"], "both": ["pop", "rap"], "rap": ["rap"]}.get(artist)
        song = {"song_id": f"by {artist}", "artist_ids": [artist], "streams": streams}
        mirror.put_row("songs", chart, day, position=position, **song)
        mirror.put_row("artists", chart, day, artist_id=artist, genres=genres)


def asked(mirror, report: str, *columns: str) -> list[tuple]:
    """Columns of the rows of a report."""
    select = f"select {', '.join(columns)} from ({models('reports')[report]})"
    rows: list[tuple] = mirror.execute(select).fetchall()
    return rows


def test_genres_by_market(mirror):
    put(mirror, "regional-de-weekly", {"pop": 40, "both": 20, "nobody": 40})
    put(mirror, "regional-de-weekly", {"rap": 2}, week=1)
    put(mirror, "regional-fr-weekly", {"rap": 30, "pop": 10})
    put(mirror, "viral-fr-daily", {"rap": 30})
    mirror.merge()
    for market in ("de", "fr"):
        mirror.execute(
            "insert into charts by name select ? as chart_id, ? as market, 'regional' as family",
            [f"regional-{market}-weekly", market],
        )
    columns = ("market", "genre", "periods", "share", "known_share", "share_of_known")
    found = asked(mirror, "genres_by_market", *columns)
    assert [row[:3] for row in found] == [
        *(("de", "rap", 2), ("de", "pop", 2), ("de", "unknown", 2)),
        *(("fr", "rap", 1), ("fr", "pop", 1)),
    ]
    expected = [
        *((0.55, 0.8, 0.6875), (0.25, 0.8, 0.3125), (0.2, 0.8, None)),
        *((0.75, 1, 0.75), (0.25, 1, 0.25)),
    ]
    assert [row[3:] for row in found] == [pytest.approx(row) for row in expected]
    times = dict(asked(mirror, "genres_by_market", "(market, genre)", "times_elsewhere"))
    assert times["fr", "rap"] == pytest.approx(0.75 / 0.6875)
    mirror.execute("set variable markets = ['fr']")
    assert asked(mirror, "genres_by_market", "distinct market") == [("fr",)]


def test_each_period_counts_the_same_whatever_its_streams(mirror):
    put(mirror, "regional-de-weekly", {"pop": 900, "rap": 100})
    put(mirror, "regional-de-weekly", {"rap": 1}, week=1)
    found = dict(asked(mirror, "genres_by_year", "genre", "share"))
    assert found == {"rap": pytest.approx(0.55), "pop": pytest.approx(0.45)}
    columns = ("top_song_share", "top_artist_share", "songs_for_half")
    assert asked(mirror, "concentration_by_year", *columns) == [
        (pytest.approx(0.55), pytest.approx(0.55), 1)
    ]


def test_artists_of_a_credit_that_is_not_resolved_are_not_counted(mirror):
    mirror.put_weeks([("a", "A", "Ann, Bob"), ("b", "B", "Cy"), ("c", "C", "Cy")])
    columns = ("entries", "known_artists_share", "collaboration_share", "known_dates_share")
    found = asked(mirror, "music_by_year", *columns)
    assert found == [(3, pytest.approx(2 / 3), 0, 0)]


def test_a_year_beside_the_one_before(rows_of):
    pairs = [(week, week - 52) for week in WEEKS if week >= 52]
    rows = {row["figure"]: row for row in rows_of("year_comparison")}
    assert {row["year"] for row in rows.values()} == {2025}
    for side, column in ((0, "value"), (1, "value_before")):
        weeks = [pair[side] for pair in pairs]
        ones = {CHARTS[week][0].track.isrc for week in weeks}
        tens = {entry.track.isrc for week in weeks for entry in CHARTS[week][:10]}
        new = [
            sum(movement_status(pair[side], entry) == "NEW" for entry in CHARTS[pair[side]])
            for pair in pairs
            if 0 not in pair
        ]
        assert rows["number ones"][column] == len(ones)
        assert rows["entries that were in the top ten"][column] == len(tens)
        assert rows["new entries in a period"][column] == pytest.approx(mean(new))
    assert rows["number ones"]["compared_periods"] == len(pairs)
    # The first week has no week before.
    assert rows["new entries in a period"]["compared_periods"] == len(pairs) - 1
    assert "streams of a period" not in rows


def test_streams_of_a_year_are_compared_week_by_week(mirror):
    chart = "regional-de-weekly"
    for week, streams in ((0, 100), (1, 999), (52, 150), (54, 999)):
        day = THURSDAY + timedelta(weeks=week)
        mirror.put(chart, day, [])
        mirror.put_row("songs", chart, day, position=1, song_id="a", streams=streams)
    columns = ("year", "value", "value_before", "growth", "compared_periods")
    select = f"select {', '.join(columns)} from ({models('reports')['year_comparison']})"
    found = mirror.execute(f"{select} where figure = 'streams of a period'").fetchall()
    assert found == [(2026, 150, 100, 0.5, 1)]


def test_a_song_beside_the_songs_of_its_year(rows_of):
    runs = runs_by_isrc()
    of_year: dict = defaultdict(dict)
    for isrc, run in runs.items():
        of_year[end_date(run[0][0]).year][isrc] = len(run)
    rows = {row["run_id"]: row for row in rows_of("song_beside_year")}
    assert set(rows) == set(runs)
    for year, lengths in of_year.items():
        for isrc, length in lengths.items():
            row, others = rows[isrc], [*lengths.values()]
            assert (row["year"], row["songs"]) == (year, len(others))
            assert row["median_periods"] == median(others)
            assert row["place_by_periods"] == 1 + sum(other > length for other in others)
            shorter = sum(other < length for other in others)
            assert row["longer_share"] == pytest.approx(shorter / (len(others) - 1))
            assert row["is_debut_known"] == (runs[isrc][0][0] > 0)
