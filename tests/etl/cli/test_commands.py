"""The command line as users run it, in an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from etl.database import models
from tests.support.commands import run_command
from tests.support.made_up import chart_file as made_up_chart_file
from tests.support.made_up import chart_row
from tests.support.small_lakes import chart_body, chart_name

TIMEOUT = 60


@pytest.fixture
def chartlake(tmp_path, monkeypatch, capsys):
    """Runs the command with arguments; returns its exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **environment):
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            status = run_command(*map(str, arguments))
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def chartlake_process(tmp_path, monkeypatch):
    """Runs the command in a process of its own; returns its exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **environment):
        completed = subprocess.run(
            [sys.executable, "-m", "etl", *map(str, arguments)],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert "Traceback" not in completed.stderr
        return completed.returncode, completed.stdout, completed.stderr

    return run


@pytest.fixture
def chart_file(tmp_path: Path) -> Path:
    path = tmp_path / "downloads" / chart_name(0)
    path.parent.mkdir()
    path.write_bytes(chart_body(0))
    return path


@pytest.mark.slow
def test_a_chart_file_can_be_landed_processed_mirrored_and_queried(chartlake_process, chart_file):
    assert chartlake_process("land", chart_file) == (0, f"landed {chart_name(0)}\n", "")
    assert chartlake_process("process") == (0, "published 1 snapshot\n", "")
    output = "mirror.duckdb holds 1 snapshot; 1 partition copied\n"
    assert chartlake_process("mirror") == (0, output, "")
    sql = "select position, song_name from songs order by position limit 2"
    output = "position,song_name\n1,Song 1\n2,Song 2\n"
    assert chartlake_process("query", sql, "--format", "csv") == (0, output, "")
    _, output, _ = chartlake_process("query", sql, "--format", "json")
    assert json.loads(output)[1] == {"position": 2, "song_name": "Song 2"}
    assert "Song 2" in chartlake_process("query", sql)[1]
    assert chartlake_process("rebuild") == (0, "rebuilt from 1 raw file\n", "")


@pytest.mark.slow
def test_the_status_as_json_has_documented_fields(chartlake, chart_file):
    later = chart_file.with_name(chart_name(2))
    later.write_bytes(chart_body(2))
    chartlake("land", chart_file, later)
    chartlake("process")
    chartlake("land", chart_file.with_name(chart_name(2)))
    lines = chartlake("land", chart_file)[1].splitlines()
    assert lines[0] == f"landed {chart_name(0)} (known: published already)"
    assert lines[1] == "Top Songs · xx · weekly still lacks 1 period: 2026-01-08"
    status, output, _ = chartlake("status", "--json")
    assert (status, json.loads(output)) == (
        0,
        {
            "charts": [
                {
                    "chart_id": "regional-xx-weekly",
                    "snapshots": 2,
                    "first": "2026-01-01",
                    "last": "2026-01-15",
                    "gaps": ["2026-01-08"],
                }
            ],
            "published": 2,
            "pending": 2,
            "quarantined": 0,
            "mirror": {"snapshots": 0, "behind": 2},
        },
    )
    _, output, _ = chartlake("status")
    assert "Top Songs · xx · weekly" in output and "2026-01-08" in output
    assert "pending 2" in output


def test_the_status_tells_how_many_artist_credits_are_resolved(chartlake, tmp_path):
    credits = ("Ann", "Bob", "Ann, Bob", "Tyler, The Creator")
    rows = [chart_row(rank, rank, artist_names=name) for rank, name in enumerate(credits, 1)]
    (tmp_path / chart_name(0)).write_bytes(made_up_chart_file(rows))
    for command in (("land", chart_name(0)), ("process",), ("mirror",)):
        assert chartlake(*command)[0] == 0
    assert "credits 75.0 % resolved\n" in chartlake("status")[1]
    with duckdb.connect("mirror.duckdb") as older:
        older.execute("drop view entry_artists")
        older.execute("drop table credits")
    assert "credits" not in chartlake("status")[1]


def test_the_status_of_an_empty_lake(chartlake):
    status, output, _ = chartlake("status")
    assert status == 0 and "No chart is published yet." in output


def test_bad_files_do_not_stop_the_others(chartlake, chart_file, tmp_path):
    (tmp_path / "nothing.json").write_text("{")
    assert chartlake("land", chart_file, "nothing.json", "missing.csv")[0] == 1
    status, output, warning = chartlake("process")
    assert (status, output) == (1, "published 1 snapshot\n")
    assert warning.startswith("quarantined: nothing.json breaks the rule “")
    assert len(warning.splitlines()) == 1


def test_the_error_names_a_missing_file(chartlake):
    message = "missing.csv cannot be read: No such file or directory. It was not landed.\n"
    assert chartlake("land", "missing.csv") == (1, "", message)


@pytest.mark.parametrize(
    "arguments",
    [
        ("land",),
        ("land", "x.csv", "--chart", "a/b"),
        ("land", "x.csv", "--at", "yesterday"),
        ("land", "x.csv", "--at", "0001-01-01T00:00:00+14:00"),
        ("purge", "--older-than", "99999999", "--yes"),
        ("report", "--out", "."),
        ("report", "--out", ""),
        ("query",),
        ("query", "select 1", "--format", "xml"),
        ("demo", "--weeks", "1"),
        ("no-such-command",),
    ],
)
def test_wrong_usage_exits_with_status_2(chartlake, arguments):
    status, output, error = chartlake(*arguments)
    assert (status, output) == (2, "")
    assert "Usage: " in error


def test_an_invalid_query_prints_the_error_of_duckdb(chartlake, chart_file):
    chartlake("mirror")
    status, output, error = chartlake("query", "select nope from songs")
    assert (status, output) == (1, "")
    assert error.startswith("The mirror cannot run the query: Binder Error:")


def test_a_query_cannot_change_the_mirror(chartlake):
    chartlake("mirror")
    assert chartlake("query", "delete from songs")[0] == 1


def test_a_query_without_a_mirror_says_how_to_create_one(chartlake):
    message = "There is no mirror at mirror.duckdb yet. Run `chartlake mirror` to create it.\n"
    assert chartlake("query", "select 1") == (1, "", message)


def test_the_error_lists_all_invalid_settings(chartlake):
    environment = {"CHARTLAKE_FORMAT": "orc", "CHARTLAKE_LAKE": "gs://bucket"}
    status, _, error = chartlake("process", **environment)
    assert status == 1
    assert error.splitlines() == [
        "Nothing was done. Correct these settings, in the environment or in .env:",
        "  CHARTLAKE_FORMAT: Input should be 'parquet' or 'csv'",
        "  CHARTLAKE_LAKE: must be a directory or s3://bucket[/prefix]",
    ]


def test_settings_can_come_from_a_dotenv_file(chartlake, chart_file, tmp_path):
    (tmp_path / ".env").write_text("CHARTLAKE_LAKE=elsewhere\n")
    chartlake("land", chart_file)
    assert (tmp_path / "elsewhere/raw_data/to_be_processed" / chart_name(0)).is_file()


def test_a_crawl_without_a_crawler_is_skipped(chartlake):
    assert chartlake("crawl") == (0, "no crawler is set (CHARTLAKE_GLUE_CRAWLER); skipped\n", "")


def test_the_lake_can_be_in_s3(chartlake, chart_file, seaweed):
    environment = seaweed.environ | {"CHARTLAKE_LAKE": f"s3://{seaweed.new_bucket()}/lake"}
    assert chartlake("land", chart_file, **environment)[0] == 0
    assert chartlake("process", **environment) == (0, "published 1 snapshot\n", "")
    status, _, error = chartlake("status", **environment | {"CHARTLAKE_LAKE": "s3://not-there"})
    assert status == 1 and "Check that the bucket in CHARTLAKE_LAKE exists" in error


def test_an_unexpected_error_has_no_traceback(chartlake, tmp_path):
    (tmp_path / "mirror.duckdb").mkdir()
    status, _, error = chartlake("mirror")
    assert status == 1 and error


def test_a_query_in_athena_needs_a_database(chartlake):
    status, _, error = chartlake("query", "select 1", "--on", "athena")
    assert (status, error.count("\n")) == (1, 1)
    assert "CHARTLAKE_ATHENA_DATABASE" in error
    assert chartlake("query", "select 1", "--on", "trino")[0] == 2


@pytest.mark.slow
def test_deploy_without_a_server_says_how_to_start_one(chartlake_process):
    status, _, error = chartlake_process("deploy", PREFECT_HOME="prefect")
    assert (status, error.count("\n")) == (1, 1)
    assert "prefect server start" in error


@pytest.mark.parametrize(
    ("layer", "model", "source"),
    [
        ("staging", "chart_entries", "chart_lines"),
        ("marts", "songs", "chart_entries"),
        ("checks", "songs", "songs"),
    ],
)
def test_a_mistake_in_our_own_sql_leaves_everything_pending(
    chartlake, chart_file, tmp_path, monkeypatch, layer, model, source
):
    chartlake("land", chart_file)
    with monkeypatch.context() as patch:
        patch.setitem(models(layer), model, f"select no_such_column from {source}")
        status, _, error = chartlake("process")
    assert status == 1
    assert "Unexpected error" in error and "still pending" in error
    assert not (tmp_path / "lake/raw_data/quarantine").exists()
    assert chartlake("process") == (0, "published 1 snapshot\n", "")
