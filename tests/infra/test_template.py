"""The CloudFormation template: clean, small enough, and with the columns of the marts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from dotenv import dotenv_values

from etl.lake.layout import TABLES, Partition, table_keys
from etl.mirror.schema import mart_columns
from tests.support.commands import run_command
from tests.support.templates import PATH, Template, document

# What CloudFormation takes in a request, without a bucket for the template.
MOST_BYTES = 51_200
TYPES = {
    "VARCHAR": "string",
    "VARCHAR[]": "array<string>",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}


def tables(**parameters):
    """The three tables by name."""
    found = Template.filled(**parameters).of_type("AWS::Glue::Table").values()
    return {table["TableInput"]["Name"]: table["TableInput"] for table in found}


def columns(table):
    return [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]]


def test_the_command_prints_the_template(capsys):
    assert run_command("aws", "template") == 0
    assert capsys.readouterr().out == PATH.read_text(encoding="utf-8")


def test_the_template_fits_into_a_request():
    assert PATH.stat().st_size <= MOST_BYTES


@pytest.mark.slow
def test_the_template_is_clean():
    command = [str(Path(sys.executable).with_name("cfn-lint")), str(PATH)]
    completed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stdout


@pytest.mark.parametrize("table", TABLES)
def test_tables_have_the_columns_of_the_marts(table):
    expected = [(name, TYPES[kind]) for name, kind in mart_columns()[table]]
    assert columns(tables()[f"{table.removesuffix('s')}_data"]) == expected


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_table_in_csv_is_text(table):
    expected = [(name, "string") for name, _ in mart_columns()[table]]
    assert columns(tables(Format="csv")[f"{table.removesuffix('s')}_data"]) == expected


def test_tables_are_where_the_lake_writes_them():
    locations = {one["StorageDescriptor"]["Location"] for one in tables(Prefix="charts/").values()}
    keys = table_keys(Partition("a", "2026-01"), "parquet").values()
    folder = "/snapshot_month=2026-01/a.parquet"
    assert locations == {f"s3://music/charts/{key.removesuffix(folder)}/" for key in keys}


def test_the_output_is_a_dot_env(tmp_path):
    path = tmp_path / ".env"
    path.write_text(Template.filled(Prefix="charts/").outputs["DotEnv"], encoding="utf-8")
    found = dotenv_values(path)
    assert found["CHARTLAKE_LAKE"] == "s3://music/charts/"
    assert found["CHARTLAKE_ATHENA_DATABASE"] == "chartlake"
    assert found["CHARTLAKE_GLUE_CRAWLER"] == ""


def test_the_crawler_is_an_option():
    assert not Template.filled().of_type("AWS::Glue::Crawler")
    (crawler,) = Template.filled(Crawler="yes").of_type("AWS::Glue::Crawler").values()
    assert "Classifiers" not in crawler
    (crawler,) = Template.filled(Crawler="yes", Format="csv").of_type("AWS::Glue::Crawler").values()
    assert crawler["Classifiers"] == ["CsvClassifier"]


def test_a_bucket_that_exists_is_left_as_it_is():
    with_bucket = Template.filled().resources.keys()
    assert with_bucket - Template.filled(NewBucket="no").resources.keys() == {
        "Bucket",
        "BucketPolicy",
    }


def test_the_bucket_and_the_policy_that_protects_it_outlive_the_stack():
    of_bucket = {
        name: one
        for name, one in document()["Resources"].items()
        if one["Type"].startswith("AWS::S3::")
    }
    assert of_bucket.keys() == {"Bucket", "BucketPolicy"}
    for one in of_bucket.values():
        assert one["DeletionPolicy"] == one["UpdateReplacePolicy"] == "Retain"


def test_every_parameter_is_documented_with_its_default():
    text = (PATH.parents[1] / "docs/aws.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `([A-Z]\w+)` \| (?:`([^`]*)`)? ?\|", text, re.M))
    declared = document()["Parameters"].items()
    assert documented == {name: str(one.get("Default", "")) for name, one in declared}
