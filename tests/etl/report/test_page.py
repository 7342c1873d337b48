"""The report in a real browser: figures, filters, keyboard use, and hostile names."""

from __future__ import annotations

import json
import re

import pytest

from etl.errors import MirrorError, QueryError
from etl.lake import open_lake
from etl.mirror.reader import open_mirror
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.report import write_report
from etl.report.findings import find
from etl.report.page import page_about
from tests.support import made_up
from tests.support.reported_world import DRAWN, HOSTILE, WORLD
from tests.support.small_lakes import chart_name, put_pending

pytestmark = pytest.mark.slow

WEEKLY = "regional-xx-weekly"


def section_of(page):
    return page.locator("section:not([hidden])")


@pytest.mark.parametrize("width", [390, 900, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_figure_is_drawn_and_fits_the_window(open_page, width, scheme):
    page = open_page(width, scheme)
    assert section_of(page).locator(".plot svg").count() >= 4
    # Figures follow the width of the window a moment later.
    page.wait_for_function(f"document.documentElement.scrollWidth <= {width}", timeout=10_000)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    is_light = sum(map(int, re.findall(r"\d+", background)[:3])) > 380
    assert is_light == (scheme == "light")


def test_the_report_shows_the_latest_chart(open_page):
    section = section_of(open_page())
    leader = WORLD.chart(WORLD.weeks - 1)[0]
    assert leader.track.name in section.locator("h2").inner_text()
    rows = section.locator("table.entries tbody tr")
    assert rows.count() == 60
    assert rows.first.locator("b").inner_text() == leader.track.name
    assert rows.locator("td:nth-child(4) svg").count() == 60


def test_the_filter_shows_matching_songs(open_page):
    section = section_of(open_page())
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
    plot = section_of(page).locator(".plot[data-figure='bump']")
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


def test_a_line_has_points_in_the_top_ten_and_breaks_where_it_leaves(open_page):
    chart = """{ends: ["a", "b", "c", "d", "e"], top: [["Song", "Artist", POSITIONS]]}"""
    page = open_page()
    for positions, drawn in (
        ("[11, 3, 2, 12, 13]", [3, 2, None]),
        ("[3, 0, 0, 4, 5]", [3, None, 4, 5]),
        ("[0, 0, 0, 0, 10]", [10]),
    ):
        points = page.evaluate(f"topTen({chart.replace('POSITIONS', positions)})")
        assert [point["position"] for point in points] == drawn
        assert not any(point["is_last"] for point in points[:-1])


def test_the_median_of_the_family_is_dotted_beside_the_chart(open_page):
    section = section_of(open_page())
    assert "Dotted: the median of all weekly Top Songs charts" in section.inner_text()
    lines = section.locator(".plot[data-figure='churn'] .mark-line path")
    dashes = [line.get_attribute("stroke-dasharray") for line in lines.all()]
    lengths = [len(re.findall("L", line.get_attribute("d"))) for line in lines.all()]
    assert dashes == ["1,0", "3,3"]
    assert lengths[0] > 20 > lengths[1]


def test_charts_can_be_selected_by_keyboard(open_page):
    page = open_page()
    page.locator("#chart").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function(f"() => location.hash !== '#/{WEEKLY}'")
    assert section_of(page).count() == 1
    page.go_back()
    page.wait_for_function(DRAWN)
    assert section_of(page).get_attribute("data-chart") == WEEKLY


def test_hostile_names_are_shown_as_text(open_page):
    page = open_page(view="#/regional-zz-weekly")
    section = section_of(page)
    assert section.locator("table.entries b").first.inner_text() == HOSTILE
    assert HOSTILE in section.locator("h2").inner_text()
    page = open_page(view="#compare")
    page.select_option("#left-chart", "regional-zz-weekly")
    assert HOSTILE in page.locator("#compared-charts").inner_text()
    assert "stolen" not in page.title()
    assert page.locator("section img").count() == 0


def test_gaps_are_shown(open_page):
    section = section_of(open_page())
    assert section.locator(".periods i.missing").count() == 1
    assert "29 of 30 weeks" in section.inner_text()
    assert "1 missing" in section.inner_text()


def test_every_figure_over_time_has_a_table(open_page):
    section = section_of(open_page())
    details = section.locator("details[data-figure]")
    assert details.count() == 3
    for one in details.all():
        one.locator("summary").click()
        one.locator("tbody tr").nth(4).wait_for()
    for one in section.locator("input").all():
        assert section.locator(f"label[for='{one.get_attribute('id')}']").count() == 1


def test_the_page_is_self_contained(report):
    text = report.read_text(encoding="utf-8")
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)[^"']+["']""", text.split("<script")[0])


def test_a_chart_takes_little_of_the_page(report):
    # Charts of 200 entries take less for each than this one of 60.
    text = report.read_text(encoding="utf-8")
    section = text[text.index(f'data-chart="{WEEKLY}"') :].split("</section>")[0]
    (columns,) = re.findall('id="columns">(.*?)</script>', text)
    assert len(re.findall("<tr data-s", section)) == 60
    assert len(section) < 25_000
    assert len(json.dumps(json.loads(columns)["charts"][WEEKLY])) < 15_000


def test_the_report_about_an_empty_mirror_says_so(tmp_path):
    refresh(open_lake(str(tmp_path / "lake")), tmp_path / "mirror.duckdb")
    assert write_report(tmp_path / "mirror.duckdb", tmp_path / "report.html") == 0
    assert "No charts yet" in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("choice", "chosen"), [({"chart": WEEKLY}, WEEKLY), ({"market": "jp"}, "regional-jp-weekly")]
)
def test_the_page_has_the_charts_that_were_chosen(report, tmp_path, choice, chosen):
    assert write_report(report.parent / "mirror.duckdb", tmp_path / "page.html", **choice) == 1
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert re.findall('data-chart="([^"]+)"', text) == [chosen]
    assert 'data-view="#start"' not in text


def test_a_market_without_a_chart_has_no_page(report, tmp_path):
    with pytest.raises(QueryError):
        write_report(report.parent / "mirror.duckdb", tmp_path / "page.html", market="aq")


def test_findings_are_of_two_years_and_entries_that_are_unavailable_are_not_one_song(tmp_path):
    files = {
        chart_name(week, "zz"): made_up.chart_file([made_up.chart_row(1, 1)])
        for week in (0, 30, 125)
    }
    unavailable = made_up.page([made_up.entry(None), made_up.entry(None)])
    files["a.json"] = made_up.envelope(unavailable, at="2026-01-01T12:00:00Z")
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    with open_mirror(tmp_path / "mirror.duckdb") as connection:
        chart, playlist = find(connection, ["regional-zz-weekly", made_up.PLAYLIST])
    assert len(chart.answers["number_ones"]) == 3
    assert len({row["month"] for row in chart.answers["artist_shares"]}) == 2
    assert len({row["recording_key"] for row in playlist.entries}) == 2
    page = page_about([chart, playlist])
    assert "unknown, as the week before is missing" in page
    assert "Untitled" in page


def test_the_error_about_a_missing_mirror_says_what_to_do(tmp_path):
    with pytest.raises(MirrorError, match="chartlake mirror"):
        write_report(tmp_path / "mirror.duckdb", tmp_path / "report.html")
