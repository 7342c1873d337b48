"""What a visitor of the chart site can download: chart files of the markets of the world."""

from __future__ import annotations

from collections.abc import Iterable

from demo.chart_file import (
    album_chart_csv,
    artist_chart_csv,
    chart_csv,
    chart_file_name,
    viral_chart_csv,
)
from demo.journeys import MARKETS
from demo.markets import REGIONS, Markets
from demo.trends import CITIES


def chart_files(markets: Markets, week: int, regions: Iterable[str] = REGIONS) -> dict[str, bytes]:
    """The charts of songs, artists and albums of the regions in a week, by file name."""
    end = markets.world.week_end(week)
    files = song_files(markets, week, regions)
    for region in regions:
        bodies = {
            "artist": artist_chart_csv(markets.artist_chart(region, week)),
            "album": album_chart_csv(markets.album_chart(region, week)),
        }
        files |= {chart_file_name(region, end, family): bodies[family] for family in bodies}
    return files


def song_files(markets: Markets, week: int, regions: Iterable[str] = REGIONS) -> dict[str, bytes]:
    """The charts of songs of the regions in a week, by file name."""
    end = markets.world.week_end(week)
    return {chart_file_name(one, end): chart_csv(markets.chart(one, week)) for one in regions}


def trend_files(
    markets: Markets, week: int, among: Iterable[str] = tuple(MARKETS)
) -> dict[str, bytes]:
    """The viral chart of each market in a week, and the chart of its city, by file name."""
    end = markets.world.week_end(week)
    files: dict[str, bytes] = {}
    for market in among:
        viral = viral_chart_csv(markets.viral_chart(market, week))
        files[chart_file_name(market, end, "viral")] = viral
        city = chart_csv(markets.city_chart(market, week))
        files[chart_file_name(CITIES[market], end, "citytoptrack")] = city
    return files
