"""Shares and trends, against the invented world, which knows what happened in it."""

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
    close,
    end,
    month,
    points,
    runs,
    shares,
    status,
)


def test_artists_share_an_entry_equally_features_included(ask):
    parts: Counter = Counter()
    for week, entry in ENTRIES:
        for artist in entry.track.artists:
            parts[month(week), artist.artist_id] += points(entry) / len(entry.track.artists)
    found = {(row["month"], row["artist_key"]): row["share"] for row in ask("artist_shares")}
    close(found, shares(parts))


def test_an_artists_history(ask):
    songs: dict = defaultdict(set)
    best: dict = {}
    entries: Counter = Counter()
    for _, entry in ENTRIES:
        for artist in entry.track.artists:
            songs[artist.artist_id].add(entry.track.isrc)
            entries[artist.artist_id] += 1
            best[artist.artist_id] = min(best.get(artist.artist_id, 99), entry.position)
    found = {
        row["artist_key"]: (row["songs"], row["entries"], row["peak_position"])
        for row in ask("artist_histories")
    }
    assert found == {one: (len(songs[one]), entries[one], best[one]) for one in songs}
    assert sum(row["share"] for row in ask("artist_histories")) == pytest.approx(1)


def test_genres_share_an_artist_equally_and_what_is_unknown_is_counted(ask):
    parts: Counter = Counter()
    for week, entry in ENTRIES:
        for artist in entry.track.artists:
            genres = artist.genres or ("unknown",)
            weight = points(entry) / len(entry.track.artists) / len(genres)
            for genre in genres:
                parts[month(week), genre] += weight
    found = {(row["month"], row["genre"]): row["share"] for row in ask("genre_shares")}
    close(found, shares(parts))


def test_concentration(ask):
    total = sum(map(points, CHARTS[0]))
    expected = sum((points(entry) / total) ** 2 for entry in CHARTS[0])
    assert [row["hhi"] for row in ask("concentration")] == pytest.approx([expected] * len(WEEKS))


def test_what_songs_are_like(ask):
    by_month: dict = defaultdict(list)
    for week, entry in ENTRIES:
        by_month[month(week)].append(entry.track)
    rows = {row["month"]: row for row in ask("song_trends")}
    assert set(rows) == set(by_month)
    for when, tracks in by_month.items():
        row = rows[when]
        assert row["mean_seconds"] == pytest.approx(mean(t.duration_ms for t in tracks) / 1000)
        assert row["explicit_share"] == pytest.approx(mean(t.is_explicit for t in tracks))
        together = mean(len(track.artists) > 1 for track in tracks)
        assert row["collaboration_share"] == pytest.approx(together)
        singles = mean(track.album.album_type == "single" for track in tracks)
        assert row["single_share"] == pytest.approx(singles)
        assert row["known_share"] == 1


def test_songs_that_come_back_after_half_a_year(ask):
    expected: dict = {}
    for isrc, run in runs().items():
        weeks = [week for week, _ in run]
        away = [b - a for a, b in pairwise(weeks)]
        returns = sum(timedelta(weeks=one).days >= 182 for one in away)
        if returns:
            expected[isrc] = (returns, sorted({end(week).year for week in weeks}))
    found = {row["run_id"]: (row["returns"], row["years"]) for row in ask("seasonal_returns")}
    assert found == expected


def test_records_are_the_last_weeks_and_nobody_elses(ask):
    claims: dict = defaultdict(list)
    for week, entry in ENTRIES:
        if status(week, entry) == "UP":
            climb = (entry.previous_position or 0) - entry.position
            claims["the biggest climb"].append((climb, week))
    for week in WEEKS:
        fresh = sum(status(week, entry) == "NEW" for entry in CHARTS[week][:10])
        claims["the most new songs in the top ten"].append((fresh, week))
    for run in runs().values():
        claims["the most periods on the chart"].append((len(run), run[-1][0]))
        leading = [week for week, entry in run if entry.position == 1]
        if leading:
            claims["the most periods at number one"].append((len(leading), leading[-1]))
    expected: dict = {}
    for record, found in claims.items():
        best = max(found)[0]
        if [week for figure, week in found if figure == best] == [LAST]:
            expected[record] = best
    assert {row["record"]: row["figure"] for row in ask("records")} == expected


def test_how_old_songs_are(ask):
    ages: dict = defaultdict(list)
    entering: dict = defaultdict(list)
    for week, entry in ENTRIES:
        album = entry.track.album
        if album.release_date_precision == "day":
            age = (end(week) - date.fromisoformat(album.release_date)).days
            ages[month(week)].append(age > 548)
            if status(week, entry) == "NEW":
                entering[month(week)].append(age)
    rows = {row["month"]: row for row in ask("song_trends")}
    close(
        {when: rows[when]["catalogue_share"] for when in ages},
        {w: mean(a) for w, a in ages.items()},
    )
    for when, row in rows.items():
        expected = median(entering[when]) if entering[when] else None
        assert row["release_age_at_entry"] == expected


def test_all_labels_are_unknown_where_spotify_names_none(ask):
    assert {row["label"] for row in ask("label_shares")} == {"unknown"}


def test_the_history_is_whole(ask):
    assert [(row["period_end"], row["state"]) for row in ask("coverage")] == [
        (end(week), "complete") for week in WEEKS
    ]


def test_every_report_is_tested():
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    asked = re.findall(r'ask\("([a-z_]+)"\)', tests)
    assert set(models("reports")) == set(asked)
