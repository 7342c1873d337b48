"""The prices in the documentation follow from requests that are counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.land import land_file
from etl.pipeline.process import process_pending
from infra import prices
from tests.support.aws_server import BUCKET
from tests.support.permissions import observed
from tests.support.small_lakes import chart_body, chart_name
from tests.support.templates import Template

WRITES = {"PutObject", "CopyObject", "ListObjectsV2"}
READS = {"GetObject", "HeadObject"}


def test_one_more_snapshot_needs_no_more_requests_than_stated(aws, tmp_path, monkeypatch):
    # On a slow machine, a publisher checks once more whether its files are those that it wrote.
    monkeypatch.setattr("etl.lake.partitions.PATIENCE", (1000,))
    aws.make_bucket()
    mirror = tmp_path / "mirror.duckdb"
    counted = Counter[str]()
    for week in range(2):
        counted.clear()
        path = tmp_path / chart_name(week)
        path.write_bytes(chart_body(week))
        with observed(lambda service, operation, given: counted.update([operation])):
            land_file(open_lake(f"s3://{BUCKET}"), path)
            process_pending(open_lake(f"s3://{BUCKET}"), "parquet")
            refresh(open_lake(f"s3://{BUCKET}"), mirror)
    assert set(counted) <= {*WRITES, *READS, "DeleteObject"}
    assert sum(counted[one] for one in WRITES) <= prices.WRITES, counted
    assert sum(counted[one] for one in READS) <= prices.READS, counted


def test_the_documentation_has_the_prices():
    documentation = (Path(__file__).parents[2] / "docs/aws.md").read_text(encoding="utf-8")
    assert prices.table() in documentation


def test_the_functions_are_priced_with_the_memory_that_they_have():
    functions = Template.filled(Image="an image", Charts="a chart").resources
    memory = {"LandFunction": prices.LAND_GB, "ProcessFunction": prices.PROCESS_GB}
    for name, gigabytes in memory.items():
        assert gigabytes == round(functions[name]["MemorySize"] / 1024, 2)


def test_a_crawl_is_what_costs():
    weekly, daily = prices.USES
    assert prices.crawls(weekly) > 100 * prices.transfers(weekly)
    assert prices.crawls(daily) > prices.transfers(daily)
    assert prices.registrations() < prices.FREE_CATALOG_REQUESTS
