"""Which chart a text chooses, and what is said where it chooses none."""

from __future__ import annotations

import duckdb
import pytest

from etl.errors import QueryError
from etl.mirror.choices import Chart, find_charts, known_charts

CHARTS = [
    Chart("regional-global-weekly", "Top Songs · Global · weekly", "global"),
    Chart("regional-de-weekly", "Top Songs · Germany · weekly", "de"),
]


@pytest.mark.parametrize(
    ("chart", "market", "sentence"),
    [
        (
            "viral",
            None,
            "The mirror has no chart with 'viral' in its id or name. It has Top Songs · Global ·"
            " weekly (regional-global-weekly), Top Songs · Germany · weekly (regional-de-weekly).",
        ),
        (
            "regional-de-weekly",
            "global",
            "The mirror has no chart of the market 'global' with 'regional-de-weekly' in its id or"
            " name. It has Top Songs · Global · weekly (regional-global-weekly).",
        ),
    ],
)
def test_a_chart_that_is_not_there_is_told_from_those_of_the_market(chart, market, sentence):
    with pytest.raises(QueryError) as failed:
        find_charts(CHARTS, chart, market)
    assert str(failed.value) == sentence


def test_charts_of_songs_come_first_then_global_ones_then_those_with_the_longest_history():
    listed = [
        # chart, family, market, periods
        ("regional-global-weekly", "regional", "global", 1),
        ("37i9dQZEVXbNG2KDcFcKOF", "playlist", None, 3),
        ("unknown", None, None, 3),
        ("regional-de-weekly", "regional", "de", 2),
        ("citytoptrack-berlin-weekly", "city", None, 2),
        ("album-global-weekly", "album", "global", 9),
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "create table charts"
            " (chart_id text, chart_name text, kind text, family text, market text)"
        )
        connection.execute("create table chart_periods (chart_id text)")
        for chart, family, market, periods in reversed(listed):
            kind = family if family == "album" else "song"
            connection.execute(
                "insert into charts values (?, ?, ?, ?, ?)", [chart, chart, kind, family, market]
            )
            for _ in range(periods):
                connection.execute("insert into chart_periods values (?)", [chart])
        assert [one.chart_id for one in known_charts(connection)] == [one[0] for one in listed]
