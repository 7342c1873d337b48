"""Which chart a text chooses, and what is said where it chooses none."""

from __future__ import annotations

import pytest

from etl.errors import QueryError
from etl.mirror.choices import Chart, find_charts

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
