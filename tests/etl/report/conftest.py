"""A report about charts of the invented world, in a browser that is started once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from demo.chart_file import chart_csv, chart_file_name
from demo.markets import Markets
from demo.world import World
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.report import write_report
from tests.support import made_up
from tests.support.small_lakes import chart_name, put_pending
from tests.support.world_mirrors import mirror_of_chart_files, world_envelope

# Whether the view of the address is shown, with all its figures.
DRAWN = """() => document.body.dataset.drawn === location.hash
    && [...document.querySelectorAll('section:not([hidden]) .plot')].every(
        (plot) => plot.querySelector('svg'))"""
WORLD = World(30, size=60)
MARKETS = Markets(WORLD)
MISSING_WEEK = 12
HOSTILE = '</script><script>document.title="stolen"</script><img src=x onerror=alert(1)>{{7*7}}'
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--no-first-run"]
REGIONS = ("global", "us", "gb", "de", "br", "jp")


@pytest.fixture(scope="session")
def report(tmp_path_factory) -> Path:
    """A report about charts of several markets, a playlist, and a chart with hostile names."""
    folder: Path = tmp_path_factory.mktemp("report")
    mirror = mirror_of_chart_files(WORLD, folder, without=(MISSING_WEEK,))
    row = made_up.chart_row(1, 1) | {"track_name": HOSTILE, "artist_names": HOSTILE}
    files = {chart_name(week, "zz"): made_up.chart_file([row]) for week in range(3)}
    files |= {f"{week}.json": world_envelope(WORLD, week) for week in range(WORLD.weeks)}
    files |= {
        chart_file_name(region, WORLD.week_end(week)): chart_csv(MARKETS.chart(region, week))
        for region in REGIONS
        for week in range(WORLD.weeks - 3, WORLD.weeks)
    }
    lake = open_lake(str(folder / "lake"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    assert write_report(mirror, folder / "report.html") == 3 + len(REGIONS)
    return folder / "report.html"


@pytest.fixture(scope="session")
def browser():
    if BROWSER is None:
        reason = "Chromium is not installed; run `apt-get install chromium`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def opened(browser, report):
    """The report in a window, opened once, and what it logged, requested or showed in dialogs."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, problems = context.new_page(), []
    page.on("console", lambda message: problems.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: problems.extend(filter(is_remote, [request.url])))
    page.goto(report.as_uri())
    yield page, problems
    context.close()


@pytest.fixture
def open_page(opened):
    """Shows a view of the report at a width; fails if the page does what it should not."""
    page, problems = opened

    def run(width=1280, scheme="light", view="#/regional-xx-weekly"):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(f"location.hash = '{view}'")
        page.wait_for_function(DRAWN)
        return page

    yield run
    assert problems == []


def is_remote(url):
    return not url.startswith(("file:", "data:", "blob:"))
