"""The reports about shares and trends, compared with the invented world."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

import pytest

from etl.database import models
from tests.support.world_truth import (
    CHARTS,
    ENTRIES,
    LAST,
    WEEKS,
    assert_close,
    end_date,
    month_of,
    movement_status,
    points,
    runs_by_isrc,
    shares_by_month,
)


def test_the_artists_of_an_entry_share_it_equally(rows_of):
    weights: dict = defaultdict(float)
    for week, entry in ENTRIES:
        for artist in entry.track.artists:
            weights[month_of(week), artist.artist_id] += points(entry) / len(entry.track.artists)
    expected = shares_by_month(weights)
    shares = {(row["month"], row["artist_key"]): row["share"] for row in rows_of("artist_shares")}
    assert_close(shares, {key: expected[key] for key in shares})
    # Each month has the twenty largest.
    for month in {month for month, _ in expected}:
        of_month = sorted((expected[key] for key in expected if key[0] == month), reverse=True)
        listed = sorted((expected[key] for key in shares if key[0] == month), reverse=True)
        assert listed[:20] == pytest.approx(of_month[:20])
        assert min(listed) == pytest.approx(of_month[:20][-1])


def test_artist_histories(rows_of):
    songs: dict = defaultdict(set)
    peaks: dict = {}
    entries: Counter = Counter()
    for _, entry in ENTRIES:
        for artist in entry.track.artists:
            songs[artist.artist_id].add(entry.track.isrc)
            entries[artist.artist_id] += 1
            peaks[artist.artist_id] = min(peaks.get(artist.artist_id, 99), entry.position)
    histories = {
        row["artist_key"]: (row["songs"], row["entries"], row["peak_position"])
        for row in rows_of("artist_histories")
    }
    assert histories == {
        artist_id: (len(songs[artist_id]), entries[artist_id], peaks[artist_id])
        for artist_id in songs
    }
    assert sum(row["share"] for row in rows_of("artist_histories")) == pytest.approx(1)


def test_the_genres_of_an_artist_share_it_equally_or_are_unknown(rows_of):
    weights: dict = defaultdict(float)
    for week, entry in ENTRIES:
        for artist in entry.track.artists:
            genres = artist.genres or ("unknown",)
            weight = points(entry) / len(entry.track.artists) / len(genres)
            for genre in genres:
                weights[month_of(week), genre] += weight
    shares = {(row["month"], row["genre"]): row["share"] for row in rows_of("genre_shares")}
    assert_close(shares, shares_by_month(weights))


def test_concentration(rows_of):
    total = sum(map(points, CHARTS[0]))
    expected = sum((points(entry) / total) ** 2 for entry in CHARTS[0])
    assert [row["hhi"] for row in rows_of("concentration")] == pytest.approx(
        [expected] * len(WEEKS)
    )


def test_song_trends(rows_of):
    by_month: dict = defaultdict(list)
    for week, entry in ENTRIES:
        by_month[month_of(week)].append(entry.track)
    rows = {row["month"]: row for row in rows_of("song_trends")}
    assert set(rows) == set(by_month)
    for month, tracks in by_month.items():
        row = rows[month]
        durations = [track.duration_ms for track in tracks]
        assert row["mean_seconds"] == pytest.approx(mean(durations) / 1000)
        assert row["explicit_share"] == pytest.approx(mean(track.is_explicit for track in tracks))
        collaborations = mean(len(track.artists) > 1 for track in tracks)
        assert row["collaboration_share"] == pytest.approx(collaborations)
        singles = mean(track.album.album_type == "single" for track in tracks)
        assert row["single_share"] == pytest.approx(singles)
        assert row["known_share"] == 1


def test_songs_that_return_after_half_a_year(rows_of):
    expected: dict = {}
    for isrc, run in runs_by_isrc().items():
        weeks = [week for week, _ in run]
        pauses = [timedelta(weeks=later - earlier) for earlier, later in pairwise(weeks)]
        returns = sum(pause.days >= 182 for pause in pauses)
        if returns:
            expected[isrc] = (returns, sorted({end_date(week).year for week in weeks}))
    returns_by_run = {
        row["run_id"]: (row["returns"], row["years"]) for row in rows_of("seasonal_returns")
    }
    assert returns_by_run == expected


def test_only_records_of_the_last_week_are_listed(rows_of):
    candidates: dict = defaultdict(list)
    for week, entry in ENTRIES:
        if movement_status(week, entry) == "UP":
            climb = (entry.previous_position or 0) - entry.position
            candidates["the biggest climb"].append((climb, week))
    for week in WEEKS:
        new_songs = sum(movement_status(week, entry) == "NEW" for entry in CHARTS[week][:10])
        candidates["the most new songs in the top ten"].append((new_songs, week))
    for run in runs_by_isrc().values():
        candidates["the most periods on the chart"].append((len(run), run[-1][0]))
        weeks_at_one = [week for week, entry in run if entry.position == 1]
        if weeks_at_one:
            figure = (len(weeks_at_one), weeks_at_one[-1])
            candidates["the most periods at number one"].append(figure)
    expected: dict = {}
    for record, figures in candidates.items():
        best = max(figures)[0]
        if [week for figure, week in figures if figure == best] == [LAST]:
            expected[record] = best
    assert {row["record"]: row["figure"] for row in rows_of("records")} == expected


def test_the_age_of_songs(rows_of):
    is_old: dict = defaultdict(list)
    ages_at_entry: dict = defaultdict(list)
    for week, entry in ENTRIES:
        album = entry.track.album
        if album.release_date_precision == "day":
            age = (end_date(week) - date.fromisoformat(album.release_date)).days
            is_old[month_of(week)].append(age > 548)
            if movement_status(week, entry) == "NEW":
                ages_at_entry[month_of(week)].append(age)
    rows = {row["month"]: row for row in rows_of("song_trends")}
    assert_close(
        {month: rows[month]["catalogue_share"] for month in is_old},
        {month: mean(flags) for month, flags in is_old.items()},
    )
    for month, row in rows.items():
        expected = median(ages_at_entry[month]) if ages_at_entry[month] else None
        assert row["release_age_at_entry"] == expected


def test_labels_of_playlist_entries_are_unknown(rows_of):
    assert {row["label"] for row in rows_of("label_shares")} == {"unknown"}


def test_the_coverage_is_complete(rows_of):
    assert [(row["period_end"], row["state"]) for row in rows_of("coverage")] == [
        (end_date(week), "complete") for week in WEEKS
    ]


def test_every_report_is_tested():
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    tested = re.findall(r'(?:rows_of\(|mirror, |history, |"reports"\)\[)"([a-z_]+)"', tests)
    assert set(models("reports")) - set(tested) == set()
