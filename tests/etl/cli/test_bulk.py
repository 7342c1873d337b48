"""Bulk tables on the command line."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from etl.cli import app

HEADER = "date,region,rank,uri,artist,title,days_on_chart,streams"


@pytest.fixture
def chartlake(tmp_path, monkeypatch):
    """Runs the command in an empty folder; returns its exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        completed = CliRunner().invoke(app, list(map(str, arguments)))
        return completed.exit_code, completed.stdout, completed.stderr

    return run


def row(market: str, rank: int, day: str = "2026-01-01") -> str:
    """A row of a table."""
    return f"{day},{market},{rank},spotify:track:song{rank},Artist,Song,1,5"


def test_what_became_of_a_tables_rows_is_printed(chartlake, tmp_path):
    rows = [row("us", 1), row("us", 1), row("de", 1), row("Narnia", 1), row("de", 2, "")]
    (tmp_path / "table.csv").write_text("\n".join([HEADER, *rows, ""]))
    status, output, _ = chartlake("land", "table.csv")
    assert (status, output.splitlines()) == (
        0,
        [
            "landed table.csv: 2 rows of 2 charts as 2 raw files",
            "left out 1 row that stood there twice",
            "set aside 1 row: no known market or chart (line 5)",
            "set aside 1 row: no date (line 6)",
        ],
    )
    assert chartlake("process")[:2] == (0, "published 2 snapshots\n")


def test_a_table_of_which_no_row_lands_is_a_failure(chartlake, tmp_path):
    (tmp_path / "table.csv").write_text(f"{HEADER}\n{row('Narnia', 1)}\n")
    status, _, errors = chartlake("land", "table.csv")
    assert (status, errors) == (1, "table.csv: no row could be landed\n")


CHART = "rank,uri,artist_names,track_name,streams"


@pytest.mark.parametrize("streams", [5, 6])
def test_status_names_days_for_which_a_table_contradicts_a_chart_file(chartlake, tmp_path, streams):
    (tmp_path / "table.csv").write_text(f"{HEADER}\n{row('us', 1)}\n{row('us', 2)}\n")
    name = "regional-us-daily-2026-01-01.csv"
    (tmp_path / name).write_text(f"{CHART}\n1,spotify:track:song1,Artist,Song,{streams}\n")
    chartlake("land", "table.csv", name)
    chartlake("process")
    sentence = (
        "regional-us-daily, 2026-01-01: a bulk table differs from the chart file at 1 position"
    )
    assert (sentence in chartlake("status")[1]) == (streams != 5)
