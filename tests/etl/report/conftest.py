"""A report about charts of the invented world, in a browser that is started once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from etl.report import write_report
from tests.support.reported_world import DRAWN, REGIONS, mirror_of_reported_world

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def report(tmp_path_factory) -> Path:
    """A report about charts of several markets, a playlist, and a chart with hostile names."""
    folder: Path = tmp_path_factory.mktemp("report")
    mirror = mirror_of_reported_world(folder)
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
