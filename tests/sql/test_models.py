from pathlib import Path

import duckdb
import pytest

import sql
from etl.database import connect, described, models, relations_read
from etl.lake.layout import TABLES
from etl.mirror.schema import create_empty_marts, create_mirrored_tables
from tests.support.transforming import run

LAYERS = (
    *("raw", "staging", "marts", "references", "checks"),
    *("mirror", "enrich", "status", "views", "reports"),
)
ALL = [(layer, name) for layer in LAYERS for name in models(layer)]


@pytest.fixture(scope="module")
def parser():
    with connect() as connection:
        yield connection


@pytest.mark.parametrize(("layer", "name"), ALL)
def test_a_model_opens_with_its_grain_and_is_one_select(layer, name):
    text = models(layer)[name]
    assert text.startswith("-- ")
    (statement,) = duckdb.extract_statements(text)
    assert statement.type == duckdb.StatementType.SELECT


@pytest.mark.parametrize(("layer", "name"), [one for one in ALL if one[0] in LAYERS[:4]])
def test_models_of_one_layer_never_read_each_other(parser, layer, name):
    # The tables that Python fills, and the mart that says which snapshots there are.
    others = set(models(layer)) - {name, "raw_files", "answers", "snapshots"}
    assert not relations_read(parser, models(layer)[name]) & others


def test_what_a_model_reads_is_parsed_and_not_found_in_comments(parser):
    select = "-- movements is mentioned\nwith x as (from songs) select * from x, chart_periods"
    assert relations_read(parser, select) - {"x"} == {"songs", "chart_periods"}


def test_the_mirrors_tables_have_the_columns_of_the_marts(parser):
    create_mirrored_tables(parser)
    with connect() as connection:
        create_empty_marts(connection)
        for table in TABLES:
            assert described(parser, table) == described(connection, table)


@pytest.mark.parametrize("table", TABLES)
def test_a_mart_names_its_columns_and_ends_in_the_order_of_its_key(table):
    last = models("marts")[table].rpartition("\nselect\n")[2]
    assert "*" not in last
    assert "order by" in last


def test_nothing_transformed_is_nothing(tmp_path: Path):
    batch = run(tmp_path, {})
    assert (batch.snapshots, batch.rejected) == ({}, ())


def test_layers_are_all_the_folders_there_are():
    folders = {one.name for one in Path(sql.__path__[0]).iterdir() if one.is_dir()}
    assert folders - {"__pycache__"} == set(LAYERS)
