"""The status of charts that have a rhythm of their own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from etl.lake import open_lake
from etl.lake.layout import Partition, manifest_key
from etl.mirror.published import published_snapshots
from etl.mirror.reader import recent_gaps
from etl.mirror.refresh import refresh
from etl.mirror.status import MirrorStatus, gaps_with, read_status
from etl.pipeline.process import process_pending
from etl.report import write_report
from tests.support import made_up
from tests.support.small_lakes import put_pending

MONDAY = datetime(2026, 1, 5, 8)
MONDAYS_AND_THURSDAYS = [
    MONDAY + timedelta(days=7 * week + day) for week in range(4) for day in (0, 3)
]
FIRST_OF_MONTHS = [datetime(2026, month, 1, 8) for month in range(1, 9)]


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror.duckdb"


def publish(lake, moments):
    page = made_up.page(made_up.songs(1, 2, 3))
    files = {
        f"{moment:%Y-%m-%d}.json": made_up.envelope(page, at=f"{moment.isoformat()}Z")
        for moment in moments
    }
    put_pending(lake, files)
    process_pending(lake, "parquet")


def chart_gaps(lake, mirror):
    (chart,) = read_status(lake, mirror).charts
    return chart.gaps


def test_a_playlist_that_is_read_twice_a_week_has_no_gaps(lake, mirror):
    publish(lake, MONDAYS_AND_THURSDAYS)
    assert chart_gaps(lake, mirror) == ()


def test_a_gap_of_a_playlist_is_the_day_on_which_a_snapshot_was_expected(lake, mirror):
    publish(lake, [moment for moment in MONDAYS_AND_THURSDAYS if moment.day != 19])
    assert chart_gaps(lake, mirror) == ("2026-01-19",)


def test_a_landed_snapshot_closes_a_gap(lake, mirror):
    publish(lake, [moment for moment in FIRST_OF_MONTHS if moment.month not in (3, 6)])
    march = (made_up.PLAYLIST, FIRST_OF_MONTHS[2])
    (chart,) = gaps_with(published_snapshots(lake, mirror).snapshots, [march])
    assert (chart.chart_id, chart.gaps) == (made_up.PLAYLIST, ("2026-06-01",))


def test_a_missing_month_among_the_last_four_is_a_recent_gap(lake, mirror):
    publish(lake, [moment for moment in FIRST_OF_MONTHS if moment.month not in (2, 6)])
    refresh(lake, mirror)
    assert recent_gaps(mirror) == {made_up.PLAYLIST: ["2026-06-01"]}


def test_the_mirror_is_behind_by_what_it_lacks_has_otherwise_or_has_no_longer_to_have(lake, mirror):
    publish(lake, FIRST_OF_MONTHS[:4])
    refresh(lake, mirror)
    assert read_status(lake, mirror).mirror == MirrorStatus(4, 0)
    publish(lake, FIRST_OF_MONTHS[4:5])
    again = made_up.page(made_up.songs(4))
    put_pending(lake, {"again.json": made_up.envelope(again, at="2026-01-01T08:00:00Z")})
    process_pending(lake, "parquet")
    lake.delete(manifest_key(Partition(made_up.PLAYLIST, "2026-02")))
    assert read_status(lake, mirror).mirror == MirrorStatus(4, 3)


def test_the_mirror_is_behind_by_all_it_holds_if_the_lake_is_not_there(lake, mirror):
    publish(lake, FIRST_OF_MONTHS)
    refresh(lake, mirror)
    mistyped = open_lake(f"{lake.location}-typo")
    assert read_status(mistyped, mirror).mirror == MirrorStatus(8, 8)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moments", "reign"),
    [
        (FIRST_OF_MONTHS, "8 months in a row"),
        (MONDAYS_AND_THURSDAYS, "8 periods in a row"),
    ],
)
def test_a_report_counts_in_the_periods_of_the_chart(lake, mirror, tmp_path, moments, reign):
    publish(lake, moments)
    refresh(lake, mirror)
    write_report(mirror, tmp_path / "report.html")
    assert reign in (tmp_path / "report.html").read_text("utf-8")
