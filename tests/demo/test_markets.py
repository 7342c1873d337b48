"""The markets of the invented world: homes, journeys, and the sum that is the global chart."""

from __future__ import annotations

from collections import defaultdict

import pytest

from demo.chart_file import album_chart_csv, artist_chart_csv, chart_file_name
from demo.downloads import trend_files
from demo.journeys import MARKETS, home_market
from demo.markets import REGIONS, Markets
from demo.scenes import SCENES
from demo.world import World
from tests.support.market_truth import MARKETS_OF_WORLD, market_entries, new_songs, spreads

WEEKS = range(MARKETS_OF_WORLD.world.weeks)


@pytest.fixture(scope="module")
def full():
    """Markets of a world in which the chart of a market lists every song that is heard there."""
    return Markets(World(6), size=10_000)


def test_the_same_world_has_the_same_charts_and_more_weeks_do_not_change_them():
    shorter = Markets(World(5), size=40)
    for region in REGIONS:
        for week in range(5):
            assert shorter.chart(region, week) == MARKETS_OF_WORLD.chart(region, week)
            artists = MARKETS_OF_WORLD.artist_chart(region, week)
            assert shorter.artist_chart(region, week) == artists
            assert shorter.album_chart(region, week) == MARKETS_OF_WORLD.album_chart(region, week)
    for market in MARKETS:
        for week in range(5):
            viral = MARKETS_OF_WORLD.viral_chart(market, week)
            assert shorter.viral_chart(market, week) == viral
            assert shorter.city_chart(market, week) == MARKETS_OF_WORLD.city_chart(market, week)


@pytest.mark.parametrize("chart", [Markets.viral_chart, Markets.city_chart])
def test_viral_and_city_charts_have_songs_that_are_not_among_the_top_songs_yet(chart):
    ahead = 0
    for market in MARKETS:
        top: set[str] = set()
        for week in WEEKS:
            top |= {entry.track.isrc for entry in MARKETS_OF_WORLD.chart(market, week)}
            entries = chart(MARKETS_OF_WORLD, market, week)
            assert [entry.position for entry in entries] == list(range(1, 21))
            ahead += sum(entry.track.isrc not in top for entry in entries)
    assert ahead > 10


def test_the_files_of_viral_and_city_charts_are_named_by_market_and_city():
    files = trend_files(MARKETS_OF_WORLD, 1)
    assert len(files) == 2 * len(MARKETS)
    viral = files["viral-jp-weekly-2024-11-07.csv"].decode()
    assert viral.startswith(
        "\ufeffrank,uri,artist_names,track_name,source,peak_rank,previous_rank,"
    )
    assert "streams" not in viral
    city = files["citytoptrack-tokyo-weekly-2024-11-07.csv"].decode()
    assert city.partition("\r\n")[0].endswith(",streams")


def test_every_market_has_a_full_chart_of_its_own():
    for week in WEEKS:
        charts = {region: MARKETS_OF_WORLD.chart(region, week) for region in REGIONS}
        assert all(len(chart) == 40 for chart in charts.values())
        assert len({tuple(entry.track.isrc for entry in chart) for chart in charts.values()}) == 9


def test_the_global_chart_is_that_of_the_world():
    world = World(8, size=30)
    markets = Markets(world, size=30)
    assert all(markets.chart("global", week) == world.chart(week) for week in range(8))


def test_the_streams_of_the_markets_add_up_to_those_of_the_global_chart(full):
    for week in range(full.world.weeks):
        totals: dict[str, int] = defaultdict(int)
        for market in MARKETS:
            for entry in full.chart(market, week):
                totals[entry.track.isrc] += entry.streams
        assert totals == {e.track.isrc: e.streams for e in full.chart("global", week)}


def test_every_country_of_a_scene_has_a_home_market():
    countries = {country for scene in SCENES for country in scene.countries}
    assert {home_market(country) for country in countries} == set(MARKETS)


def test_artists_are_at_home_where_the_isrcs_of_their_songs_are_from():
    for _, _, entry in market_entries():
        assert entry.track.artists[0].country == entry.track.isrc[:2]


def test_a_new_song_enters_at_home_first_and_elsewhere_exactly_when_it_was_to_arrive():
    travelled = 0
    for isrc, spread in new_songs().items():
        journey = MARKETS_OF_WORLD.journey(isrc)
        assert spread.first_markets == {journey.home}
        assert spread.delays.items() <= journey.delays.items()
        travelled += bool(spread.delays)
    assert 0.2 < travelled / len(new_songs()) < 0.8


def test_a_song_that_stays_at_home_is_in_no_other_market():
    at_home = {isrc for isrc in new_songs() if not MARKETS_OF_WORLD.journey(isrc).delays}
    assert len(at_home) > 10
    assert all(len(spreads()[isrc].entries) == 1 for isrc in at_home)


def test_some_songs_have_another_id_in_a_market():
    ids: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for _, week, entry in market_entries():
        ids[entry.track.isrc][week].add(entry.track.song_id)
    assert sum(any(len(found) > 1 for found in weeks.values()) for weeks in ids.values()) > 5


@pytest.mark.parametrize("chart", [Markets.artist_chart, Markets.album_chart])
def test_artist_and_album_charts_agree_with_the_weeks_before_them(chart):
    weeks: dict[str, list[int]] = defaultdict(list)
    previous: dict[str, int] = {}
    for week in WEEKS:
        listed = {entry_key(entry): entry.standing for entry in chart(MARKETS_OF_WORLD, "jp", week)}
        for key, standing in listed.items():
            weeks[key].append(standing.position)
            assert standing.previous_position == previous.get(key)
            assert standing.peak_position == min(weeks[key])
            assert standing.weeks_on_chart == len(weeks[key])
        previous = {key: standing.position for key, standing in listed.items()}
        assert list(previous.values()) == list(range(1, len(listed) + 1))
    assert len(weeks) > len(previous) > 10


def test_the_files_of_artist_and_album_charts_are_named_and_written_like_those_of_songs():
    end = MARKETS_OF_WORLD.world.week_end(1)
    assert chart_file_name("jp", end, "artist") == "artist-jp-weekly-2024-11-07.csv"
    artists = artist_chart_csv(MARKETS_OF_WORLD.artist_chart("jp", 1)).decode()
    albums = album_chart_csv(MARKETS_OF_WORLD.album_chart("jp", 1)).decode()
    first = MARKETS_OF_WORLD.artist_chart("jp", 1)[0]
    assert artists.startswith(
        "\ufeffrank,uri,artist_name,peak_rank,previous_rank,weeks_on_chart\r\n"
        f'1,"spotify:artist:{first.artist.artist_id}","{first.artist.name}",1,'
    )
    assert albums.startswith("\ufeffrank,uri,artist_names,album_name,source,peak_rank,")
    assert albums.count("\r\n") == 1 + len(MARKETS_OF_WORLD.album_chart("jp", 1))


def entry_key(entry):
    """The id of the entry's artist or album."""
    return entry.artist.artist_id if hasattr(entry, "artist") else entry.album.album_id
