"""The start page in a browser: number ones by country, what moved, and what is compared."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from etl.report.tiles import place, places
from etl.sources.markets import market_name
from tests.support.reported_world import DRAWN, MARKET_WEEKS, MARKETS, REGIONS, WORLD

pytestmark = pytest.mark.slow

COUNTRIES = [region for region in REGIONS if region != "global"]

# The contrast of each text with its ground, as WCAG defines it.
CONTRASTS = """() => {
    const light = (colour) => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
        const linear = parts.map(
            (one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    };
    const ground = (element) => {
        const colour = getComputedStyle(element).backgroundColor;
        return colour === 'rgba(0, 0, 0, 0)' ? ground(element.parentElement) : colour;
    };
    const texts = 'section:not([hidden]) :is(a, p, b, td, th, li, i, span, h2, h3, h4, figcaption)';
    return [...document.querySelectorAll(texts)].filter((one) => one.innerText).map((one) => {
        const both = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => b - a);
        return (both[0] + 0.05) / (both[1] + 0.05);
    });
}"""


def leader(region):
    return MARKETS.chart(region, WORLD.weeks - 1)[0].track.name


def chart_id(region):
    return f"regional-{region}-weekly"


@pytest.mark.parametrize("width", [390, 900, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["#start", "#compare"])
def test_the_start_page_and_the_comparison_fit_the_window(open_page, width, scheme, view):
    page = open_page(width, scheme, view)
    assert page.locator("section:not([hidden])").get_attribute("data-view") == view
    page.wait_for_function(f"document.documentElement.scrollWidth <= {width}", timeout=10_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_their_ground(open_page, scheme):
    page = open_page(scheme=scheme, view="#start")
    ratios = page.evaluate(CONTRASTS)
    assert len(ratios) > 20
    assert min(ratios) >= 4.5


def test_the_start_page_is_shown_first(open_page):
    page = open_page(view="")
    section = page.locator("section:not([hidden])")
    assert section.get_attribute("data-view") == "#start"
    assert section.locator("h2").inner_text().startswith(leader("global"))


@pytest.mark.parametrize("width", [390, 1280])
def test_the_map_has_the_number_one_of_each_country(open_page, width):
    page = open_page(width, view="#start")
    tiles = page.locator(".map a:visible")
    names = [tile.get_attribute("aria-label") for tile in tiles.all()]
    assert names == sorted(names)
    assert {name.split(" by ")[0] for name in names} == {
        f"{market_name(country)}: {leader(country)}" for country in COUNTRIES
    }


def test_a_song_that_leads_in_several_countries_has_a_letter_on_the_map(open_page):
    page = open_page(view="#start")
    leaders = [leader(country) for country in COUNTRIES]
    shared = {song for song in leaders if leaders.count(song) > 1}
    assert set(page.locator(".key b").all_inner_texts()) == shared
    lettered = page.locator(".map a i").count()
    assert lettered == sum(song in shared for song in leaders)


def test_a_tile_leads_to_the_chart_of_its_country(open_page):
    page = open_page(view="#start")
    page.locator(".map a", has_text="JP").click()
    page.wait_for_function(DRAWN)
    assert page.locator("section:not([hidden]) h2").inner_text().startswith(leader("jp"))
    page.wait_for_function("() => document.activeElement.tagName === 'H2'")


def test_charts_that_are_not_on_the_map_have_their_number_ones_in_a_table(open_page):
    page = open_page(view="#start")
    table = page.get_by_role("region", name="Number ones as a table").first
    assert table.locator("tbody tr").count() == 4
    row = table.locator("tr", has_text="Global · weekly")
    assert row.locator("b").inner_text() == leader("global")


def test_songs_heard_everywhere_are_those_in_most_countries(open_page):
    page = open_page(view="#start")
    positions = defaultdict(list)
    for country in COUNTRIES:
        for entry in MARKETS.chart(country, WORLD.weeks - 1):
            positions[entry.track.isrc].append(entry.position)
    wanted = sorted(((len(found), -min(found)) for found in positions.values()), reverse=True)
    rows = page.get_by_role("region", name="Songs in most countries").locator("tbody tr")
    shown = [row.locator("td").nth(1).inner_text() for row in rows.all()]
    assert [int(one) for one in shown] == [one for one, _ in wanted if one > 2][:8]


def test_the_biggest_climbs_are_those_of_the_latest_charts(open_page):
    page = open_page(view="#start")
    last = WORLD.weeks - 1
    climbs = []
    for country in REGIONS:
        before = {one.track.isrc: one.position for one in MARKETS.chart(country, last - 1)}
        latest = MARKETS.chart(country, last)
        climbs += [before.get(one.track.isrc, 0) - one.position for one in latest]
    shown = page.locator(".news", has_text="from").locator("li").first.inner_text()
    start, end = map(int, re.findall(r"from (\d+) to (\d+)", shown)[0])
    assert start - end >= max(climbs) > 0


def test_coverage_names_the_periods_that_a_chart_lacks(open_page):
    page = open_page(view="#start")
    assert "1 of 9 charts has gaps" in page.locator("section:not([hidden])").inner_text()
    row = page.locator("section:not([hidden]) tr", has_text="xx").last
    assert "1 of 30 weeks" in row.inner_text()


def test_two_charts_that_are_chosen_are_compared(open_page):
    page = open_page(view="#compare")
    for side, region in (("left", "us"), ("right", "gb")):
        page.select_option(f"#{side}-chart", chart_id(region))
    here, there = (
        {entry.track.isrc: entry.position for entry in MARKETS.chart(region, WORLD.weeks - 1)}
        for region in ("us", "gb")
    )
    shared = here.keys() & there.keys()
    assert f"{len(shared)} songs in common" in page.locator("#compared-charts").inner_text()
    positions = page.locator("#compared-charts table").first.locator("td").all_inner_texts()
    found = list(zip(map(int, positions[::2]), map(int, positions[1::2]), strict=True))
    expected = sorted(((here[one], there[one]) for one in shared), key=sum)[:20]
    assert list(map(sum, found)) == list(map(sum, expected))


def test_two_markets_are_compared_month_by_month(open_page):
    page = open_page(view="#compare")
    for side, region in (("left", "us"), ("right", "gb")):
        page.select_option(f"#{side}-chart", chart_id(region))
    figure = page.locator("#compared-months")
    figure.locator("svg").wait_for()
    weeks = range(WORLD.weeks - MARKET_WEEKS, WORLD.weeks)
    latest = {f"{WORLD.week_end(week):%Y-%m-01}": week for week in weeks}
    expected = {}
    for month, week in latest.items():
        here, there = (
            {entry.track.isrc for entry in MARKETS.chart(region, week)} for region in ("us", "gb")
        )
        shared = here & there
        expected[month] = (round(len(shared) / len(here | there), 3), len(shared))
    found = page.evaluate(
        "[page.overlaps.months, ...page.overlaps.pairs['regional-gb-weekly regional-us-weekly']]"
    )
    assert {
        month: (share / 1000, songs) for month, share, songs in zip(*found, strict=True)
    } == expected
    caption = figure.locator("figcaption").inner_text()
    assert [f"{share:.0%}".replace("%", " %") in caption for share, _ in expected.values()] == [
        *(True, True)
    ]
    page.select_option("#right-chart", chart_id("global"))
    figure.wait_for(state="hidden")


def test_two_artists_that_are_chosen_are_compared(open_page):
    page = open_page(view="#compare")
    assert page.locator("#compared-artists tbody tr").count() > 1
    entries = MARKETS.chart("jp", WORLD.weeks - 1)
    artist = entries[0].track.artists[0].name
    page.fill("#left-artist", artist.upper())
    page.locator("#left-artist").press("Tab")
    row = page.locator("#compared-artists tr", has_text=market_name("jp")).first
    own = [one for one in entries if artist in [by.name for by in one.track.artists]]
    assert f"{len(own)} song" in row.inner_text()
    page.fill("#left-artist", "Nobody")
    page.locator("#left-artist").press("Tab")
    assert "No artist on this page" in page.locator("#compared-artists").inner_text()


def test_each_country_has_one_place_on_the_map_and_others_stand_below():
    assert len(set(places().values())) == len(places()) > 190
    assert all(market_name(country) for country in places())
    lowest = max(row for row, _ in places().values())
    assert place("xz", 0) == (lowest + 1, 1)
    assert place("xz", 2) == (lowest + 1, 3)
