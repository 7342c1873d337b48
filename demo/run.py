"""The demo: chartlake itself, run on some weeks of the invented chart world."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from demo.downloads import chart_files, song_files, trend_files
from demo.faults import FAULTS, Faulty
from demo.learning import learn
from demo.markets import Markets
from demo.owners import write_label_owners
from demo.render import Shape
from demo.show import print_next_steps, print_top_ten, week_lines
from demo.values import FIRST_WEEK_END
from demo.web_api import CLIENT_ID, CLIENT_SECRET, Playlist, WebApi
from demo.world import World
from etl.errors import InvalidInput, RunFailed
from etl.lake import Lake, open_lake
from etl.lake.layout import PENDING
from etl.mirror.labels import listed_owners
from etl.mirror.refresh import refresh
from etl.pipeline.extract import take_chart
from etl.pipeline.process import process_pending
from etl.settings import WEEKLY_TOP_SONGS_GLOBAL, Settings, load_settings

CHART = WEEKLY_TOP_SONGS_GLOBAL
# The market whose charts of artists and albums are taken, too.
MARKET = "us"
# Those whose viral charts are taken, with the charts of their cities.
TREND_MARKETS = ("us", "gb", "kr")
# How many weeks are taken in together.
BATCH = 13
MIRROR = "mirror.duckdb"
LABEL_OWNERS = "label-owners.csv"
# Marks a folder as one that a demo may delete.
MARKER = ".chartlake-demo"


def run_demo(weeks: int, into: Path, console: Console) -> None:
    """Build a lake and a mirror in `into` from `weeks` weeks of invented charts.

    The global playlist comes through the Web API, and the charts of eight markets as chart files.
    The last week goes through the weekly flow. Raises InvalidInput where `into` holds files that
    are not from a demo, and RunFailed where the flow fails.
    """
    _prepare_folder(into)
    write_label_owners(into / LABEL_OWNERS)
    console.print(
        f"[bold]chartlake demo[/]: {weeks} weeks of invented charts of eight markets, in {into}/\n"
    )
    with _serve_world(weeks) as web_api:
        settings = demo_settings(web_api, into)
        markets = Markets(web_api.world)
        add_past_weeks(web_api, markets, settings, weeks - 1, console)
        _land_charts(open_lake(settings.lake), markets, web_api.week)
        _run_weekly_flow(web_api, into, console)
    print_top_ten(settings.mirror, CHART, console)
    print_next_steps(settings, console)


def add_past_weeks(
    web_api: WebApi, markets: Markets, settings: Settings, weeks: int, console: Console
) -> None:
    """Take in the charts of so many weeks before this one, and print each week's number one.

    What `chartlake enrich` would have learned of their songs and artists is known already.
    """
    this_week = web_api.week
    past = _past_weeks(this_week, weeks)
    learn(open_lake(settings.lake), markets, [week.number for week in past], datetime.now(UTC))
    for start in range(0, len(past), BATCH):
        some = past[start : start + BATCH]
        _add_weeks(web_api, markets, settings, some)
        for line in week_lines(settings.mirror, CHART, len(some)):
            console.print(line, no_wrap=True, overflow="ellipsis")
    web_api.week = this_week


def serve_sandbox(port: int, fault: str | None, shape: Shape, console: Console) -> None:
    """Serve the stand-in for the Spotify Web API until Ctrl-C. `fault` is a key of `FAULTS`."""
    with _serve_world(1, port, shape) as web_api:
        web_api.fault = Faulty(fault) if fault else None
        console.print("The stand-in for the Spotify Web API is running. To use it:\n")
        for name, value in _spotify_variables(web_api).items():
            console.print(f"  export {name}={value}", markup=False)
        if fault:
            console.print(f"\nFault {fault}: {FAULTS[fault].meaning}.")
        console.print("\nThen run `chartlake update`. Press Ctrl-C to stop.")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            console.print("Stopped.")


def _prepare_folder(into: Path) -> None:
    """Empty the folder of an earlier demo, or create a new one."""
    if into.exists() and any(into.iterdir()):
        if not (into / MARKER).exists():
            raise InvalidInput(
                f"{into} holds files that are not from a demo. It was not changed. Choose another"
                " folder: chartlake demo --into FOLDER."
            )
        shutil.rmtree(into)
    into.mkdir(parents=True, exist_ok=True)
    (into / MARKER).touch()


@contextmanager
def _serve_world(weeks: int, port: int = 0, shape: Shape = "item") -> Iterator[WebApi]:
    """Serve a world that has at least `weeks` weeks; its last week is the current one."""
    weeks_until_today = (datetime.now(UTC).date() - FIRST_WEEK_END).days // 7
    this_week = max(weeks - 1, weeks_until_today)
    playlist = Playlist("Top Songs - Global", description="An invented chart.")
    with WebApi(World(this_week + 1), {CHART: playlist}, shape, port) as web_api:
        web_api.week = this_week
        yield web_api


def demo_settings(web_api: WebApi, into: Path) -> Settings:
    """The settings of a demo, whatever those of the user are."""
    return load_settings(
        lake=str(into),
        mirror=into / MIRROR,
        charts=CHART,
        format="parquet",
        glue_crawler=None,
        label_owners=into / LABEL_OWNERS,
        SPOTIPY_CLIENT_ID=CLIENT_ID,
        SPOTIPY_CLIENT_SECRET=CLIENT_SECRET,
        spotify_api_url=web_api.api_url,
        spotify_accounts_url=web_api.accounts_url,
        # There is no such file: the demo does not use the login of the user.
        spotify_token=into / ".spotify-token.json",
    )


def _spotify_variables(web_api: WebApi) -> dict[str, str]:
    return {
        "CHARTLAKE_SPOTIFY_API_URL": web_api.api_url,
        "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": web_api.accounts_url,
        "SPOTIPY_CLIENT_ID": CLIENT_ID,
        "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET,
    }


class PastWeek(NamedTuple):
    """A week of the invented chart, and when its snapshot was taken."""

    number: int
    snapshot_at: datetime


def _past_weeks(this_week: int, weeks: int) -> list[PastWeek]:
    """The weeks before this one. Their snapshots are taken as now, weeks ago."""
    now = datetime.now(UTC)
    return [PastWeek(this_week - ago, now - timedelta(weeks=ago)) for ago in range(weeks, 0, -1)]


def _add_weeks(
    web_api: WebApi, markets: Markets, settings: Settings, weeks: list[PastWeek]
) -> None:
    """Land these weeks, then process and mirror them together."""
    lake = open_lake(settings.lake)
    for week in weeks:
        web_api.week = week.number
        take_chart(lake, settings, CHART, week.snapshot_at)
        _land_charts(lake, markets, week.number)
    process_pending(lake, settings.format)
    refresh(lake, settings.mirror, owners=listed_owners(settings.label_owners))


def _land_charts(lake: Lake, markets: Markets, week: int) -> None:
    files = (
        song_files(markets, week)
        | chart_files(markets, week, [MARKET])
        | trend_files(markets, week, TREND_MARKETS)
    )
    for name, body in files.items():
        lake.write(PENDING + name, body)


def _run_weekly_flow(web_api: WebApi, into: Path, console: Console) -> None:
    console.print("\nThe last week runs through the weekly flow, as with `chartlake update`:")
    command = [sys.executable, "-m", "etl", "update"]
    folder = into.resolve()
    # The settings of the user do not apply: neither their variables nor the `.env` in the
    # current folder. Otherwise the demo could start a real crawler.
    ended = subprocess.run(command, cwd=folder, env=_flow_environment(web_api, folder), check=False)
    if ended.returncode != 0:
        raise RunFailed(f"The weekly flow failed with exit status {ended.returncode}; see above.")


def _flow_environment(web_api: WebApi, folder: Path) -> dict[str, str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CHARTLAKE_", "SPOTIPY_"))
    }
    # By default, Prefect's database is deleted with the demo.
    environment.setdefault("PREFECT_HOME", str(folder / ".prefect"))
    return environment | _spotify_variables(web_api) | _lake_variables(folder)


def _lake_variables(folder: Path) -> dict[str, str]:
    return {
        "CHARTLAKE_LAKE": str(folder),
        "CHARTLAKE_MIRROR": str(folder / MIRROR),
        "CHARTLAKE_CHARTS": CHART,
        "CHARTLAKE_LABEL_OWNERS": str(folder / LABEL_OWNERS),
    }
