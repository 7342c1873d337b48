import re
from pathlib import Path

import duckdb
import pytest

import sql
from etl.database import connect, models, run_layer
from etl.references import stage_references
from etl.snapshot import TABLES
from etl.transform import build, transform

LAYERS = ("raw", "staging", "marts", "references", "checks", "mirror", "enrich", "views", "reports")
ALL = [(layer, name) for layer in LAYERS for name in models(layer)]


def columns(connection, relation):
    described = connection.execute(f"describe {relation}").fetchall()
    return [(name, kind) for name, kind, *_ in described]


@pytest.fixture
def empty_marts(tmp_path):
    """The marts of no raw file at all, in a database of their own."""
    with connect() as connection:
        build(connection, [], tmp_path, stage_references((), tmp_path))
        yield connection


@pytest.mark.parametrize("table", TABLES)
def test_the_mirror_declares_what_the_marts_make(empty_marts, table):
    with connect() as declared:
        run_layer(declared, "mirror")
        assert columns(declared, table) == columns(empty_marts, table)


@pytest.mark.parametrize(("layer", "name"), ALL)
def test_a_model_opens_with_its_grain_and_is_one_select(layer, name):
    text = models(layer)[name]
    assert text.startswith("-- ")
    (statement,) = duckdb.extract_statements(text)
    assert statement.type == duckdb.StatementType.SELECT


@pytest.mark.parametrize(("layer", "name"), [one for one in ALL if one[0] in LAYERS[:4]])
def test_models_of_one_layer_never_read_each_other(layer, name):
    # the declared entrances of their layers, which Python fills
    others = set(models(layer)) - {name, "raw_files", "answers"}
    read = set(re.findall(r"\b(?:from|join)\s+([a-z_]+)\b(?!\()", models(layer)[name]))
    assert not read & others


@pytest.mark.parametrize("table", TABLES)
def test_a_mart_names_its_columns_and_ends_in_the_order_of_its_key(table):
    last = models("marts")[table].rpartition("\nselect\n")[2]
    assert "*" not in last
    assert "order by" in last


def test_nothing_transformed_is_nothing(tmp_path: Path):
    transformed = transform([], tmp_path)
    assert (transformed.partitions, transformed.broken) == ({}, ())


def test_layers_are_all_the_folders_there_are():
    folders = {one.name for one in Path(sql.__path__[0]).iterdir() if one.is_dir()}
    assert folders - {"__pycache__"} == set(LAYERS)
