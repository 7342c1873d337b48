"""The reports about early charts and about homes, compared with the world of eight markets."""

from __future__ import annotations

from fractions import Fraction
from statistics import median_low

import pytest

from demo.journeys import MARKETS
from demo.trends import CITIES
from etl.database import connect, models, rows
from etl.sources.chart_names import chart_name
from tests.support.market_truth import MARKETS_OF_WORLD
from tests.support.trend_truth import artists_at_home, exports, leads, parts_by_home
from tests.support.world_mirrors import mirror_of_trends
from tests.support.world_truth import assert_close

WORLD = MARKETS_OF_WORLD.world
YEARS = sorted({WORLD.week_end(week).year for week in range(WORLD.weeks)})


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    return mirror_of_trends(MARKETS_OF_WORLD, tmp_path_factory.mktemp("trends"))


@pytest.fixture
def asked(mirror):
    """Returns the rows of a report."""

    def ask(report):
        with connect(mirror, read_only=True) as connection:
            return rows(connection, models("reports")[report])

    return ask


def test_early_charts(asked):
    expected = {}
    for market, city in CITIES.items():
        for chart_id, family, chart in (
            (f"viral-{market}-weekly", "viral", MARKETS_OF_WORLD.viral_chart),
            (f"citytoptrack-{city}-weekly", "city", MARKETS_OF_WORLD.city_chart),
        ):
            days = leads(chart, market)
            enough = len(days) >= 10
            earlier = sum(lead > 0 for lead in days)
            expected[chart_name(chart_id)] = {
                "market": market,
                "family": family,
                "earlier_share": earlier / len(days) if enough else None,
                "median_lead": median_low(days) if enough else None,
                "earlier": earlier,
                "same_time": days.count(0),
                "later": sum(lead < 0 for lead in days),
                "songs": len(days),
            }
    found = {row.pop("chart_name"): row for row in asked("early_charts")}
    assert found == expected
    assert any(row["earlier_share"] for row in found.values())
    assert any(row["later"] for row in found.values())


def test_local_artists(asked):
    expected = {}
    shares: dict[tuple[str, int], Fraction | None] = {}
    for market in MARKETS:
        for year in YEARS:
            weeks = [week for week in range(WORLD.weeks) if WORLD.week_end(week).year == year]
            span = range(weeks[0], weeks[-1] + 1)
            parts = parts_by_home(market, span)
            total, unknown = sum(parts.values(), Fraction()), parts.get(None, Fraction())
            local = parts.get(market, Fraction())
            artists = sum(map(len, artists_at_home(market, span).values()))
            shares[market, year] = local / (total - unknown) if artists >= 10 else None
            share, before = shares[market, year], shares.get((market, year - 1))
            expected[market, year] = {
                "local_share": local / total,
                "foreign_share": (total - unknown - local) / total,
                "unknown_share": unknown / total,
                "local_share_of_known": share,
                "change": None if share is None or before is None else share - before,
                "artists": artists,
                "periods": len(weeks),
                "cadence": "weekly",
            }
    found = {(row.pop("market"), row.pop("year")): row for row in asked("local_artists")}
    assert_close(found, expected)
    assert any(row["change"] for row in found.values())
    assert all(0 < row["unknown_share"] < 0.6 for row in found.values())


def test_exporters(asked):
    found = {row.pop("market"): row for row in asked("exporters")}
    assert_close(found, exports())
    assert len(found) > len(MARKETS)
    assert max(row["artists"] for row in found.values()) > 10
