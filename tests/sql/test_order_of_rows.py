"""Every question has one answer, however its rows are stored, and with several threads."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from demo.downloads import chart_files, trend_files
from etl.database import connect, models
from etl.lake import open_lake
from etl.mirror.answers import answer
from etl.mirror.homes import home_references
from etl.mirror.limits import Choice
from etl.mirror.questions import questions
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.hand_made_mirrors import Song, hand_made_mirror
from tests.support.market_truth import MARKETS_OF_WORLD
from tests.support.small_lakes import put_pending
from tests.support.world_mirrors import learn_artists, world_envelope

# More digits of a sum depend on the order in which it is added up.
DIGITS = 12
WEEKS = 120


def mirror_of_everything(folder: Path) -> Path:
    """A mirror of all charts of the invented markets, and of a playlist."""
    lake = open_lake(str(folder / "lake"))
    learn_artists(MARKETS_OF_WORLD, lake)
    for week in range(MARKETS_OF_WORLD.world.weeks):
        put_pending(lake, chart_files(MARKETS_OF_WORLD, week) | trend_files(MARKETS_OF_WORLD, week))
        put_pending(lake, {f"{week:03}.json": world_envelope(MARKETS_OF_WORLD.world, week)})
    process_pending(lake, "parquet")
    refresh(lake, folder / "mirror.duckdb", homes=home_references(lake))
    return folder / "mirror.duckdb"


def mirror_of_ties(folder: Path) -> Path:
    """A mirror in which songs are twice in a chart, and names are spelled in several ways."""
    chance = random.Random(1)
    with hand_made_mirror() as mirror:
        for market in ("xx", "yy"):
            weeks = [_week(chance) if chance.random() < 0.95 else None for _ in range(WEEKS)]
            mirror.put_weeks(*weeks, chart_id=f"regional-{market}-weekly")
        mirror.describe_charts()
        mirror.execute(f"attach '{folder / 'mirror.duckdb'}' as copied")
        mirror.execute("copy from database memory to copied")
        mirror.execute("detach copied")
    return folder / "mirror.duckdb"


def _week(chance: random.Random) -> list[Song]:
    credits = ("Ann", "ANN", "Bob", "Ann, bob", "bob", "Cleo & ann", "Cleo")
    songs = chance.choices(range(30), k=16)
    return [
        (f"song{song}-{chance.randrange(2)}", f"R{song}", chance.choice(credits)) for song in songs
    ]


@pytest.fixture(scope="module", params=[mirror_of_everything, mirror_of_ties])
def mirror(request, tmp_path_factory) -> Path:
    create: Callable[[Path], Path] = request.param
    return create(tmp_path_factory.mktemp("mirror"))


@pytest.fixture(scope="module")
def stored(mirror) -> Iterator[duckdb.DuckDBPyConnection]:
    """The mirror as it is stored, read by one thread."""
    with connect(mirror, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def shuffled(mirror) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same mirror in another order, read by threads that share even the smallest table."""
    with connect(shutil.copy(mirror, mirror.with_name("shuffled.duckdb"))) as connection:
        for table in models("mirror"):
            connection.execute(f"create temp table shuffled as from {table} order by hash(rowid)")
            connection.execute(f"delete from {table}")
            connection.execute(f"insert into {table} from shuffled")
            connection.execute("drop table shuffled")
        connection.execute("set threads = 4")
        connection.execute("pragma verify_parallelism")
        yield connection


@pytest.mark.parametrize("name", sorted(questions()))
def test_a_question_has_the_same_rows_in_the_same_order(name, stored, shuffled):
    sql = questions()[name].sql
    assert _rounded(shuffled.execute(sql)) == _rounded(stored.execute(sql))


def test_an_answer_has_no_digits_that_threads_decide(mirror):
    shares = answer(mirror, questions()["concentration"], Choice()).rows
    found = [row[shares.columns.index("hhi")] for row in shares.rows]
    assert found == [round(share, DIGITS) for share in found]
    assert found != [round(share, 6) for share in found]


def _rounded(cursor: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return [
        tuple(round(value, DIGITS) if isinstance(value, float) else value for value in row)
        for row in cursor.fetchall()
    ]
