"""The reports across markets, compared with the world of eight markets."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import permutations
from statistics import mean, median_low

import pytest

from demo.journeys import MARKETS
from demo.markets import GLOBAL, REGIONS
from etl.database import connect, models, rows, set_variables
from tests.support.market_truth import MARKETS_OF_WORLD, spreads
from tests.support.world_truth import assert_close

WORLD = MARKETS_OF_WORLD.world
WEEKS = range(WORLD.weeks)
SPREADS = spreads()
# The songs of each region and week, with their positions.
POSITIONS = {
    (region, week): {
        entry.track.isrc: entry.position for entry in MARKETS_OF_WORLD.chart(region, week)
    }
    for region in REGIONS
    for week in WEEKS
}


def day(week: int):
    return WORLD.week_end(week)


@pytest.fixture
def asked(market_mirror, isrcs):
    """Returns the rows of a report, by ISRC where they are about a song, with variables set."""

    def ask(report, **variables):
        with connect(market_mirror, read_only=True) as connection:
            set_variables(connection, **variables)
            found = rows(connection, models("reports")[report])
        return [
            row | {"isrc": isrcs[row["recording_key"]]} if "recording_key" in row else row
            for row in found
        ]

    return ask


def weeks_in(region: str, isrc: str) -> dict[int, int]:
    """The positions of a song in a region, by week."""
    return {
        week: POSITIONS[region, week][isrc] for week in WEEKS if isrc in POSITIONS[region, week]
    }


def test_where_is(asked, isrcs):
    found = {(row["isrc"], row["market"]): row for row in asked("where_is", recordings=list(isrcs))}
    assert {isrc for isrc, _ in found} >= set(SPREADS)
    expected = {}
    for isrc in set(isrcs.values()):
        for region in REGIONS:
            if positions := weeks_in(region, isrc):
                peak = min(positions.values())
                expected[isrc, region] = {
                    "position": positions.get(WEEKS[-1]),
                    "chart_date": day(WEEKS[-1]),
                    "peak_position": peak,
                    "peak_date": day(min(week for week in positions if positions[week] == peak)),
                    "first_date": day(min(positions)),
                    "is_start_known": min(positions) > 0,
                    "last_date": day(max(positions)),
                    "periods": len(positions),
                    "cadence": "weekly",
                }
    assert {
        key: {name: row[name] for name in expected[key]} for key, row in found.items()
    } == expected


def test_where_the_number_ones_are(asked):
    found = asked("where_is")
    leaders = {
        isrc
        for region in REGIONS
        for isrc, position in POSITIONS[region, WEEKS[-1]].items()
        if position == 1
    }
    assert {row["isrc"] for row in found} == leaders


def test_song_spread(asked, isrcs):
    found = {row["isrc"]: row for row in asked("song_spread", recordings=list(isrcs))}
    assert found.keys() == SPREADS.keys()
    for isrc, spread in SPREADS.items():
        row = found[isrc]
        known = spread.first_week > 0
        days = sorted([0] * len(spread.first_markets) + [7 * one for one in spread.delays.values()])
        in_world = weeks_in(GLOBAL, isrc)
        expected = {
            "first_markets": sorted(spread.first_markets) if known else None,
            "of_markets": 8 if known else 0,
            "first_date": day(spread.first_week),
            "is_start_known": known,
            "markets": len(spread.entries),
            "days_to_second": days[1] if known and len(days) > 1 else None,
            "days_to_fifth": days[4] if known and len(days) > 4 else None,
            "days_to_tenth": None,
            "days_to_global": 7 * (min(in_world) - spread.first_week)
            if known and in_world and min(in_world) > 0
            else None,
        }
        assert {name: row[name] for name in expected} == expected
    assert sum(row["days_to_fifth"] is not None for row in found.values()) > 10
    several = {row["isrc"] for row in asked("song_spread")}
    assert several == {isrc for isrc, spread in SPREADS.items() if len(spread.entries) > 1}
    in_korea = {row["isrc"] for row in asked("song_spread", markets=["kr"])}
    assert in_korea == {
        isrc
        for isrc in several
        if SPREADS[isrc].first_week > 0 and "kr" in SPREADS[isrc].first_markets
    }


def test_leading_markets(asked):
    songs = {
        isrc: {
            **dict.fromkeys(spread.first_markets, 0),
            **{market: 7 * weeks for market, weeks in spread.delays.items()},
        }
        for isrc, spread in SPREADS.items()
        if spread.first_week > 0 and len(spread.entries) > 1
    }
    leads = defaultdict(list)
    firsts: Counter[str] = Counter()
    ties: Counter[str] = Counter()
    for arrivals in songs.values():
        for one, other in permutations(arrivals, 2):
            leads[one].append(arrivals[other] - arrivals[one])
        first = [market for market, delay in arrivals.items() if delay == 0]
        (ties if len(first) > 1 else firsts).update(first)
    found = {row["market"]: row for row in asked("leading_markets")}
    assert found.keys() == leads.keys()
    for market, row in found.items():
        number = sum(market in arrivals for arrivals in songs.values())
        enough = number >= 10
        expected = {
            "songs": number,
            "first_songs": firsts[market],
            "shared_first_songs": ties[market],
            "first_share": firsts[market] / number if enough else None,
            "median_lead": median_low(leads[market]) if enough else None,
            "ahead_share": mean(lead > 0 for lead in leads[market]) if enough else None,
            "behind_share": mean(lead < 0 for lead in leads[market]) if enough else None,
        }
        assert {name: row[name] for name in expected} == pytest.approx(expected)
    assert any(row["first_share"] for row in found.values())


def test_markets_with_too_few_songs_come_last_by_name(asked):
    numbers = set()
    for week in WEEKS[:: len(WEEKS) // 8]:
        rows = asked("leading_markets", since=day(week))
        unknown = [row["market"] for row in rows if row["ahead_share"] is None]
        assert [row["market"] for row in rows][len(rows) - len(unknown) :] == sorted(unknown)
        numbers.add(len(unknown))
    assert numbers & {2, 3, 4, 5, 6, 7}


def test_market_songs(asked):
    years = {day(week).year for week in WEEKS}
    expected = {}
    for market in MARKETS:
        for year in years:
            weeks = [week for week in WEEKS if day(week).year == year]
            spread = [
                sum(isrc in POSITIONS[other, week] for other in MARKETS)
                for week in weeks
                for isrc in POSITIONS[market, week]
            ]
            expected[market, year] = {
                "periods": len(weeks),
                "markets": 8,
                "songs": 40,
                "own_share": mean(number == 1 for number in spread),
                "everywhere_share": mean(number == 8 for number in spread),
            }
    found = {(row["market"], row["year"]): row for row in asked("market_songs")}
    assert found.keys() == expected.keys()
    for key, row in found.items():
        assert_close({name: row[name] for name in expected[key]}, expected[key])


def test_song_reach(asked, isrcs):
    found = {row["isrc"]: row for row in asked("song_reach", recordings=list(isrcs))}
    assert found.keys() == SPREADS.keys()
    for isrc, spread in SPREADS.items():
        peaks = {
            market: min(position for _, position in one) for market, one in spread.entries.items()
        }
        weeks = [week for one in spread.entries.values() for week, _ in one]
        expected = {
            "markets": len(spread.entries),
            "of_markets": 8,
            "reach_share": len(spread.entries) / 8,
            "best_markets": sorted(one for one in peaks if peaks[one] == min(peaks.values())),
            "peak_position": min(peaks.values()),
            "first_date": day(min(weeks)),
            "last_date": day(max(weeks)),
        }
        assert {name: found[isrc][name] for name in expected} == expected
    now = {isrc for market in MARKETS for isrc in POSITIONS[market, WEEKS[-1]]}
    assert {row["isrc"] for row in asked("song_reach")} == now


def overlap(one: str, other: str, week: int) -> float:
    """The Jaccard index of two markets."""
    songs, others = POSITIONS[one, week].keys(), POSITIONS[other, week].keys()
    return len(songs & others) / len(songs | others)


def test_market_similarity_and_convergence(asked):
    months = {(day(week).year, day(week).month): week for week in WEEKS}
    years = sorted({year for year, _ in months})
    expected = {
        (one, other, year): mean(
            overlap(one, other, week) for (of, _), week in months.items() if of == year
        )
        for one, other in permutations(MARKETS, 2)
        for year in years
    }
    found = {
        (row["market"], row["other_market"], row["year"]): row["overlap_share"]
        for row in asked("market_similarity", markets=list(MARKETS))
    }
    assert_close(found, expected)
    once = asked("market_similarity")
    assert all(row["market"] < row["other_market"] for row in once)
    assert len(once) * 2 == len(expected)
    last = max(months.values())
    for row in once:
        if row["year"] == years[-1]:
            similar = overlap(row["market"], row["other_market"], last)
            assert row["latest_overlap_share"] == pytest.approx(similar)
    for row in asked("market_convergence"):
        of_year = [share for (*_, year), share in expected.items() if year == row["year"]]
        assert row["overlap_share"] == pytest.approx(mean(of_year))
        assert (row["pairs"], row["same_pairs"], row["change"]) == (28, 0, None)
