from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from demo.downloads import chart_files
from etl.database import connect
from etl.engines.export import export, read_index
from etl.lake import open_lake
from etl.mirror.labels import listed_owners
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.market_truth import MARKETS_OF_WORLD
from tests.support.small_lakes import put_pending
from tests.support.world_mirrors import world_envelope

WORLD = MARKETS_OF_WORLD.world
OWNERS = "label,owner\nNorthquay,North Group\nTall Order*,Tall Group\nCasa Ñandú,North Group\n"
MISSING_WEEK = 5


@pytest.fixture(scope="session", params=["parquet", "csv"])
def world_lake(request, tmp_path_factory) -> str:
    """A lake with all charts of the world's markets but for a week, a playlist, and an export."""
    folder = tmp_path_factory.mktemp(request.param)
    lake = open_lake(str(folder / "lake"))
    for week in range(WORLD.weeks):
        files = chart_files(MARKETS_OF_WORLD, week) if week != MISSING_WEEK else {}
        put_pending(lake, {**files, f"{week:03}.json": world_envelope(WORLD, week)})
    process_pending(lake, request.param)
    (folder / "owners.csv").write_text(OWNERS, encoding="utf-8")
    refresh(lake, folder / "mirror.duckdb", owners=listed_owners(folder / "owners.csv"))
    export(lake, folder / "mirror.duckdb")
    return str(folder / "lake")


@pytest.fixture(scope="session")
def world_index(world_lake):
    """What was exported to that lake."""
    return read_index(open_lake(world_lake))


@pytest.fixture(scope="session")
def world_mirror(world_lake) -> Path:
    """The mirror of that lake."""
    return Path(world_lake).with_name("mirror.duckdb")


@pytest.fixture
def open_world_mirror(world_mirror) -> Iterator[duckdb.DuckDBPyConnection]:
    """That mirror, open."""
    with connect(world_mirror, read_only=True) as connection:
        yield connection
