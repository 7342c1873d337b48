"""The command line as a user has it: a program of its own, in an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import made_up
from tests.support.small_lakes import chart_body, chart_name, listing_body

TIMEOUT = 60


@pytest.fixture
def chartlake(tmp_path, monkeypatch):
    """Run the command with arguments; gives its exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **environment):
        ended = subprocess.run(
            [sys.executable, "-m", "etl", *map(str, arguments)],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert "Traceback" not in ended.stderr
        return ended.returncode, ended.stdout, ended.stderr

    return run


@pytest.fixture
def chart_file(tmp_path: Path) -> Path:
    path = tmp_path / "downloads" / chart_name(0)
    path.parent.mkdir()
    path.write_bytes(chart_body(0))
    return path


def test_a_chart_file_goes_all_the_way_to_an_answer(chartlake, chart_file):
    assert chartlake("land", chart_file) == (0, f"landed {chart_name(0)}\n", "")
    assert chartlake("process") == (0, "published 1 snapshot\n", "")
    mirrored = "mirror.duckdb holds 1 snapshot; 1 partition copied\n"
    assert chartlake("mirror") == (0, mirrored, "")
    question = "select position, song_name from songs order by position limit 2"
    answer = "position,song_name\n1,Song 1\n2,Song 2\n"
    assert chartlake("query", question, "--format", "csv") == (0, answer, "")
    _, printed, _ = chartlake("query", question, "--format", "json")
    assert json.loads(printed)[1] == {"position": 2, "song_name": "Song 2"}
    assert "Song 2" in chartlake("query", question)[1]
    assert chartlake("rebuild") == (0, "rebuilt from 1 raw file\n", "")


def test_the_status_as_json_is_what_programs_may_rely_on(chartlake, chart_file):
    later = chart_file.with_name(chart_name(2))
    later.write_bytes(chart_body(2))
    chartlake("land", chart_file, later)
    chartlake("process")
    chartlake("land", chart_file.with_name(chart_name(2)))
    known = chartlake("land", chart_file)[1].splitlines()
    assert known[0] == f"landed {chart_name(0)} (known: published already)"
    assert known[1] == "regional-xx-weekly still lacks 1 period: 2026-01-08"
    status, printed, _ = chartlake("status", "--json")
    assert (status, json.loads(printed)) == (
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
    _, shown, _ = chartlake("status")
    assert "regional-xx-weekly" in shown and "2026-01-08" in shown
    assert "pending 2" in shown


def test_an_empty_lake_has_a_status_too(chartlake):
    status, shown, _ = chartlake("status")
    assert status == 0 and "No chart is published yet." in shown


def test_a_folder_is_landed_file_by_file(chartlake, chart_file):
    chart_file.with_name(chart_name(1)).write_bytes(chart_body(1))
    chart_file.with_name(".DS_Store").write_bytes(b"hidden")
    _, printed, _ = chartlake("land", chart_file.parent)
    assert printed.splitlines() == [f"landed {chart_name(0)}", f"landed {chart_name(1)}"]


def test_what_a_file_cannot_say_is_stated(chartlake, tmp_path):
    page = made_up.page(made_up.songs(1, 2), href=None)
    (tmp_path / "tracks.json").write_bytes(json.dumps(page).encode())
    given = ("--chart", "my.chart", "--at", "2026-01-02T03:04:05+01:00")
    _, printed, _ = chartlake("land", "tracks.json", *given)
    assert printed == "landed spotify_raw_my.chart_20260102T020405Z.json\n"
    assert chartlake("process")[1] == "published 1 snapshot\n"


def test_a_file_that_is_none_stops_no_other(chartlake, chart_file, tmp_path):
    (tmp_path / "nothing.json").write_text("{")
    assert chartlake("land", chart_file, "nothing.json", "missing.csv")[0] == 1
    status, printed, warning = chartlake("process")
    assert (status, printed) == (0, "published 1 snapshot\n")
    assert warning.startswith("quarantined: nothing.json breaks the rule “")
    assert len(warning.splitlines()) == 1


def test_a_missing_file_is_named(chartlake):
    sentence = "missing.csv cannot be read: No such file or directory. It was not landed.\n"
    assert chartlake("land", "missing.csv") == (1, "", sentence)


@pytest.mark.parametrize(
    "arguments",
    [
        ("land",),
        ("land", "x.csv", "--chart", "a/b"),
        ("land", "x.csv", "--at", "yesterday"),
        ("query",),
        ("query", "select 1", "--format", "xml"),
        ("demo", "--weeks", "1"),
        ("no-such-command",),
    ],
)
def test_wrong_usage_has_its_own_exit_status(chartlake, arguments):
    status, printed, complaint = chartlake(*arguments)
    assert (status, printed) == (2, "")
    assert "Usage: " in complaint


def test_a_question_that_is_none_is_answered_in_duckdbs_words(chartlake, chart_file):
    chartlake("mirror")
    status, printed, complaint = chartlake("query", "select nope from songs")
    assert (status, printed) == (1, "")
    assert complaint.startswith("The mirror cannot run the query: Binder Error:")


def test_a_question_cannot_change_the_mirror(chartlake):
    chartlake("mirror")
    assert chartlake("query", "delete from songs")[0] == 1


def test_a_question_without_a_mirror_says_how_to_make_one(chartlake):
    sentence = "There is no mirror at mirror.duckdb yet. Run `chartlake mirror` to create it.\n"
    assert chartlake("query", "select 1") == (1, "", sentence)


def test_all_unusable_settings_are_named_at_once(chartlake):
    given = {"CHARTLAKE_FORMAT": "orc", "CHARTLAKE_LAKE": "gs://bucket"}
    status, _, complaint = chartlake("process", **given)
    assert status == 1
    assert complaint.splitlines() == [
        "Nothing was done. Correct these settings, in the environment or in .env:",
        "  CHARTLAKE_FORMAT: Input should be 'parquet' or 'csv'",
        "  CHARTLAKE_LAKE: must be a directory or s3://bucket[/prefix]",
    ]


def test_settings_come_from_a_dotenv_file_too(chartlake, chart_file, tmp_path):
    (tmp_path / ".env").write_text("CHARTLAKE_LAKE=elsewhere\n")
    chartlake("land", chart_file)
    assert (tmp_path / "elsewhere/raw_data/to_be_processed" / chart_name(0)).is_file()


def test_a_crawl_without_a_crawler_is_skipped_in_one_line(chartlake):
    assert chartlake("crawl") == (0, "no crawler is set (CHARTLAKE_GLUE_CRAWLER); skipped\n", "")


def test_a_lake_in_s3_is_asked_as_its_settings_say(chartlake, chart_file, seaweed):
    environment = seaweed.environ | {"CHARTLAKE_LAKE": f"s3://{seaweed.new_bucket()}/lake"}
    assert chartlake("land", chart_file, **environment)[0] == 0
    assert chartlake("process", **environment) == (0, "published 1 snapshot\n", "")
    status, _, complaint = chartlake("status", **environment | {"CHARTLAKE_LAKE": "s3://not-there"})
    assert status == 1 and "Check that the bucket in CHARTLAKE_LAKE exists" in complaint


def test_a_question_is_answered_without_loading_what_it_does_not_need(tmp_path):
    script = (
        "import sys; import etl.cli;"
        "sys.exit(str({'boto3', 'duckdb', 'spotipy', 'prefect', 'pandas'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert ended.stderr.strip() == b"set()"


def test_an_envelope_of_ours_says_itself_what_it_is(chartlake, tmp_path):
    (tmp_path / "ours.json").write_bytes(listing_body(0))
    status, _, complaint = chartlake("land", "ours.json", "--chart", "other")
    assert status == 1 and "land it without --chart and --at" in complaint


def test_an_unknown_error_has_no_traceback_but_shows_the_way_to_one(chartlake, tmp_path):
    (tmp_path / "mirror.duckdb").mkdir()
    status, _, complaint = chartlake("mirror")
    assert status == 1 and complaint


def test_athena_is_asked_where_it_is_named(chartlake):
    status, _, complaint = chartlake("query", "select 1", "--on", "athena")
    assert (status, complaint.count("\n")) == (1, 1)
    assert "CHARTLAKE_ATHENA_DATABASE" in complaint
    assert chartlake("query", "select 1", "--on", "trino")[0] == 2


def test_without_a_server_deploy_says_how_to_start_one(chartlake):
    status, _, complaint = chartlake("deploy", PREFECT_HOME="prefect")
    assert (status, complaint.count("\n")) == (1, 1)
    assert "prefect server start" in complaint
