"""Which chart a table is about where none is chosen."""

from __future__ import annotations

import pytest

from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.commands import run_command
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    playlist_body,
    playlist_name,
    put_pending,
)


@pytest.fixture
def asked(tmp_path, monkeypatch, capsys):
    """Returns what `chartlake ask` prints about a mirror of these raw files."""

    def run(files: dict[str, bytes], *arguments: str) -> str:
        lake = open_lake(str(tmp_path / "lake"))
        put_pending(lake, files)
        process_pending(lake, "parquet")
        refresh(lake, tmp_path / "mirror.duckdb")
        monkeypatch.setenv("CHARTLAKE_MIRROR", str(tmp_path / "mirror.duckdb"))
        assert run_command("ask", *arguments) == 0
        return str(capsys.readouterr().out)

    return run


def playlists(weeks: int) -> dict[str, bytes]:
    """A playlist with a longer history than the chart files have, which makes it the first."""
    return {playlist_name(week): playlist_body(week) for week in range(weeks)}


def test_a_question_that_the_first_chart_cannot_answer_is_answered_for_the_next(asked):
    files = {
        chart_name(week, region): chart_body(week) for week in (0, 1) for region in ("de", "yy")
    }
    output = asked(playlists(4) | files, "thresholds")
    assert output.startswith("Top Songs · Germany · weekly\n")
    assert "2026-01-08" in output and "2026-01-22" not in output
    assert (
        "Nothing in the history of Made up fits the question: it has no streams. This is the first"
        " chart with an answer.\nHistory: 2026-01-01 to 2026-01-08, 2 weeks.\n"
        "The mirror has 2 more charts;"
    ) in output


def test_a_question_that_the_first_chart_can_answer_stays_with_it(asked):
    output = asked(playlists(2) | {chart_name(0, "de"): chart_body(0)}, "this-week")
    assert output.startswith("Made up\n")
    assert "Nothing" not in output


@pytest.mark.parametrize("arguments", [("--chart", "made up"), ()])
def test_a_chart_without_streams_says_so_where_streams_are_asked_for(asked, arguments):
    output = asked(playlists(2), "chart-totals", *arguments)
    assert output.splitlines()[:2] == [
        "Made up",
        "Nothing in the history of this chart fits the question: it has no streams.",
    ]
    assert "no streams" not in asked({}, "comebacks")


def test_a_time_that_history_lacks_is_no_lack_of_streams(asked):
    output = asked({chart_name(0): chart_body(0)}, "chart-totals", "--until", "2025")
    assert "\nNothing in the history of this chart fits the question.\n" in output
