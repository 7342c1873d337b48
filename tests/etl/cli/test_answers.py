"""Answers as they are printed for people."""

from __future__ import annotations

import re
from datetime import date

import pytest
from rich.console import Console

from etl.cli.answers import print_answer
from etl.database import QueryResult
from etl.mirror.answers import Answer, History
from etl.mirror.choices import Chart
from etl.mirror.questions import Question

QUESTION = Question("made-up", "Topic", "Made up.", "select 1", {})


def test_changes_of_shares_are_percentages_with_their_sign(capsys):
    columns = ("chart_id", "genre", "share", "share_change")
    rows = (("x-weekly", "pop", 0.25, 0.051), ("x-weekly", "rap", 0.75, -0.051))
    history = History("week", date(2026, 1, 1), date(2026, 1, 8), 2, 0)
    chart = Chart("x-weekly", "X", None)
    given = Answer(QUESTION, QueryResult(columns, rows), (chart,), 0, {"x-weekly": history})
    print_answer(given, 20, Console(width=100))
    output = capsys.readouterr().out
    assert "+5.1%" in output and "-5.1%" in output
    assert "The genre is known for 100% of the weight." in output


def test_an_answer_without_rows_says_so_and_no_more(capsys):
    columns = ("chart_id", "owner", "share")
    history = History("week", date(2026, 1, 1), date(2026, 1, 8), 2, 0)
    chart = Chart("artist-xx-weekly", "X", None)
    given = Answer(QUESTION, QueryResult(columns, ()), (chart,), 0, {chart.chart_id: history})
    print_answer(given, 20, Console(width=100))
    assert capsys.readouterr().out.splitlines() == [
        "X",
        "Nothing in the history of this chart fits the question.",
        "History: 2026-01-01 to 2026-01-08, 2 weeks.",
    ]


def test_songs_of_the_artist_that_are_not_counted_are_named(capsys):
    history = History("week", date(2026, 1, 1), date(2026, 1, 8), 2, 0)
    chart = Chart("regional-xx-weekly", "X", None)
    rows = QueryResult(("chart_id", "songs"), ((chart.chart_id, 30),))
    given = Answer(QUESTION, rows, (chart,), 0, {chart.chart_id: history}, unresolved_songs=3)
    print_answer(given, 20, Console(width=100))
    assert capsys.readouterr().out.splitlines()[-1] == (
        "3 songs name the artist in a credit that is not resolved; not counted."
    )


@pytest.mark.parametrize(
    ("chart_id", "headings"),
    [
        ("regional-xx-weekly", ["song", "first song", "songs"]),
        ("artist-xx-weekly", ["artist", "first artist", "artists"]),
        ("album-xx-weekly", ["album", "first album", "albums"]),
    ],
)
def test_entries_are_called_what_they_are(capsys, chart_id, headings):
    columns = ("chart_id", "song_name", "first_song", "songs")
    history = History("week", date(2026, 1, 1), date(2026, 1, 8), 2, 0)
    rows = QueryResult(columns, ((chart_id, "One", "Two", 3),))
    given = Answer(QUESTION, rows, (Chart(chart_id, "X", None),), 0, {chart_id: history})
    print_answer(given, 20, Console(width=100))
    assert re.split(r"  +", capsys.readouterr().out.splitlines()[1].strip()) == headings
