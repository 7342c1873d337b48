"""One more week in S3 costs a fixed number of requests, whatever history there is."""

from __future__ import annotations

import pytest

from etl.lake import open_lake
from etl.lake.s3 import S3Lake
from etl.mirror.refresh import refresh
from etl.pipeline.land import History, land_file
from etl.pipeline.process import process_pending
from tests.support.places import IN_S3
from tests.support.small_lakes import chart_body, chart_name

pytestmark = IN_S3
MOST_REQUESTS = 20


class CountedRequests:
    """The requests of every client that is opened: method and URL."""

    def __init__(self, monkeypatch):
        self.sent: list[str] = []
        opened = S3Lake.__init__

        def open_counted(lake, *arguments, **options):
            opened(lake, *arguments, **options)
            lake._client.meta.events.register("before-send.s3", self._count)

        monkeypatch.setattr(S3Lake, "__init__", open_counted)

    def _count(self, request, **_):
        self.sent.append(f"{request.method} {request.url}")


def one_more_week(location, folder, week):
    """Land, process and mirror one chart file, each as a run of its own."""
    mirror = folder / "mirror.duckdb"
    path = folder / chart_name(week)
    path.write_bytes(chart_body(week))
    lake = open_lake(location)
    history, landed = History(lake, mirror), land_file(lake, path)
    history.standing(landed)
    history.gaps_after([landed])
    process_pending(open_lake(location), "parquet")
    refresh(open_lake(location), mirror)


@pytest.fixture
def requests(monkeypatch):
    return CountedRequests(monkeypatch)


def test_one_more_week_costs_few_requests_however_long_history_is(
    requests, location, tmp_path, monkeypatch
):
    # On a slow machine, a publisher checks once more whether its files are those that it wrote.
    monkeypatch.setattr("etl.lake.partitions.PATIENCE", (1000,))
    counts = []
    for week in range(13):
        requests.sent.clear()
        one_more_week(location, tmp_path, week)
        counts.append(len(requests.sent))
    assert max(counts[1:]) <= MOST_REQUESTS, "\n".join(requests.sent)
    # Weeks 2 and 12 both add to a month that is there.
    assert counts[12] == counts[2]
