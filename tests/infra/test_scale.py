"""The arithmetic in docs/scale.md follows from what is counted and measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from etl.lake import open_lake
from etl.pipeline.extract import take_chart
from infra import prices, scale
from tests.support.scripted_spotify import reply, scripted_server, settings_for

DOCS = Path(__file__).parents[2] / "docs"
DAILY, HOURLY, MILLION = scale.LOADS
A_DAY = 86_400
CHART = "3cEYpjA9oz9GiPac4AsH4n"
METADATA = reply(200, {"id": CHART, "snapshot_id": "one"})
PAGE = reply(200, {"items": [], "total": 0, "next": None})


def documentation(name):
    return (DOCS / name).read_text(encoding="utf-8")


def test_the_documentation_has_the_table():
    assert scale.table() in documentation("scale.md"), "run `python -m infra.scale`"


def test_a_playlist_of_one_page_takes_as_many_requests_as_stated(tmp_path):
    with scripted_server(METADATA, PAGE, METADATA) as (url, requested):
        take_chart(open_lake(str(tmp_path)), settings_for(url), CHART)
    assert len(requested) == scale.WEB_REQUESTS


def test_publishing_costs_what_was_measured():
    measured = re.findall(
        r"^\| .*?(?:beside (\d+).*?)?\| (\d+) ms", documentation("scale.md"), re.M
    )
    assert len(measured) == 3
    for others, milliseconds in measured:
        stated = scale.PUBLISHED + int(others or 0) * scale.PUBLISHED_BESIDE_ANOTHER
        assert stated == pytest.approx(int(milliseconds) / 1000, rel=0.2)


@pytest.mark.parametrize("step, stated", [("land", scale.LANDED), ("mirror", scale.MIRRORED)])
def test_landing_and_mirroring_cost_about_what_was_measured(step, stated):
    row = rf"\| year \| 25,550 \| {step}, second half .* (\d+\.\d) ms of CPU a snapshot \|"
    (milliseconds,) = re.findall(row, documentation("performance.md"))
    assert stated == pytest.approx(float(milliseconds) / 1000, rel=0.5)


def test_a_row_takes_about_as_much_of_the_mirror_as_was_measured():
    row = r"\| mirror \| 25,000,000 \| first build .* (\d+) MB file \|"
    (megabytes,) = re.findall(row, documentation("performance.md"))
    assert pytest.approx(int(megabytes) / 25, rel=0.5) == scale.MIRRORED_ROW


def test_a_machine_is_idle_until_a_million_a_day():
    busy = {load: (scale.computing(load) + scale.waiting(load)) / A_DAY for load in scale.LOADS}
    assert busy[DAILY] < 0.001
    assert busy[HOURLY] < 0.1
    assert scale.waiting(MILLION) > 2 * A_DAY
    assert scale.computing(MILLION) < A_DAY


def test_requests_cost_more_than_machines_and_the_storage_of_the_first_year():
    for load in scale.LOADS:
        first_year = scale.storage(load) * 12 / 2
        assert scale.transfers(load) > 10 * scale.containers(load)
        assert scale.transfers(load) > first_year
    assert prices.crawls(prices.USES[1]) > scale.transfers(DAILY) + 12 * scale.storage(DAILY)
