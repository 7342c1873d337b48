"""Table files: Parquet is exact, and CSV is as exact as Athena's reader allows."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.database import connect
from etl.lake.table_files import insert_table_files, write_table_file
from tests.support import opencsv

COLUMNS = (
    "chart_id varchar, snapshot_at timestamp, position integer, song_name varchar,"
    " artist_ids varchar[], is_explicit boolean"
)
ROW = ("xx", "2026-01-01 00:00:00", 1)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
tricky_texts = st.text(st.sampled_from('\\",|\r\n a"ü달'), min_size=1)


def write(connection, folder, rows, suffix):
    connection.execute(f"create or replace table songs ({COLUMNS})")
    connection.executemany("insert into songs values (?, ?, ?, ?, ?, ?)", rows)
    path = folder / f"songs.{suffix}"
    write_table_file(connection, "from songs", "songs", path)
    return path


def read_back(connection, path):
    connection.execute(f"create or replace table songs ({COLUMNS})")
    insert_table_files(connection, "songs", [path])
    return connection.execute("select song_name, artist_ids, is_explicit from songs").fetchall()


def without_line_breaks(text):
    return re.sub(r"\r\n|\r|\n", " ", text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


@pytest.mark.slow
@given(texts | tricky_texts, st.lists(st.text("abcXYZ0189", min_size=1), min_size=1))
@example("ends with a backslash\\", ["a"])
@example('"', ["a", "b"])
@example('\\"', ["a"])
@example('a "quoted" word, and a \\ in it', ["a"])
@example("#NAME?", ["a"])
def test_athena_reads_the_exact_cells_of_a_csv_lake(folder, name, ids):
    with connect() as connection:
        path = write(connection, folder, [(*ROW, name, ids, True)], "csv")
    header, cells = opencsv.read_csv(path)
    assert header[3:] == ["song_name", "artist_ids", "is_explicit"]
    assert cells == [
        "xx",
        "2026-01-01 00:00:00",
        "1",
        without_line_breaks(name),
        "|".join(ids),
        "true",
    ]


@pytest.mark.slow
@given(texts | tricky_texts, st.lists(st.text("abcXYZ0189", min_size=1), min_size=1))
def test_a_csv_lake_reads_its_own_files_back(folder, name, ids):
    with connect() as connection:
        path = write(connection, folder, [(*ROW, name, ids, False)], "csv")
        assert read_back(connection, path) == [(without_line_breaks(name), ids, False)]


@pytest.mark.slow
@given(st.none() | texts | tricky_texts, st.none() | st.lists(st.text("ab", min_size=1)))
def test_a_parquet_lake_reads_its_own_files_back(folder, name, ids):
    with connect() as connection:
        path = write(connection, folder, [(*ROW, name, ids, None)], "parquet")
        assert read_back(connection, path) == [(name, ids, None)]


def test_csv_does_not_distinguish_null_and_empty(tmp_path):
    with connect() as connection:
        rows: list[tuple[object, ...]] = [(*ROW, None, None, None), (*ROW[:2], 2, "", [], None)]
        path = write(connection, tmp_path, rows, "csv")
        assert read_back(connection, path) == [(None, None, None)] * 2
    assert {line.count('""') for line in path.read_text().splitlines()[1:]} == {3}


def test_rows_are_sorted_by_key(tmp_path):
    with connect() as connection:
        rows = [(*ROW[:2], number, f"song {number}", None, None) for number in (3, 1, 2)]
        path = write(connection, tmp_path, rows, "csv")
    assert [cells[2] for cells in opencsv.read_csv(path)[1:]] == ["1", "2", "3"]
