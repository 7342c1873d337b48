"""Crawl: run the Glue crawler, so that Athena and QuickSight see what is published."""

from __future__ import annotations

from etl.aws.glue import Crawler
from etl.lake import Lake
from etl.lake.layout import MANIFESTS
from etl.settings import Settings


def crawler_of(settings: Settings) -> Crawler | None:
    """The crawler that the settings name, if they name one."""
    return Crawler(settings.glue_crawler, settings.aws) if settings.glue_crawler else None


def is_crawl_due(lake: Lake, crawler: Crawler) -> bool:
    """Whether something was published since the crawler last started.

    A failed crawl is not due again by itself: the user was told, and runs it after fixing it.
    """
    published_at = max((stored.modified_at for stored in lake.list(MANIFESTS)), default=None)
    if published_at is None:
        return False
    started_at = crawler.last_started_at()
    return started_at is None or started_at < published_at
