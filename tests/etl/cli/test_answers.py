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


def printed(capsys, columns, *rows, chart_id="x-weekly") -> list[str]:
    """The lines that are printed for rows about a chart."""
    history = History("week", date(2026, 1, 1), date(2026, 1, 8), 2, 0)
    given = QueryResult(("chart_id", *columns), tuple((chart_id, *row) for row in rows))
    chart = Chart(chart_id, "X", None)
    answer = Answer(QUESTION, given, (chart,), 0, {chart_id: history})
    print_answer(answer, 20, Console(width=100))
    output: str = capsys.readouterr().out
    return output.splitlines()


def cells(line: str) -> list[str]:
    return re.split(r"  +", line.strip())


def test_changes_of_shares_are_percentage_points_with_their_sign(capsys):
    columns = ("genre", "share", "share_change", "change")
    rows = (("pop", 0.25, 0.051, 0.002), ("rap", 0.75, -0.051, None))
    _, _, pop, rap, known, _ = printed(capsys, columns, *rows)
    assert cells(pop) == ["pop", "25.0%", "+5.1 pp", "+0.2 pp"]
    assert cells(rap) == ["rap", "75.0%", "-5.1 pp"]
    assert known == "The genre is known for 100% of the weight."


def test_a_change_in_words_is_printed_as_it_is(capsys):
    assert cells(printed(capsys, ("change",), ("longer",))[2]) == ["longer"]


def test_a_column_of_whole_numbers_has_no_decimals(capsys):
    columns = ("markets", "songs", "streams")
    _, _, *rows, _ = printed(capsys, columns, (40.0, 50.0, 0.5), (39.0, 49.5, 1234567.8))
    assert list(map(cells, rows)) == [["40", "50.0", "0.500"], ["39", "49.5", "1,234,568"]]


def test_each_row_of_a_named_figure_has_the_numbers_of_that_figure(capsys):
    columns = ("figure", "value", "value_before", "growth")
    songs = ("number ones", 14.0, 16.0, -0.125)
    new = ("new entries in a period", 14.0, 16.5, None)
    share = ("share of the top ten in the streams", 0.131, 0.154, -0.149)
    _, _, *rows, _ = printed(capsys, columns, songs, new, share)
    assert list(map(cells, rows)) == [
        ["number ones", "14", "16", "-12.5%"],
        ["new entries in a week", "14.0", "16.5"],
        ["share of the top ten in the streams", "13.1%", "15.4%", "-14.9%"],
    ]


def test_days_are_named_in_the_headings(capsys):
    _, headings, days, _ = printed(capsys, ("median_age", "median_lead"), (84.0, -7))
    assert cells(headings) == ["median age (days)", "median lead (days)"]
    assert cells(days) == ["84", "-7"]


def test_an_answer_without_rows_says_so_and_no_more(capsys):
    assert printed(capsys, ("owner", "share"), chart_id="artist-xx-weekly") == [
        "X",
        "Nothing in the history of this chart fits the question.",
        "History: 2026-01-01 to 2026-01-08, 2 weeks.",
    ]


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (["credit:a", "b"], "1 of 2 rows is about an artist credit as it is written,"),
        (["credit:a", "credit:b"], "2 of 2 rows are about an artist credit as it is written,"),
    ],
)
def test_rows_about_credits_are_counted(capsys, keys, sentence):
    history = History("week", date(2026, 1, 1), date(2026, 1, 8), 2, 0)
    rows = QueryResult(("chart_id", "artist_key"), tuple(("x-weekly", key) for key in keys))
    chart = Chart("x-weekly", "X", None)
    print_answer(Answer(QUESTION, rows, (chart,), 0, {"x-weekly": history}), 20, Console(width=100))
    assert sentence in capsys.readouterr().out


@pytest.mark.parametrize(
    ("chart_id", "headings"),
    [
        ("regional-xx-weekly", ["song", "first song", "songs"]),
        ("artist-xx-weekly", ["artist", "first artist", "artists"]),
        ("album-xx-weekly", ["album", "first album", "albums"]),
    ],
)
def test_entries_are_called_what_they_are(capsys, chart_id, headings):
    columns = ("song_name", "first_song", "songs")
    lines = printed(capsys, columns, ("One", "Two", 3), chart_id=chart_id)
    assert cells(lines[1]) == headings
