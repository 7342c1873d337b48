"""The tables in Glue are compared with the lake, with tables as the template describes them."""

from __future__ import annotations

import pytest

from etl.aws.catalog import Catalog
from etl.errors import AccessDenied
from etl.lake import open_lake
from etl.pipeline import catalog
from etl.settings import load_settings
from tests.support.aws_stack import create_stack
from tests.support.commands import run_command
from tests.support.templates import Template

DATABASE = "chartlake"
SONGS = "song_data"


@pytest.fixture(scope="module")
def stack(aws_server):
    """Tables as the template describes them, and a lake with two months."""
    aws_server.forget()
    create_stack(aws_server, Template.filled())
    aws_server.put("manifests/a/2026-01.json", "manifests/a/2026-02.json")
    return aws_server


@pytest.fixture
def settings(stack, monkeypatch):
    """Settings that name the tables and the lake; the tables are put in order at the end."""
    for name, value in stack.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHARTLAKE_LAKE", "s3://music")
    monkeypatch.setenv("CHARTLAKE_ATHENA_DATABASE", DATABASE)
    yield load_settings()
    put_tables(stack, Template.filled())


def put_tables(stack, template, edit=lambda table: None):
    """Describe the tables as the template does; `edit` changes the table of songs."""
    with stack.client("glue") as glue:
        for one in template.of_type("AWS::Glue::Table").values():
            table = one["TableInput"]
            if table["Name"] == SONGS:
                edit(table)
            glue.update_table(DatabaseName=DATABASE, TableInput=table)


def differences(settings):
    return catalog.catalog_differences(settings, open_lake(settings.lake))


def columns(table):
    return table["StorageDescriptor"]["Columns"]


def test_the_tables_of_the_template_are_those_of_the_lake(settings):
    assert differences(settings) == []
    lines = catalog.catalog_lines(settings, open_lake(settings.lake))
    assert lines == ["the tables in chartlake are those of the lake"]


def test_tables_for_csv_are_those_of_a_lake_in_csv_alone(stack, settings, monkeypatch):
    put_tables(stack, Template.filled(Format="csv"))
    found, *_ = differences(settings)
    assert found == (
        "song_data is read as csv, but CHARTLAKE_FORMAT is parquet. Set CHARTLAKE_FORMAT to csv. To"
        " change the format, update the stack with Format=parquet, and run `chartlake rebuild`."
    )
    monkeypatch.setenv("CHARTLAKE_FORMAT", "csv")
    assert differences(load_settings()) == []


CHANGES = {
    "a missing column": (
        lambda table: columns(table).pop(0),
        "song_data lacks chart_id string. Update the stack",
    ),
    "a column too many": (
        lambda table: columns(table).append({"Name": "col1", "Type": "string"}),
        "song_data has col1, which the lake has not.",
    ),
    "another type": (
        lambda table: columns(table)[3].update(Type="bigint"),
        "song_data.position is bigint, not int.",
    ),
    "another place": (
        lambda table: table["StorageDescriptor"].update(Location="s3://other/song_data/"),
        "song_data is at s3://other/song_data/, not at s3://music/transformed_data/song_data.",
    ),
    "other partitions": (
        lambda table: table.update(PartitionKeys=[{"Name": "partition_0", "Type": "string"}]),
        "song_data is partitioned by partition_0 string, not by snapshot_month string.",
    ),
    "partitions by date": (
        lambda table: table.update(PartitionKeys=[{"Name": "snapshot_month", "Type": "date"}]),
        "song_data is partitioned by snapshot_month date, not by snapshot_month string.",
    ),
    "no type": (
        lambda table: table.pop("TableType"),
        "song_data has the type unset, not EXTERNAL_TABLE. Update the stack",
    ),
    "another way to read files": (
        lambda table: table["StorageDescriptor"].update(InputFormat="x.TextInputFormat"),
        "song_data has the input format x.TextInputFormat, not org.apache.hadoop.hive",
    ),
    "another way to write files": (
        lambda table: table["StorageDescriptor"].pop("OutputFormat"),
        "song_data has the output format unset, not org.apache.hadoop.hive",
    ),
    "another reader": (
        lambda table: table["StorageDescriptor"]["SerdeInfo"].update(
            SerializationLibrary="x.OrcSerde"
        ),
        "song_data is read with x.OrcSerde, but CHARTLAKE_FORMAT is parquet, which needs",
    ),
    "a header": (
        lambda table: table["Parameters"].update({"skip.header.line.count": "1"}),
        "song_data has skip.header.line.count 1, not 0.",
    ),
    "no partitions": (
        lambda table: table["Parameters"].update({"projection.enabled": "false"}),
        "song_data does not show 2026-01, 2026-02. Run `chartlake crawl`.",
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_differs_is_said(stack, settings, kind):
    edit, sentence = CHANGES[kind]
    put_tables(stack, Template.filled(), edit)
    (found,) = differences(settings)
    assert found.startswith(sentence)


CSV_CHANGES = {
    "no header": (
        lambda table: table["Parameters"].pop("skip.header.line.count"),
        "song_data has skip.header.line.count 0, not 1.",
    ),
    "another separator": (
        lambda table: table["StorageDescriptor"]["SerdeInfo"]["Parameters"].update(
            separatorChar=";"
        ),
        "song_data has separatorChar ;, not ,. Update the stack",
    ),
}


@pytest.mark.parametrize("kind", CSV_CHANGES)
def test_what_differs_in_a_table_for_csv_is_said(stack, settings, monkeypatch, kind):
    edit, sentence = CSV_CHANGES[kind]
    put_tables(stack, Template.filled(Format="csv"), edit)
    monkeypatch.setenv("CHARTLAKE_FORMAT", "csv")
    (found,) = differences(load_settings())
    assert found.startswith(sentence)


@pytest.fixture
def published(stack):
    """Puts empty objects into the folder of songs, and deletes them at the end."""
    folder = f"transformed_data/{SONGS}/snapshot_month=2026-01"
    keys: list[str] = []

    def put(*names):
        keys.extend(f"{folder}/{name}" for name in names)
        stack.put(*keys)

    yield put
    with stack.client("s3") as s3:
        for key in keys:
            s3.delete_object(Bucket="music", Key=key)


def test_files_in_the_format_of_the_table_are_read(settings, published):
    published("a.parquet", "b.parquet", "_SUCCESS")
    assert differences(settings) == []


def test_a_file_in_another_format_than_the_table_needs_a_rebuild(settings, published):
    published("a.parquet", "b.csv")
    (found,) = differences(settings)
    assert found == (
        "song_data has 1 file in another format, such as transformed_data/song_data/"
        "snapshot_month=2026-01/b.csv, which Athena cannot read as parquet. Run `chartlake"
        " rebuild`, which writes all files as parquet."
    )


@pytest.mark.parametrize(
    ("names", "way_out"),
    [
        (["a.parquet"], "Set CHARTLAKE_FORMAT to parquet. To change the format, update the stack"),
        (["a.parquet", "b.csv"], "Set CHARTLAKE_FORMAT to parquet, or update the stack with For"),
    ],
)
def test_another_format_in_the_settings_is_no_reason_to_update_the_stack_alone(
    settings, published, monkeypatch, names, way_out
):
    published(*names)
    monkeypatch.setenv("CHARTLAKE_FORMAT", "csv")
    found = [line for line in differences(load_settings()) if line.startswith(SONGS)]
    assert len(found) == 1
    assert found[0].startswith(
        f"song_data is read as parquet, but CHARTLAKE_FORMAT is csv. {way_out}"
    )
    assert "`chartlake rebuild`" in found[0]


def test_a_file_of_another_program_is_to_be_moved_away(settings, published):
    published("a.parquet", "b.json")
    (found,) = differences(settings)
    assert "1 file that chartlake did not write, such as" in found
    assert found.endswith("b.json, and Athena reads all files. Move them away.")


def test_a_registered_partition_is_visible(stack, settings):
    edit = CHANGES["no partitions"][0]
    put_tables(stack, Template.filled(), edit)
    with stack.client("glue") as glue:
        for month in ("2026-01", "2026-02"):
            partition = {"Values": [month], "StorageDescriptor": {}}
            glue.create_partition(DatabaseName=DATABASE, TableName=SONGS, PartitionInput=partition)
    assert differences(settings) == []


def test_a_missing_table_and_a_missing_database_are_named(stack, settings, monkeypatch):
    with stack.client("glue") as glue:
        glue.create_database(DatabaseInput={"Name": "empty"})
    monkeypatch.setenv("CHARTLAKE_ATHENA_DATABASE", "empty")
    found, *_ = differences(load_settings())
    assert found.startswith("There is no table song_data in empty.")
    monkeypatch.setenv("CHARTLAKE_ATHENA_DATABASE", "missing")
    (found,) = differences(load_settings())
    assert found.startswith("There is no database missing in Glue")


def test_without_permission_a_line_says_so_and_the_command_goes_on(settings, monkeypatch, capsys):
    def refuse(catalog):
        raise AccessDenied("Glue refused.", service="Glue")

    monkeypatch.setattr(Catalog, "tables", refuse)
    assert run_command("crawl") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "the tables in Glue were not checked: Glue refused."


def test_a_lake_without_tables_says_nothing_about_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert catalog.catalog_lines(load_settings(), open_lake("lake")) == []
