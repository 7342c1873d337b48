"""Made-up bulk tables, and how they land."""

from __future__ import annotations

from pathlib import Path

from etl.files import scratch_folder
from etl.lake import Lake
from etl.lake.layout import PENDING
from etl.pipeline.folder import Left
from etl.pipeline.split import LandedTable, land_table
from etl.pipeline.unpack import BulkTable, contents

SHAPES = {
    "date,country,rank,uri,artist_names,track_name,days_on_chart,streams": (
        "{day},{market},{rank},spotify:track:song{rank},A|B,Song {rank},3,{streams}"
    ),
    "title,rank,date,artist,url,region,chart,trend,streams": (
        'Song {rank},{rank},{day},"A, B",https://open.spotify.com/track/song{rank},{market},top200,'
        "MOVE_UP,{streams}.0"
    ),
    "Position,Track Name,Artist,Streams,URL,Date,Region": (
        '{rank},Song {rank},"A, B",{streams},https://open.spotify.com/track/song{rank},{day},{market}'
    ),
}
MARKETS = {"us": "United States", "de": "de", "global": "Global"}
DAYS = ("2026-01-30", "2026-01-31", "2026-02-01")


def table(shape: str, ranks: int = 2) -> str:
    """A table in that shape, by day, market and rank."""
    rows = [
        SHAPES[shape].format(day=day, market=market, rank=rank, streams=100 - rank)
        for day in DAYS
        for market in MARKETS.values()
        for rank in range(1, ranks + 1)
    ]
    return "\n".join([shape, *rows, ""])


LARGE = "date,region,rank,uri,artist,title,streams"


def lines(*rows: str, header: str = LARGE) -> str:
    """A table with these rows."""
    return "\n".join([header, *rows, ""])


def row(day: str = "2026-01-01", market: str = "us", rank: object = 1, song: str = "a") -> str:
    """A row of `lines`."""
    return f"{day},{market},{rank},spotify:track:{song},Artist,Song,5"


def land(lake: Lake, path: Path) -> list[LandedTable]:
    """Land the tables in a file that has nothing else to land."""
    landed = []
    with scratch_folder() as unpacked:
        for table in contents(path, Path(unpacked)):
            if isinstance(table, Left):
                continue
            assert isinstance(table, BulkTable), "it is a raw file"
            with scratch_folder() as scratch:
                landed.append(land_table(lake, table, Path(scratch)))
    return landed


def pending(lake: Lake) -> dict[str, str]:
    """The texts of the pending files by name."""
    found = lake.list(PENDING)
    return {one.key.removeprefix(PENDING): lake.read(one.key).body.decode() for one in found}


def land_text(lake: Lake, path: Path, text: str) -> LandedTable:
    """Write a table to a file, and land it."""
    path.write_text(text)
    (one,) = land(lake, path)
    return one


LARGE_SHAPE = next(iter(SHAPES))
