"""What the figures of the page are given: only what they draw."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from etl.report.figures import figures

PERIODS = ["2026-01-01", "2026-01-08", "2026-01-15", "2026-01-22", "2026-01-29"]


@pytest.mark.parametrize(
    ("positions", "drawn"),
    [
        ([11, 3, 2, 12, 13], [3, 2, None]),
        ([3, None, None, 4, 5], [3, None, 4, 5]),
        ([None, None, None, None, 10], [10]),
    ],
)
def test_a_line_has_points_in_the_top_ten_and_breaks_where_it_leaves(positions, drawn):
    song = {"song_name": "A", "artist_credit": "B", "run_id": "a", "positions": positions}
    nothing: dict[str, list[object]] = {
        name: [] for name in ("churn", "concentration", "song_trends")
    }
    chart = SimpleNamespace(
        top=[song], recent_periods=PERIODS, answers=nothing, shares=lambda report, name: []
    )
    points = figures(chart)["bump"]["data"]["values"]  # type: ignore[arg-type]
    assert [point["position"] for point in points] == drawn
    assert [point["is_last"] for point in points[:-1]] == [False] * (len(drawn) - 1)
