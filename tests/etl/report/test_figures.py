"""What the figures of the page are given: only what they draw, in little space."""

from __future__ import annotations

import pytest

from etl.report.columns import family_lines, small_line
from etl.report.figures import figures


@pytest.mark.parametrize(
    ("positions", "letters"),
    [([1, 200, None, 1], "A9.A"), ([1], "A"), ([None, 250, 100], ".9e"), ([], "")],
)
def test_a_small_line_has_a_letter_for_each_period_and_a_dot_where_it_breaks(positions, letters):
    assert small_line(positions, 200) == letters


def test_charts_of_a_family_share_the_median_of_the_days_that_three_of_them_have():
    days = ["2026-01-01", "2026-01-08", "2026-01-15"]
    charts = [{"lines": {"churn": (days, [one, 2 * one, 9])}} for one in (10, 20, 60)]
    charts[0]["lines"] = {"churn": (days[:2], [10, 20])}
    assert family_lines(charts) == {"churn": (days[:2], [20, 40])}
    assert family_lines(charts[:2]) == {}


def test_figures_have_no_values_of_their_own():
    assert all("data" not in figure for figure in figures().values())
