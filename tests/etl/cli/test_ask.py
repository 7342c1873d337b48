"""Asking questions by name, as users do."""

from __future__ import annotations

import csv
import shutil

import pytest
from rich.console import Console

from etl.cli.answers import print_answer
from etl.database import connect, models
from etl.errors import InvalidInput
from etl.lake import open_lake
from etl.mirror.answers import answer
from etl.mirror.limits import Choice
from etl.mirror.questions import Question, questions
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.asking import answers
from tests.support.commands import run_command
from tests.support.made_up import PLAYLIST
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    playlist_body,
    playlist_name,
    put_pending,
)


def test_every_report_is_a_question_with_a_topic():
    assert {name.replace("-", "_") for name in questions()} == set(models("reports"))


def test_without_a_question_all_are_listed_by_topic(chartlake):
    status, output, _ = chartlake("ask")
    lines = output.splitlines()
    assert status == 0
    assert "This week" in lines
    assert [line for line in lines if line.startswith("  number-ones ")]


def test_every_question_is_answered_with_a_table(chartlake):
    for name in questions():
        assert chartlake("ask", name)[0] == 0, name


def test_an_answer_has_the_same_rows_as_csv_and_as_json(chartlake):
    lines = chartlake("ask", "number-ones", "--format", "csv")[1].splitlines()
    rows = [list(row.values()) for row in answers(chartlake, "number-ones")]
    assert list(csv.reader(lines))[1:] == [
        ["" if value is None else str(value) for value in row] for row in rows
    ]


@pytest.mark.parametrize("name", ["number_ones", "number-ones", "NUMBER_ONES"])
def test_a_question_is_spelled_with_hyphens_or_underscores(chartlake, name):
    assert chartlake("ask", name)[0] == 0


def test_an_unknown_question_is_answered_with_those_that_are_spelled_alike(chartlake):
    status, output, message = chartlake("ask", "number-one")
    assert (status, output) == (2, "")
    assert message.startswith("There is no question 'number-one'. Did you mean number-ones")


def test_an_answer_over_all_charts_is_the_union_of_single_ones(mirror):
    charts = ("regional-de-weekly", "regional-global-weekly")
    for question in questions().values():
        together = answer(mirror, question, Choice()).rows
        if "chart_id" in together.columns:
            single = [answer(mirror, question, Choice(chart=chart)).rows for chart in charts]
            assert together.rows == single[0].rows + single[1].rows, question.name
        else:
            with pytest.raises(InvalidInput):
                answer(mirror, question, Choice(chart=charts[0]))


def test_a_table_is_about_one_chart_and_names_what_history_lacks(chartlake):
    output = chartlake("ask", "this-week", "--limit", "2")[1]
    assert "global" in output.lower() and "regional-de" not in output
    assert "2 of 5 rows" in output and "1 more chart" in output
    output = chartlake("ask", "this-week", "--chart", "-de-")[1]
    assert "History: 2026-01-01 to 2026-02-05, 5 weeks; 1 week missing" in output
    assert "song_id" not in output and "song id" not in output


def test_a_table_over_time_begins_with_the_latest(chartlake):
    output = chartlake("ask", "number-ones", "--market", "de", "--limit", "1")[1]
    assert "2026-02-05" in output.splitlines()[2]


def test_charts_are_shown_and_found_by_their_names(tmp_path, mirror, monkeypatch, capsys):
    named = tmp_path / "named.duckdb"
    shutil.copy(mirror, named)
    with connect(named) as connection:
        connection.execute(
            "create or replace table charts as from (values"
            " ('regional-de-weekly', 'Top Songs in Germany', 'de', 'song', 'regional'),"
            " ('regional-global-weekly', 'Top Songs of the World', 'global', 'song', 'regional')"
            ") as listed (chart_id, chart_name, market, kind, family)"
        )
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(named))
    assert run_command("ask", "this-week", "--chart", "germany") == 0
    assert capsys.readouterr().out.startswith("Top Songs in Germany\n")
    assert run_command("ask", "this-week") == 0
    assert capsys.readouterr().out.startswith("Top Songs of the World\n")
    assert run_command("ask", "this-week", "--chart", "top songs") == 1
    assert "\n  Top Songs in Germany (regional-de-weekly)" in capsys.readouterr().err


def test_shares_are_percentages(chartlake):
    assert "%" in chartlake("ask", "churn")[1]


def test_a_single_wide_row_is_printed_upright(chartlake):
    output = chartlake("ask", "song-life", "--song", "Song 7", "--market", "de")[1]
    lines = dict(line.strip().split("  ", 1) for line in output.splitlines() if "  " in line)
    assert lines["song"].strip() == "Song 7"
    assert lines["weeks at one"].strip() == "0"
    # A column without a value, or with one that only a program reads, is left out.
    assert "run id" not in lines and "kind" not in lines


def test_songs_and_artists_are_found_whatever_accents_and_case(chartlake):
    runs = answers(chartlake, "longest-runs", "--song", "söng 7")
    assert {row["song_name"] for row in runs} == {"Song 7"}
    artist = runs[0]["artist_credit"]
    found = answers(chartlake, "longest-runs", "--artist", artist.upper())
    assert found and {row["artist_credit"] for row in found} == {artist}


def test_several_matches_are_listed_to_choose_from(chartlake):
    status, _, message = chartlake("ask", "longest-runs", "--song", "song")
    assert status == 1
    assert message.startswith("Several songs have 'song' in the name; choose one:\n  Song ")
    status, _, message = chartlake("ask", "churn", "--chart", "weekly")
    assert (status, message.count("regional-")) == (1, 2)


@pytest.mark.parametrize(
    "arguments",
    [("--song", "no such"), ("--artist", "no such"), ("--chart", "nowhere"), ("--market", "fr")],
)
def test_what_is_not_there_is_said_in_a_sentence(chartlake, arguments):
    status, output, message = chartlake("ask", "longest-runs", *arguments)
    assert (status, output) == (1, "")
    assert message.startswith("The mirror has no ")


def test_a_question_about_charts_refuses_a_song(chartlake):
    status, _, message = chartlake("ask", "half-life", "--song", "Song 7")
    assert status == 2
    assert message == "half-life is about whole charts; it cannot be asked for a song.\n"


def test_a_song_is_chosen_by_its_title_and_artists(chartlake):
    whole = answers(chartlake, "longest-runs", "--song", "Song 7 · Artist 7")
    assert whole == answers(chartlake, "longest-runs", "--song", "song 7")
    assert answers(chartlake, "longest-runs", "--song", "song", "--artist", "artist 7") == whole


def test_a_playlist_has_no_market(tmp_path, monkeypatch, capsys):
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, {playlist_name(0): playlist_body(0), chart_name(0, "de"): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(tmp_path / "mirror.duckdb"))
    assert run_command("ask", "this-week", "--market", "global") == 1
    message = capsys.readouterr().err
    assert message.startswith("The mirror has no chart of the market 'global'. It has charts of de")
    assert f"Without a market, and found by --chart: Made up ({PLAYLIST})." in message


SPREAD = Question(
    "spread",
    "Across markets",
    "Market of a song.",
    """
    select recording_key, song_name, market, count(*) as weeks, max(period_end) as period_end
    from movements inner join charts using (chart_id)
    where
        list_contains(
            coalesce(getvariable('recordings')::varchar[], [recording_key]), recording_key
        )
        and list_contains(coalesce(getvariable('markets')::varchar[], [market]), market)
    group by all order by all
    """,
    {"recordings": "", "markets": ""},
)


def test_rows_about_all_charts_are_one_table_with_the_names_of_markets(mirror, capsys):
    console = Console(width=200)
    print_answer(answer(mirror, SPREAD, Choice(song="song 7")), 20, console)
    output = capsys.readouterr().out
    assert output.startswith("Market of a song.\n")
    assert output.count("Song 7") == 2
    assert "Germany" in output and "Global" in output and "recording key" not in output
    assert "The mirror has 2 charts, 2026-01-01 to 2026-02-05; 1 week missing" in output


def test_rows_about_all_charts_are_limited_by_market_song_and_artist(mirror):
    in_germany = answer(mirror, SPREAD, Choice(song="song 7", market="de"))
    assert [row[1:3] for row in in_germany.rows.rows] == [("Song 7", "de")]
    assert len(in_germany.charts) == len(in_germany.histories) == 2
    found = answer(mirror, SPREAD, Choice(artist="artist 7")).rows
    assert [row[1:3] for row in found.rows] == [("Song 7", "de"), ("Song 7", "global")]
    with pytest.raises(InvalidInput, match="about all charts together; it cannot be asked for a c"):
        answer(mirror, SPREAD, Choice(chart="-de-"))
