"""Bulk tables on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.errors import NotPermitted
from etl.lake.layout import PROCESSED
from tests.support.refusals import refuse

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


ONE_CHART = "Week,Rank,Link,Artist,Track,Streams"


def week(day: str, rank: int) -> str:
    """A row of a table of one chart."""
    return f"{day},{rank},https://open.spotify.com/track/song{rank},Artist,Song,5"


def test_a_table_of_one_chart_lands_under_the_chart_that_is_given(chartlake, tmp_path):
    rows = [week(day, rank) for day in ("2026-01-01", "2026-01-08") for rank in (1, 2)]
    (tmp_path / "table.csv").write_text("\n".join([ONE_CHART, *rows, ""]))
    status, output, _ = chartlake("land", "table.csv", "--chart", "regional-global-weekly")
    assert (status, output) == (0, "landed table.csv: 4 rows of 1 chart as 1 raw file\n")
    assert chartlake("process")[:2] == (0, "published 2 snapshots\n")
    assert "regional-global-weekly" in chartlake("status", "--json")[1]


def test_rows_of_other_charts_than_the_given_one_are_set_aside(chartlake, tmp_path):
    (tmp_path / "table.csv").write_text(f"{HEADER}\n{row('us', 1)}\n{row('de', 1)}\n")
    output = chartlake("land", "table.csv", "--chart", "regional-us-daily")[1]
    assert output.splitlines() == [
        "landed table.csv: 1 row of 1 chart as 1 raw file",
        "set aside 1 row: it is of another market or chart (line 3)",
    ]


CHARTS = {
    "regional-us-daily": (
        "rank,uri,artist_names,track_name,days_on_chart,streams",
        "1,spotify:track:{entry},Artist,Song,1,{count}",
    ),
    "album-us-daily": (
        "rank,uri,artist_names,album_name,days_on_chart",
        "1,spotify:album:{entry},Artist,Album,1",
    ),
    "artist-us-daily": ("rank,uri,artist_names,days_on_chart", "1,spotify:artist:{entry},Artist,1"),
    # Without addresses, the names tell.
    "artist-de-daily": ("rank,artist_names,uri,days_on_chart", "1,{entry},,1"),
}
SHOWN = {
    "regional-us-daily": "Top Songs · United States · daily",
    "album-us-daily": "Top Albums · United States · daily",
    "artist-us-daily": "Top Artists · United States · daily",
    "artist-de-daily": "Top Artists · Germany · daily",
}


def test_a_table_whose_header_is_no_text_is_quarantined_as_that(chartlake, tmp_path):
    table = "\n".join([f"{HEADER},año", f"{row('us', 1)},5", ""])
    (tmp_path / "table.csv").write_bytes(table.encode("latin-1"))
    assert chartlake("land", "table.csv")[:2] == (0, "landed table.csv\n")
    status, _, errors = chartlake("process")
    assert (status, "the file is text in UTF-8" in errors) == (1, True)


def test_the_folder_that_names_the_chart_may_be_the_current_one(chartlake, tmp_path, monkeypatch):
    (tmp_path / "artist-kr-weekly").mkdir()
    monkeypatch.chdir(tmp_path / "artist-kr-weekly")
    Path("table.csv").write_text("week,rank,artist\n2026-01-01,1,Ann\n")
    _, output, _ = chartlake("land", "table.csv")
    assert output == "landed table.csv: 1 row of 1 chart as 1 raw file\n"


def test_charts_are_listed_by_their_names(chartlake, tmp_path):
    (tmp_path / "table.csv").write_text("\n".join([HEADER, row("il", 1), row("in", 1), ""]))
    chartlake("land", "table.csv"), chartlake("process")
    shown = [line.split("  ")[0].strip() for line in chartlake("status")[1].splitlines()]
    assert [name for name in shown if name.startswith("Top Songs")] == [
        "Top Songs · India · daily",
        "Top Songs · Israel · daily",
    ]


@pytest.fixture
def contradictions(chartlake, tmp_path):
    """The lines of `status` where a chart file has one entry, and a table another or the same."""

    def lines_for(chart_id: str, of_file: dict[str, object], of_table: dict[str, object]):
        header, row = CHARTS[chart_id]
        market = chart_id.split("-")[1]
        name = f"{chart_id}-2026-01-01.csv"
        (tmp_path / name).write_text(f"{header}\n{row.format(**of_file)}\n")
        (tmp_path / "table.csv").write_text(
            f"date,region,{header}\n2026-01-01,{market},{row.format(**of_table)}\n"
        )
        assert chartlake("land", "table.csv", name)[0] == 0
        assert chartlake("process")[:2] == (0, "published 1 snapshot\n")
        return [line for line in chartlake("status")[1].splitlines() if "bulk table" in line]

    return lines_for


@pytest.mark.parametrize("chart_id", CHARTS)
@pytest.mark.parametrize("entry", ["a", "b"])
def test_status_names_days_for_which_a_table_has_another_entry(contradictions, chart_id, entry):
    found = contradictions(chart_id, {"entry": "a", "count": 5}, {"entry": entry, "count": 5})
    differs = f"{SHOWN[chart_id]}, 2026-01-01: a bulk table differs from the chart file"
    assert found == ([] if entry == "a" else [f"{differs} at 1 position"])


def test_status_names_days_for_which_a_table_has_another_count(contradictions):
    (line,) = contradictions(
        "regional-us-daily", {"entry": "a", "count": 5}, {"entry": "a", "count": 6}
    )
    assert line.endswith("a bulk table differs from the chart file at 1 position")


def test_status_says_where_it_may_not_read_what_it_would_compare(
    contradictions, chartlake, monkeypatch
):
    contradictions("regional-us-daily", {"entry": "a", "count": 5}, {"entry": "a", "count": 6})
    error = NotPermitted("S3 refused to read it.", service="S3")
    refuse(monkeypatch, "read", error, lambda key: key.startswith(PROCESSED))
    status, shown, warned = chartlake("status")
    assert (status, "published 1" in shown, "bulk table" in shown) == (0, True, False)
    assert "Bulk tables were not compared with chart files: S3 refused to read it." in warned
