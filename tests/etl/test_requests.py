"""One more week in S3 costs a fixed number of requests, whatever history there is."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.lake.s3 import S3Lake
from tests.support.places import IN_S3
from tests.support.small_lakes import chart_body, chart_name, playlist_body, playlist_name

pytestmark = IN_S3
MOST_REQUESTS = 20
# Three weeks of January, one of each of two months, and two of April.
WEEKS = (0, 1, 2, 5, 9, 13, 14)


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


def one_more_week(folder, week, name, body):
    """Land, process and mirror a file, each by a command of its own."""
    path = folder / name(week)
    path.write_bytes(body(week))
    for arguments in (["land", str(path)], ["process"], ["mirror"]):
        completed = CliRunner().invoke(app, arguments)
        assert completed.exit_code == 0, completed.stderr


@pytest.fixture
def requests(monkeypatch):
    return CountedRequests(monkeypatch)


@pytest.mark.parametrize(
    ("name", "body", "most"),
    [
        (chart_name, chart_body, MOST_REQUESTS),
        (playlist_name, playlist_body, MOST_REQUESTS + 2),
        # It is renamed, because the archive has another file of that name.
        (lambda week: "list.json", playlist_body, MOST_REQUESTS + 8),
    ],
    ids=["chart file", "playlist, which has albums and artists", "playlist of the same name"],
)
def test_one_more_week_costs_few_requests_however_long_history_is(
    requests, location, tmp_path, monkeypatch, name, body, most
):
    monkeypatch.setenv("CHARTLAKE_LAKE", location)
    monkeypatch.setenv("CHARTLAKE_MIRROR", str(tmp_path / "mirror.duckdb"))
    # On a slow machine, a publisher checks once more whether its files are those that it wrote.
    monkeypatch.setattr("etl.lake.partitions.PATIENCE", (1000,))
    counts = {}
    for week in WEEKS:
        requests.sent.clear()
        one_more_week(tmp_path, week, name, body)
        counts[week] = len(requests.sent)
    assert max(counts[week] for week in WEEKS[1:]) <= most, "\n".join(requests.sent)
    # Weeks 2 and 14 both add to a month that is there, the first of one and the last of four.
    assert counts[14] == counts[2]
