"""What each command imports: large packages only where it needs them."""

from __future__ import annotations

import json
import subprocess
import sys

import duckdb
import pytest

from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.small_lakes import chart_body, chart_name, put_pending

pytestmark = pytest.mark.slow

# What takes longer to import than most commands take to run.
LARGE = {
    "babel",
    "boto3",
    "duckdb",
    "numpy",
    "pandas",
    "prefect",
    "pycountry",
    "pyspark",
    "requests",
    "spotipy",
    "sqlglot",
    "vl_convert",
}
COUNTRIES = {"babel", "pycountry"}
# The command line, which then writes what was imported to stderr.
SCRIPT = f"""
import json, sys
from etl.cli import main
try:
    main()
finally:
    print(json.dumps(sorted({LARGE} & set(sys.modules))), file=sys.stderr)
"""
# DuckDB 1.5 looks for pandas, where it is installed, as soon as a query has a parameter.
IMPORTED_BY_DUCKDB = {"numpy", "pandas"} if duckdb.__version__.startswith("1.") else set()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a lake and its mirror, where the settings expect them by default."""
    folder = tmp_path_factory.mktemp("start-up")
    (folder / chart_name(1)).write_bytes(chart_body(1))
    lake = open_lake(str(folder / "lake"))
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, folder / "mirror.duckdb")
    return folder


def imported(folder, *arguments: str, expected_status: int = 0) -> set[str]:
    """The large packages that a command imports."""
    command = [sys.executable, "-c", SCRIPT, *arguments]
    completed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert completed.returncode == expected_status, completed.stderr
    return set(json.loads(completed.stderr.splitlines()[-1])) - IMPORTED_BY_DUCKDB


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("demo", "--help"), ("query", "--help"), ("aws", "template")],
    ids=" ".join,
)
def test_help_and_the_template_import_no_large_package(folder, arguments):
    assert imported(folder, *arguments) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "select 1"),
        ("query", "from movements", "--format", "csv"),
        ("query", "from gaps", "--format", "json"),
        ("ask",),
        ("ask", "this-week"),
        ("ask", "churn", "--format", "csv"),
        ("status", "--json"),
        ("verify",),
        ("land", chart_name(1)),
        ("process",),
    ],
    ids=" ".join,
)
def test_a_command_on_a_directory_lake_imports_duckdb_alone(folder, arguments):
    assert imported(folder, *arguments) == {"duckdb"}


@pytest.mark.parametrize("arguments", [("status",), ("mirror",)], ids=" ".join)
def test_a_command_that_names_charts_imports_the_names_of_countries(folder, arguments):
    assert imported(folder, *arguments) <= {"duckdb", *COUNTRIES}


def test_the_report_imports_what_draws_its_figures(folder):
    assert imported(folder, "report") == {"duckdb", "vl_convert"}


def test_the_aws_client_is_imported_for_a_lake_in_s3(folder, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_LAKE", "s3://bucket/prefix")
    assert imported(folder, "query", "select 1") == {"duckdb"}
    # Nothing listens there: the command fails after the import.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert imported(folder, "status", expected_status=1) == {"boto3", "duckdb"}
