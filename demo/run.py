"""The demo: weeks pass in the invented world, and everything downstream is the real thing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from rich.console import Console

from demo.faults import FAULTS, Faulty
from demo.render import Shape
from demo.show import number_one, print_next_steps, print_top_ten
from demo.values import FIRST_WEEK_END
from demo.web_api import CLIENT_ID, CLIENT_SECRET, Playlist, WebApi
from demo.world import World
from etl.errors import InvalidInput, RunFailed
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.extract import take_chart
from etl.pipeline.process import process_pending
from etl.settings import WEEKLY_TOP_SONGS_GLOBAL, Settings, load_settings

CHART = WEEKLY_TOP_SONGS_GLOBAL
MARKER = ".chartlake-demo"
FRIDAY = 4


def run_demo(weeks: int, into: Path, console: Console) -> None:
    """Let `weeks` weeks pass, the last of them by the weekly flow, and show this week's top ten.

    Raises InvalidInput where `into` holds something that is not a demo's.
    """
    _clear(into)
    console.print(f"[bold]chartlake demo[/]: {weeks} weeks of an invented chart, into {into}/\n")
    with _stand_in(weeks) as web_api:
        environment = _environment(web_api, into)
        settings = _settings(environment)
        this_week = web_api.week
        for web_api.week, moment in _past_weeks(this_week, weeks):
            _pass_week(settings, moment)
            console.print(number_one(settings.mirror, moment), no_wrap=True, overflow="ellipsis")
        web_api.week = this_week
        _pass_this_week(environment, console)
    print_top_ten(settings.mirror, console)
    print_next_steps(into, console)


def serve_sandbox(port: int, fault: str | None, shape: Shape, console: Console) -> None:
    """Serve the stand-in for the Spotify Web API, with a fault of `FAULTS`, until interrupted."""
    with _stand_in(1, port, shape) as web_api:
        web_api.fault = Faulty(fault) if fault else None
        console.print("The stand-in for the Spotify Web API answers; point chartlake at it by\n")
        for name, value in _spotify_environment(web_api).items():
            console.print(f"  export {name}={value}", markup=False)
        if fault:
            console.print(f"\nFault {fault}: {FAULTS[fault].meaning}.")
        console.print("\nThen run `chartlake update`. Ctrl-C ends it.")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            console.print("ended")


def _clear(into: Path) -> None:
    if into.exists() and any(into.iterdir()):
        if not (into / MARKER).exists():
            raise InvalidInput(
                f"{into} holds something that no demo made; it was left as it is. Name another"
                " folder: chartlake demo --into FOLDER."
            )
        shutil.rmtree(into)
    into.mkdir(parents=True, exist_ok=True)
    (into / MARKER).touch()


@contextmanager
def _stand_in(weeks: int, port: int = 0, shape: Shape = "item") -> Iterator[WebApi]:
    # The world's weeks are the calendar's, unless more are wanted than it has had.
    this_week = max(weeks - 1, (datetime.now(UTC).date() - FIRST_WEEK_END).days // 7)
    playlists = {CHART: Playlist("Top Songs - Global", description="Invented, every song of it.")}
    with WebApi(World(this_week + 1), playlists, shape, port) as web_api:
        web_api.week = this_week
        yield web_api


def _spotify_environment(web_api: WebApi) -> dict[str, str]:
    return {
        "CHARTLAKE_SPOTIFY_API_URL": web_api.api_url,
        "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": web_api.accounts_url,
        "SPOTIPY_CLIENT_ID": CLIENT_ID,
        "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET,
    }


def _environment(web_api: WebApi, into: Path) -> dict[str, str]:
    return _spotify_environment(web_api) | {
        "CHARTLAKE_LAKE": str(into),
        "CHARTLAKE_MIRROR": str(into / "mirror.duckdb"),
        "CHARTLAKE_CHARTS": CHART,
        "CHARTLAKE_FORMAT": "parquet",
        "CHARTLAKE_GLUE_CRAWLER": "",
        # Prefect's own server keeps its runs with the rest, unless there is a home for them.
        "PREFECT_HOME": os.environ.get("PREFECT_HOME", str(into.resolve() / ".prefect")),
    }


@contextmanager
def _set(environment: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _settings(environment: dict[str, str]) -> Settings:
    with _set(environment):
        return load_settings()


def _past_weeks(this_week: int, weeks: int) -> Iterator[tuple[int, datetime]]:
    """The world's weeks before this one, each with the Friday morning on which it is taken."""
    now = datetime.now(UTC)
    friday = now.date() - timedelta(days=(now.weekday() - FRIDAY) % 7)
    for back in range(weeks - 1, 0, -1):
        moment = datetime.combine(friday - timedelta(weeks=back), clock_time(6), UTC)
        yield this_week - back, moment


def _pass_week(settings: Settings, moment: datetime) -> None:
    lake = open_lake(settings.lake)
    take_chart(lake, settings, CHART, moment)
    process_pending(lake, settings.format)
    refresh(lake, settings.mirror)


def _pass_this_week(environment: dict[str, str], console: Console) -> None:
    console.print("\nThis week comes by the weekly flow, under Prefect, as it will for you:")
    command = [sys.executable, "-m", "etl", "update"]
    ended = subprocess.run(command, env=os.environ | environment, check=False)
    if ended.returncode != 0:
        raise RunFailed(f"The weekly flow failed with exit status {ended.returncode}; see above.")
