import json
from pathlib import Path

import duckdb
import pytest

import sql
from etl.database import connect, described, models, relations_read
from etl.lake.layout import TABLES
from etl.mirror.schema import create_empty_marts, create_mirror
from tests.support.transforming import transform_files

LAYERS = (
    *("raw", "staging", "marts", "references", "checks"),
    *("merge", "mirror", "history", "current", "recordings", "credits", "joins"),
    *("enrich", "status", "views", "reports", "page"),
)
MODELS = [(layer, name) for layer in LAYERS for name in models(layer)]


@pytest.fixture(scope="module")
def parser():
    with connect() as connection:
        yield connection


@pytest.mark.parametrize(("layer", "name"), MODELS)
def test_a_model_starts_with_its_grain_and_is_one_select(layer, name):
    text = models(layer)[name]
    assert text.startswith("-- ")
    (statement,) = duckdb.extract_statements(text)
    assert statement.type == duckdb.StatementType.SELECT


@pytest.mark.parametrize(
    ("layer", "name"), [(layer, name) for layer, name in MODELS if layer in LAYERS[:4]]
)
def test_models_of_a_layer_do_not_read_each_other(parser, layer, name):
    # Exceptions: the tables that Python fills, and the mart that lists the snapshots.
    others = set(models(layer)) - {name, "raw_files", "answers", "snapshots"}
    assert not relations_read(models(layer)[name]) & others


def test_comments_do_not_count_as_relations_read():
    sql = "-- from movements\nwith x as (from songs) select * from x natural join chart_periods"
    assert relations_read(sql) - {"x"} == {"songs", "chart_periods"}


@pytest.mark.parametrize(("layer", "name"), MODELS)
def test_the_relations_that_a_model_reads_are_those_that_duckdb_finds(parser, layer, name):
    select = models(layer)[name]
    (parsed,) = parser.execute("select json_serialize_sql(?::varchar)", [select]).fetchone()
    known = {model for _, model in MODELS}
    assert relations_read(select) & known == base_tables(json.loads(parsed)) & known


def base_tables(node):
    if isinstance(node, list):
        return set().union(*map(base_tables, node))
    if not isinstance(node, dict):
        return set()
    named = {node["table_name"]} if node.get("type") == "BASE_TABLE" else set()
    return named.union(*map(base_tables, node.values()))


def test_tables_of_the_mirror_have_the_columns_of_the_marts(parser):
    create_mirror(parser)
    with connect() as connection:
        create_empty_marts(connection)
        for table in TABLES:
            assert described(parser, table) == described(connection, table)


@pytest.mark.parametrize("table", TABLES)
def test_a_mart_lists_its_columns_and_sorts_its_rows(table):
    last_select = models("marts")[table].rpartition("\nselect\n")[2]
    assert "*" not in last_select
    assert "order by" in last_select


def test_a_batch_without_files_has_no_snapshots(tmp_path: Path):
    batch = transform_files(tmp_path, {})
    assert (batch.snapshots, batch.rejected) == ({}, ())


def test_every_folder_is_a_layer():
    folders = {path.name for path in Path(sql.__path__[0]).iterdir() if path.is_dir()}
    assert folders - {"__pycache__"} == set(LAYERS)
