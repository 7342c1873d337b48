"""The invented world as the tests of the report see it: charts of several markets, and odd ones."""

from __future__ import annotations

from pathlib import Path

from demo.chart_file import chart_csv, chart_file_name
from demo.markets import Markets
from demo.world import World
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.small_lakes import chart_name, put_pending
from tests.support.world_mirrors import world_envelope

WORLD = World(30, size=60)
MARKETS = Markets(WORLD)
REGIONS = ("global", "us", "gb", "de", "br", "jp")
MISSING_WEEK = 12
# They end in two months.
MARKET_WEEKS = 6
HOSTILE = '</script><script>document.title="stolen"</script><img src=x onerror=alert(1)>{{7*7}}'
# Whether the view of the address is shown, with all its figures.
DRAWN = """() => document.body.dataset.drawn === location.hash
    && [...document.querySelectorAll('section:not([hidden]) :not([hidden]) > .plot')].every(
        (plot) => plot.querySelector('svg'))"""


def mirror_of_reported_world(folder: Path) -> Path:
    """Create a mirror of two long charts, six of markets, and one of hostile names."""
    row = made_up.chart_row(1, 1) | {"track_name": HOSTILE, "artist_names": HOSTILE}
    files = {chart_name(week, "zz"): made_up.chart_file([row]) for week in range(3)}
    for week in range(WORLD.weeks):
        files[f"{week}.json"] = world_envelope(WORLD, week)
        if week != MISSING_WEEK:
            files[chart_file_name("xx", WORLD.week_end(week))] = chart_csv(WORLD.chart(week))
    for region in REGIONS:
        for week in range(WORLD.weeks - MARKET_WEEKS, WORLD.weeks):
            name = chart_file_name(region, WORLD.week_end(week))
            files[name] = chart_csv(MARKETS.chart(region, week))
    lake = open_lake(str(folder / "lake"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, folder / "mirror.duckdb")
    return folder / "mirror.duckdb"
