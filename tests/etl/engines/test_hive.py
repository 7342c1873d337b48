"""The tables of the template on Spark with Hive: CSV in the reader that Athena uses, too."""

from __future__ import annotations

import pytest

from etl.database import connect
from etl.engines.athena import table_statements
from etl.engines.spark import open_session
from etl.engines.translate import Dialect
from etl.engines.views import history_views, table_views
from tests.etl.engines.test_spark import assert_same_rows
from tests.support.templates import Template

pytestmark = [pytest.mark.engines, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def hive(tmp_path_factory):
    """A Spark session with a Hive catalog of its own."""
    folder = tmp_path_factory.mktemp("hive")
    options = {
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": (
            f"jdbc:derby:;databaseName={folder}/metastore;create=true"
        ),
        "spark.driver.extraJavaOptions": f"-Dderby.system.home={folder}",
    }
    listed = " ".join(f"--conf {name}={value}" for name, value in options.items())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", f"{listed} pyspark-shell")
        with open_session() as session:
            yield session


def test_tables_and_views_have_the_rows_of_the_mirror(hive, world_lake, world_index, world_mirror):
    kind = world_mirror.parent.name.rstrip("0123456789")
    hive.sql(f"create database {kind}")
    hive.sql(f"use {kind}")
    for table in Template.filled(Format=kind).of_type("AWS::Glue::Table").values():
        define(hive, table["TableInput"], world_lake)
    for statement in table_statements(world_index, world_lake):
        hive.sql(statement.sql)
    selects = table_views(world_index.schema, Dialect.spark, is_csv=kind == "csv")
    selects |= history_views(world_index.schema, Dialect.spark)
    for name, select in selects.items():
        hive.sql(f"create view {name} as {select}")
    with connect(world_mirror, read_only=True) as connection:
        for name in selects:
            assert_same_rows(name, hive, connection, world_index.schema[name])


def define(hive, table, lake):
    """Define a table of the template over the files of the lake, without their header lines."""
    name, stored = table["Name"], table["StorageDescriptor"]
    columns = ", ".join(f"`{one['Name']}` {one['Type']}" for one in stored["Columns"])
    serde = stored["SerdeInfo"]
    properties = ", ".join(
        f"'{key}' = '{value.replace(chr(92), chr(92) * 2)}'"
        for key, value in serde["Parameters"].items()
    )
    folder = f"{lake}/{stored['Location'].partition('transformed_data')[1]}/{name}/"
    hive.sql(
        f"create external table files_of_{name} ({columns})"
        " partitioned by (`snapshot_month` string)"
        f" row format serde '{serde['SerializationLibrary']}' with serdeproperties ({properties})"
        f" stored as inputformat '{stored['InputFormat']}' outputformat '{stored['OutputFormat']}'"
        f" location '{folder}'"
    )
    hive.sql(f"msck repair table files_of_{name}")
    # Spark ignores `skip.header.line.count`, which the template sets for Athena.
    hive.sql(f"create table {name} as select * from files_of_{name} where chart_id <> 'chart_id'")
