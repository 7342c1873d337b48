"""Table files: Parquet is exact, and CSV is as exact as Athena's reader allows."""

from __future__ import annotations

import re

import duckdb
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
    write_table_file(connection, "songs", (0, len(rows)), path)
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


@pytest.fixture(scope="module")
def connection():
    """A connection for all examples, as opening one takes longer than a file."""
    with connect() as opened:
        # Every example writes to the same path, and DuckDB 1.5 remembers what it read there.
        opened.execute("set enable_external_file_cache = false")
        yield opened


@pytest.mark.slow
@given(texts | tricky_texts, st.lists(st.text("abcXYZ0189", min_size=1), min_size=1))
@example("ends with a backslash\\", ["a"])
@example('"', ["a", "b"])
@example('\\"', ["a"])
@example('a "quoted" word, and a \\ in it', ["a"])
@example("#NAME?", ["a"])
def test_athena_reads_the_exact_cells_of_a_csv_lake(connection, folder, name, ids):
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
def test_a_csv_lake_reads_its_own_files_back(connection, folder, name, ids):
    path = write(connection, folder, [(*ROW, name, ids, False)], "csv")
    assert read_back(connection, path) == [(without_line_breaks(name), ids, False)]


@pytest.mark.slow
@given(st.none() | texts | tricky_texts, st.none() | st.lists(st.text("ab", min_size=1)))
def test_a_parquet_lake_reads_its_own_files_back(connection, folder, name, ids):
    path = write(connection, folder, [(*ROW, name, ids, None)], "parquet")
    assert read_back(connection, path) == [(name, ids, None)]


def test_csv_does_not_distinguish_null_and_empty(tmp_path):
    with connect() as connection:
        rows: list[tuple[object, ...]] = [(*ROW, None, None, None), (*ROW[:2], 2, "", [], None)]
        path = write(connection, tmp_path, rows, "csv")
        assert read_back(connection, path) == [(None, None, None)] * 2
    assert {line.count('""') for line in path.read_text().splitlines()[1:]} == {3}


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_the_bytes_do_not_depend_on_where_the_rows_stand(tmp_path, suffix):
    rows = (
        "select 'xx' as chart_id, timestamp '2026-01-01' as snapshot_at, i::integer as position,"
        " case when i % 7 > 0 then 'song ' || i * 7919 % 1000 end as song_name,"
        " [i::varchar] as artist_ids, i % 2 = 0 as is_explicit"
    )
    with connect() as connection:
        connection.execute(f"create table songs as {rows} from range(9000) as r (i)")
        connection.execute(f"create table part as {rows} from range(1500, 7000) as r (i)")
        for table, span in (("songs", (1500, 6999)), ("part", (0, 5499))):
            path = tmp_path / f"{table}.{suffix}"
            assert write_table_file(connection, table, span, path) == 5500
    assert (tmp_path / f"songs.{suffix}").read_bytes() == (tmp_path / f"part.{suffix}").read_bytes()


def test_without_a_span_a_file_has_columns_alone(tmp_path):
    with connect() as connection:
        connection.execute(f"create table songs ({COLUMNS})")
        assert write_table_file(connection, "songs", None, tmp_path / "songs.csv") == 0
    assert len(opencsv.read_csv(tmp_path / "songs.csv")) == 1


@pytest.mark.skipif(duckdb.__version__.startswith("1."), reason="DuckDB 1.5 has no such threads")
def test_no_thread_waits_for_another_that_writes_a_file():
    with connect() as connection:
        found = connection.execute("select current_setting('async_threads')").fetchall()
    assert found == [(0,)]
