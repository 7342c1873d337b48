"""Limiting reports by DuckDB variables, with chartlake's command and without it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import duckdb
import pytest

from etl.database import models
from etl.errors import InvalidInput
from etl.mirror.answers import answer
from etl.mirror.limits import VARIABLES, Choice
from etl.mirror.questions import questions
from tests.support.hand_made_mirrors import THURSDAY, hand_made_mirror
from tests.support.world_truth import CHARTS, ENTRIES, LAST, end_date, month_of

# Choices but for those of charts; the song and artist are on the chart in this time.
WEEK = 40
SONG = CHARTS[WEEK][0].track
CHOICES = {
    "artist": Choice(artist=SONG.artists[0].name),
    # Two songs have this title.
    "song": Choice(song=f"{SONG.name} · {', '.join(artist.name for artist in SONG.artists)}"),
    "since": Choice(since=end_date(WEEK - 10)),
    "until": Choice(until=end_date(WEEK)),
}
SOME_WEEKS = Choice(since=end_date(WEEK - 10), until=end_date(WEEK))

# They cannot be limited to a time.
OF_ALL_TIME = ("records", "chart-records", "record-watch", "calendar-profile", "one-hit-wonders")


def rounded(found):
    """The rows, without what the order of a sum changes."""
    return sorted(
        [
            tuple(round(one, 9) if isinstance(one, float) else str(one) for one in row)
            for row in found
        ],
        key=str,
    )


@pytest.mark.parametrize("name", questions())
def test_the_comment_of_a_report_describes_the_variables_that_it_reads(name):
    question = questions()[name]
    read = set(re.findall(r"getvariable\('([a-z_]+)'\)", question.sql))
    assert set(question.variables) == read
    assert read <= VARIABLES.keys()


@pytest.mark.parametrize("name", questions())
def test_a_question_is_answered_with_each_option_or_refuses_it(world_mirror, name):
    question = questions()[name]
    everything = answer(world_mirror, question, Choice())
    for option, choice in CHOICES.items():
        try:
            found = answer(world_mirror, question, choice)
        except InvalidInput as error:
            assert option in ("artist", "song") or name in OF_ALL_TIME, error
            continue
        assert found.rows.columns == everything.rows.columns


def test_rows_of_a_time_are_those_of_the_whole_history_in_it(world_mirror):
    first, last = end_date(WEEK - 10), end_date(WEEK)
    for name in ("thresholds", "churn", "number-ones", "concentration", "coverage"):
        question = questions()[name]
        whole = answer(world_mirror, question, Choice()).rows
        index = whole.columns.index("period_end")
        found = answer(world_mirror, question, SOME_WEEKS).rows
        assert found.rows == tuple(row for row in whole.rows if first <= row[index] <= last), name


def test_a_song_that_is_not_listed_by_itself_is_found_by_its_name(world_mirror):
    question = questions()["trajectories"]
    listed = {row[1] for row in answer(world_mirror, question, Choice()).rows.rows}
    run, entry = next(
        (entry.track.isrc, entry) for _, entry in ENTRIES if entry.track.isrc not in listed
    )
    credit = ", ".join(artist.name for artist in entry.track.artists)
    found = answer(world_mirror, question, Choice(song=f"{entry.track.name} · {credit}")).rows
    assert {row[1] for row in found.rows} == {run}
    assert len(found.rows) == sum(entry.track.isrc == run for _, entry in ENTRIES)


def test_an_artist_is_asked_for_in_months_that_do_not_list_the_artist(world_mirror):
    question = questions()["artist-shares"]
    listed = [row[1:4] for row in answer(world_mirror, question, Choice()).rows.rows]
    months = {
        (month_of(week), artist.artist_id): artist.name
        for week, entry in ENTRIES
        for artist in entry.track.artists
    }
    rare = {key for key in months if key not in {(month, key) for month, key, _ in listed}}
    name = months[min(rare)]
    found = answer(world_mirror, question, Choice(artist=name)).rows.rows
    assert {row[1:3] for row in found} == {key for key in months if months[key] == name}


@pytest.mark.parametrize("report", ["artist_histories", "artist_career"])
def test_a_chart_lists_two_hundred_artists_unless_others_are_wanted(report):
    names = [f"Artist {number:03}" for number in range(205)]
    songs = [(f"song {name}", f"recording {name}", name) for name in names]
    select = models("reports")[report]
    with hand_made_mirror() as mirror:
        mirror.put_weeks(songs, songs[:200])
        listed = {row[2] for row in mirror.execute(select).fetchall()}
        assert listed == set(names[:200])
        mirror.execute("set variable artists = ['name:artist 203']")
        assert [row[2] for row in mirror.execute(select).fetchall()] == ["Artist 203"]


def test_a_chart_lists_a_thousand_lives_of_songs_unless_others_are_wanted():
    songs = [f"song {number:04}" for number in range(1005)]
    with hand_made_mirror() as mirror:
        mirror.put_weeks(songs, songs[:1000])
        listed = {row[-1] for row in mirror.execute(models("reports")["song_life"]).fetchall()}
        assert listed == {f"R-{song}" for song in songs[:1000]}
        mirror.execute("set variable songs = ['R-song 1003']")
        found = mirror.execute(models("reports")["song_life"]).fetchall()
        assert [row[-1] for row in found] == ["R-song 1003"]


@pytest.mark.parametrize("name", ["year-end", "artist-shares", "survival", "this-week"])
def test_the_duckdb_client_reads_a_report_as_the_command_does(world_mirror, name):
    question = questions()[name]
    with duckdb.connect(str(world_mirror), read_only=True) as connection:
        connection.execute(f"set variable since = date '{end_date(WEEK - 10)}'")
        connection.execute(f"set variable until = '{end_date(WEEK)}'")
        found = connection.execute(models("reports")[name.replace("-", "_")]).fetchall()
    expected = answer(world_mirror, question, SOME_WEEKS).rows.rows
    assert rounded(found) == rounded(expected)
    assert rounded(found) != rounded(answer(world_mirror, question, Choice()).rows.rows)


def test_until_a_day_is_as_if_history_ended_there():
    reports = [
        *("this_week", "newcomers", "biggest_moves", "trajectories", "years_ago", "year_end"),
        *("artist_histories", "artist_shares", "genre_shares", "label_shares", "song_trends"),
        "chart_totals",
    ]
    weeks = ["abc", "bad", "dab", "edb", "ade"]
    with hand_made_mirror() as mirror:
        mirror.put_weeks(*weeks[:3])
        before = {
            report: mirror.execute(models("reports")[report]).fetchall() for report in reports
        }
        mirror.put_weeks(*weeks)
        mirror.execute("set variable until = ?", [THURSDAY + timedelta(weeks=2)])
        for report, rows in before.items():
            assert mirror.execute(models("reports")[report]).fetchall() == rows, report


def test_the_charts_of_a_time_make_its_year_end(world_mirror):
    day = date(end_date(LAST).year, 1, 15)
    question = questions()["year-end"]
    found = answer(world_mirror, question, Choice(since=day)).rows
    periods = found.columns.index("periods")
    weeks = sum(end_date(week) >= day for week in range(LAST + 1))
    assert max(row[periods] for row in found.rows) <= weeks
    assert {row[found.columns.index("year")] for row in found.rows} == {day.year}
