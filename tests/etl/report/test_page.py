"""The report in a real browser: figures, filters, keyboard use, and hostile names."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from demo.world import World
from etl.errors import MirrorError, QueryError
from etl.lake import open_lake
from etl.mirror.reader import open_mirror
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.report import write_report
from etl.report.findings import find
from tests.support import made_up
from tests.support.small_lakes import chart_name, put_pending
from tests.support.world_mirrors import mirror_of_chart_files, world_envelope

pytestmark = pytest.mark.slow

WORLD = World(30, size=60)
MISSING_WEEK = 12
HOSTILE = '</script><script>document.title="stolen"</script><img src=x onerror=alert(1)>{{7*7}}'
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """A report about chart files and a playlist of a world, and a chart with hostile names."""
    folder: Path = tmp_path_factory.mktemp("report")
    mirror = mirror_of_chart_files(WORLD, folder, without=(MISSING_WEEK,))
    row = made_up.chart_row(1, 1) | {"track_name": HOSTILE, "artist_names": HOSTILE}
    files = {chart_name(week, "zz"): made_up.chart_file([row]) for week in range(3)}
    files |= {f"{week}.json": world_envelope(WORLD, week) for week in range(WORLD.weeks)}
    lake = open_lake(str(folder / "lake"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    assert write_report(mirror, folder / "report.html") == 3
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser():
    if BROWSER is None:
        reason = "Chromium is not installed; run `apt-get install chromium`"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, report):
    """Opens the report in a window; fails if the page logs, shows a dialog, or makes requests."""
    contexts, problems = [], []

    def run(width=1280, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: problems.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: problems.extend(filter(is_remote, [request.url])))
        page.goto(report.as_uri())
        page.wait_for_selector("section:not([hidden]) .plot svg")
        return page

    yield run
    for context in contexts:
        context.close()
    assert problems == []


def is_remote(url):
    return not url.startswith(("file:", "data:", "blob:"))


def select_chart(page, chart):
    page.select_option("#chart", chart)
    page.wait_for_selector(f"section[data-chart='{chart}']:not([hidden])")
    return page.locator(f"section[data-chart='{chart}']")


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_figure_is_drawn_and_fits_the_window(open_page, width, scheme):
    page = open_page(width, scheme)
    plots = page.locator("section:not([hidden]) .plot")
    page.wait_for_function(
        "() => [...document.querySelectorAll('section:not([hidden]) .plot')]"
        ".every((plot) => plot.querySelector('svg'))"
    )
    assert plots.count() >= 4
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    is_light = sum(map(int, re.findall(r"\d+", background)[:3])) > 380
    assert is_light == (scheme == "light")


def test_the_report_shows_the_latest_chart(open_page):
    section = select_chart(open_page(), "regional-xx-weekly")
    leader = WORLD.chart(WORLD.weeks - 1)[0]
    assert leader.track.name in section.locator("h2").inner_text()
    rows = section.locator("table.entries tbody tr")
    assert rows.count() == 60
    assert rows.first.locator("b").inner_text() == leader.track.name


def test_the_filter_shows_matching_songs(open_page):
    section = select_chart(open_page(), "regional-xx-weekly")
    track = WORLD.chart(WORLD.weeks - 1)[40].track
    section.locator("input").fill(track.name.upper())
    rows = section.locator("table.entries tbody tr:visible")
    assert track.name in rows.first.inner_text()
    assert rows.count() < 10
    assert f"{rows.count()} found" in section.locator(".left").inner_text()
    section.locator("input").fill("")
    assert section.locator("table.entries tbody tr:visible").count() == 20
    section.locator("button.all").click()
    assert section.locator("table.entries tbody tr:visible").count() == 60


def test_hovering_highlights_a_song(open_page):
    page = open_page()
    select_chart(page, "regional-xx-weekly")
    section = page.locator("section:not([hidden])")
    plot = section.locator("[data-figure='bump']")
    plot.locator("svg").wait_for()
    opacities = "els => els.map(e => e.getAttribute('opacity') ?? e.style.opacity)"
    marks = plot.locator(".mark-line path")
    before = marks.evaluate_all(opacities)
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.mouse.move(box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 3)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "position" in page.locator("#vg-tooltip-element").inner_text()
    assert marks.evaluate_all(opacities) != before


def test_charts_can_be_selected_by_keyboard(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "chart"
    before = page.locator("section:not([hidden])").get_attribute("data-chart")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"() => document.body.dataset.shown !== '{before}'")
    assert page.locator("section:not([hidden])").count() == 1


def test_hostile_names_are_shown_as_text(open_page):
    page = open_page()
    section = select_chart(page, "regional-zz-weekly")
    assert section.locator("table.entries b").first.inner_text() == HOSTILE
    assert HOSTILE in section.locator("h2").inner_text()
    assert "stolen" not in page.title()
    assert page.locator("section img").count() == 0


def test_gaps_are_shown(open_page):
    section = select_chart(open_page(), "regional-xx-weekly")
    assert section.locator(".periods li.missing").count() == 1
    assert "29 of 30 weeks" in section.inner_text()
    assert "1 missing" in section.inner_text()


def test_every_figure_has_a_table(report):
    text = report.read_text(encoding="utf-8")
    assert text.count("The same as a table") >= 6
    assert re.search(r"<html lang=.en.>", text)
    for input_id in re.findall(r'<input id="([^"]+)"', text):
        assert f'for="{input_id}"' in text


def test_the_page_is_small_and_self_contained(report):
    assert report.stat().st_size < 5_000_000
    text = report.read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)[^"']+["']""", text.split("<script")[0])


def test_the_report_about_an_empty_mirror_says_so(tmp_path):
    refresh(open_lake(str(tmp_path / "lake")), tmp_path / "mirror.duckdb")
    assert write_report(tmp_path / "mirror.duckdb", tmp_path / "report.html") == 0
    assert "No charts yet" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_page_has_the_charts_that_were_chosen(report, tmp_path):
    mirror, page = report.parent / "mirror.duckdb", tmp_path / "page.html"
    assert write_report(mirror, page, chart="regional-xx-weekly") == 1
    text = page.read_text(encoding="utf-8")
    assert set(re.findall('data-chart="([^"]+)"', text)) == {"regional-xx-weekly"}
    with pytest.raises(QueryError):
        write_report(mirror, page, market="aq")


def test_the_page_has_the_charts_of_the_market_that_was_chosen(tmp_path):
    row = made_up.chart_row(1, 1)
    files = {chart_name(0, one): made_up.chart_file([row]) for one in ("se", "no")}
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    assert write_report(tmp_path / "mirror.duckdb", tmp_path / "page.html", market="se") == 1
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert set(re.findall('data-chart="([^"]+)"', text)) == {"regional-se-weekly"}


def test_figures_over_time_show_the_latest_two_years(tmp_path):
    files = {
        chart_name(week, "zz"): made_up.chart_file([made_up.chart_row(1, 1)])
        for week in (0, 30, 125)
    }
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    with open_mirror(tmp_path / "mirror.duckdb") as connection:
        (chart,) = find(connection, ["regional-zz-weekly"])
    assert len(chart.answers["number_ones"]) == 3
    assert len({row["month"] for row in chart.answers["artist_shares"]}) == 2


def test_the_error_about_a_missing_mirror_says_what_to_do(tmp_path):
    with pytest.raises(MirrorError, match="chartlake mirror"):
        write_report(tmp_path / "mirror.duckdb", tmp_path / "report.html")
