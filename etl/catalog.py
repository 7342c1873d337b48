"""Catalog: run the Glue crawler, so that Athena and QuickSight see what is published."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from etl.aws import UNASKED, UNREACHED, code_of, is_busy, reason_of
from etl.errors import ChartlakeError, CrawlFailed, CrawlTimedOut, LakeUnavailable
from etl.lake import Lake
from etl.snapshot import MANIFESTS

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_glue.type_defs import CrawlerTypeDef

_AT_WORK = {"CrawlerRunningException", "CrawlerStoppingException"}
_MISSING = "EntityNotFoundException"
_PUBLISHED = "What is published stays published, but Athena may not see all of it yet."


def crawl(
    crawler: str,
    *,
    timeout: float = 1800,
    poll: float = 5,
    client: GlueClient | None = None,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Run the crawler to its end; one that is at work already is waited for, and run again.

    `timeout` and `poll` are in seconds. Raises CrawlTimedOut where the time is over, CrawlFailed
    with Glue's own words where the crawl failed or cannot be run.
    """
    with _translated(crawler):
        run = _Crawl(crawler, client or _client(), clock() + timeout, poll, sleep, clock)
        while not run.started():
            run.wait()  # it may have passed by what is new
        run.wait()
        run.check()


def is_due(crawler: str, lake: Lake, client: GlueClient | None = None) -> bool:
    """Whether something was published since the crawler last began. Raises as `crawl` does.

    A crawl that failed is not due again by itself: its user was told, and runs it once mended.
    """
    published_at = max((one.modified_at for one in lake.list(MANIFESTS)), default=None)
    if published_at is None:
        return False
    with _translated(crawler):
        last = (client or _client()).get_crawler(Name=crawler)["Crawler"].get("LastCrawl", {})
    began_at = last.get("StartTime")
    return began_at is None or began_at < published_at


def state(crawler: str) -> str:
    """The crawler's state in Glue's words, such as READY. Raises as `crawl` does."""
    with _translated(crawler):
        return str(_client().get_crawler(Name=crawler)["Crawler"].get("State", "UNKNOWN"))


@dataclass(frozen=True, slots=True)
class _Crawl:
    crawler: str
    client: GlueClient
    deadline: float
    poll: float
    sleep: Callable[[float], None]
    clock: Callable[[], float]

    def started(self) -> bool:
        """Start the crawler; False where it is at work already."""
        try:
            self.client.start_crawler(Name=self.crawler)
        except aws.ClientError as error:
            if code_of(error) in _AT_WORK:
                return False
            raise
        return True

    def wait(self) -> None:
        """Until the crawler is idle; a crawl is never over at once."""
        while True:
            self.sleep(self.poll)
            if self._shown().get("State") == "READY":
                return
            if self.clock() >= self.deadline:
                raise CrawlTimedOut(
                    f"The Glue crawler {self.crawler} has not ended in time; it goes on by itself."
                    f" {_PUBLISHED} Look at it in the Glue console, then run `chartlake crawl`."
                )

    def check(self) -> None:
        """Raise CrawlFailed where the crawl that has just ended did not succeed."""
        last = self._shown().get("LastCrawl", {})
        status = last.get("Status")
        if status in ("FAILED", "CANCELLED"):
            reason = last.get("ErrorMessage") or "Glue gives no reason"
            log = "/".join(filter(None, (last.get("LogGroup"), last.get("LogStream"))))
            raise CrawlFailed(
                f"The Glue crawler {self.crawler} ended as {status}: {reason.rstrip('.')}."
                f" {_PUBLISHED}{f' Its log is {log}.' if log else ''}"
                " Cure that, then run `chartlake crawl`."
            )

    def _shown(self) -> CrawlerTypeDef:
        return self.client.get_crawler(Name=self.crawler)["Crawler"]


def _client() -> GlueClient:
    retries = Config(
        connect_timeout=10, read_timeout=60, retries={"mode": "standard", "max_attempts": 5}
    )
    return boto3.session.Session().client("glue", config=retries)


@contextmanager
def _translated(crawler: str) -> Iterator[None]:
    try:
        yield
    except aws.ClientError as error:
        raise _answered(crawler, error) from error
    except UNREACHED as error:
        raise LakeUnavailable(
            f"Glue does not answer, so the crawler {crawler} was not run: {error} {_PUBLISHED}"
            " Check the network, then run `chartlake crawl`."
        ) from error
    except UNASKED as error:
        raise CrawlFailed(
            f"The Glue crawler {crawler} cannot be run: {error} {_PUBLISHED} Set"
            " AWS_DEFAULT_REGION and credentials as for S3, then run `chartlake crawl`."
        ) from error


def _answered(crawler: str, error: aws.ClientError) -> ChartlakeError:
    if is_busy(error):
        return LakeUnavailable(
            f"Glue is not able to run the crawler {crawler} now ({code_of(error)}). {_PUBLISHED}"
            " Run `chartlake crawl` later."
        )
    reason = reason_of(error)
    if code_of(error) == _MISSING:
        reason = f"there is no crawler of that name in this account and region ({_MISSING})"
    return CrawlFailed(
        f"The Glue crawler {crawler} cannot be run: {reason}. {_PUBLISHED}"
        " Check CHARTLAKE_GLUE_CRAWLER, AWS_DEFAULT_REGION and the permissions glue:StartCrawler"
        " and glue:GetCrawler, then run `chartlake crawl`."
    )
