"""A bulk table and chart files of the same weeks, of songs, artists and albums, are equal."""

from __future__ import annotations

import random

import pytest

from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from tests.support.bulk_tables import land
from tests.support.small_lakes import derived_objects, put_pending, table_rows

DAYS = ("2026-01-22", "2026-01-29", "2026-02-05")
MARKETS = {"us": "United States", "kr": "Korea, Republic of", "global": "Global"}
DELIMITERS = {"regional": ",", "artist": "\t", "album": ";"}
# By kind: the header of a chart file, that of a table, and a row of either.
KINDS = {
    "regional": (
        "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,weeks_on_chart,streams",
        '{rank},spotify:track:s{n},{artists},"Söng ""{n}"", live",Label {n},1,{rank},4,{n}00',
    ),
    "artist": (
        "rank,uri,artist_names,peak_rank,previous_rank,weeks_on_chart",
        "{rank},spotify:artist:a{n},Artist {n},1,{rank},4",
    ),
    "album": (
        "rank,uri,artist_names,album_name,source,peak_rank,previous_rank,weeks_on_chart",
        "{rank},spotify:album:l{n},{artists},Album {n},Label {n},1,{rank},4",
    ),
}


def entries(family: str, separator: str) -> dict[tuple[str, str], list[str]]:
    """The rows of charts, by day and market."""
    return {
        (day, market): [
            KINDS[family][1].format(
                rank=rank,
                n=rank + len(market) + int(day[-2:]),
                artists=f'"Ann{separator}Bob {rank}"',
            )
            for rank in range(1, 6)
        ]
        for day in DAYS
        for market in MARKETS
    }


def single_files(family: str) -> dict[str, bytes]:
    """Chart files by name, as Spotify's site serves them."""
    header = KINDS[family][0]
    return {
        f"{family}-{market}-weekly-{day}.csv": "\r\n".join(["\ufeff" + header, *rows, ""]).encode()
        for (day, market), rows in entries(family, ", ").items()
    }


def bulk_table(family: str) -> str:
    """The same rows as a table in no order. Each family has a delimiter of its own."""
    delimiter = DELIMITERS[family]
    rows = [
        delimiter.join([day, f'"{MARKETS[market]}"', *row.split(",")])
        for (day, market), found in entries(family, "|").items()
        for row in found
    ]
    random.Random(1).shuffle(rows)
    header = f"date,region,{KINDS[family][0]}".replace(",", delimiter)
    return "\n".join([header, *rows, ""])


@pytest.fixture(scope="module")
def lakes(tmp_path_factory):
    """The lakes of the chart files and of the tables, and their mirrors."""
    folder = tmp_path_factory.mktemp("lakes")
    single, bulk = (open_lake(str(folder / name)) for name in ("single", "bulk"))
    for family in KINDS:
        put_pending(single, single_files(family))
        (folder / f"{family}.csv").write_text(bulk_table(family))
        (table,) = land(bulk, folder / f"{family}.csv")
        assert (table.rows, table.set_aside.counts) == (len(DAYS) * len(MARKETS) * 5, {})
    mirrors = []
    for number, lake in enumerate((single, bulk)):
        processed = process_pending(lake, "parquet")
        assert not processed.quarantined
        assert processed.published == len(KINDS) * len(DAYS) * len(MARKETS)
        mirrors.append(folder / f"{number}.duckdb")
        refresh(lake, mirrors[-1])
    return single, bulk, *mirrors


def test_a_table_and_its_chart_files_give_equal_tables(lakes):
    single, bulk = map(table_rows, lakes[2:])
    assert single == bulk
    assert all(len(rows) == 45 for rows in single.values())


def test_a_rebuild_from_a_table_writes_the_same_bytes(lakes):
    before = derived_objects(lakes[1])
    rebuild(lakes[1], "parquet")
    assert derived_objects(lakes[1]) == before
