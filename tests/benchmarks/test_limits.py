"""The limits of the short form: each is broken once."""

from __future__ import annotations

import pytest

from benchmarks.cases import CASES
from benchmarks.limits import broken_limits
from benchmarks.measuring import Cost
from benchmarks.table import Row

COST = Cost(cpu=1.0, wall=1.0, peak_mb=200.0)
GOOD = [
    Row("process", 1_000, "chartlake", COST, 1.0),
    Row("process", 1_000, "tutorial", COST, 4.5),
    Row("growth", 2_100, "chartlake, 2,100 files", COST, 9.0),
    Row("mirror", 5_000, "then mirror", COST),
    Row("mirror", 250_000, "then mirror", Cost(2.0, 9.0, 200.0)),
    Row("year", 600, "process, second half", COST, 1.2),
    Row("requests", 2, "1 chart: together", COST, requests=18),
    Row("requests", 106, "1 chart: together", COST, requests=18),
]


def test_good_rows_break_no_limit():
    assert broken_limits(GOOD) == []


def test_the_short_form_measures_only_what_has_a_limit():
    assert {name for name, case in CASES.items() if case.short_sizes} == {row.case for row in GOOD}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (Row("process", 500, "tutorial", COST, 1.4), "The tutorial takes 1.4 times the CPU"),
        (
            Row("process", 500, "chartlake", Cost(1, 1, 301)),
            "process of 500, chartlake: it needs 301",
        ),
        (Row("mirror", 5_000, "first build", Cost(1, 1, 401)), "it needs 401 MB"),
        (Row("growth", 2_100, "chartlake", COST, 10.6), "Ten times as many files take 10.6 times"),
        (Row("year", 600, "mirror, second half", COST, 2.1), "a snapshot takes 2.1 times the CPU"),
        (Row("mirror", 2_500_000, "then mirror", Cost(3.1, 1, 1)), "takes 3.1 times the CPU"),
        (
            Row("requests", 520, "together", COST, requests=23),
            "takes 18, 23 requests",
        ),
    ],
)
def test_a_row_beyond_a_limit_is_named(row, sentence):
    (broken,) = broken_limits([*GOOD, row])
    assert sentence in broken


def test_too_many_requests_are_named_although_they_are_equal():
    rows = [Row("requests", size, "together", COST, requests=27) for size in (2, 106)]
    (broken,) = broken_limits(rows)
    assert "takes 27 requests" in broken
