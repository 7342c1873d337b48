"""Glue crawlers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore import exceptions as aws

from etl.aws.session import Operation, code_of, open_client, reason_of, translated
from etl.errors import ChartlakeError, CrawlFailed, CrawlTimeout

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_glue.type_defs import CrawlerTypeDef

_RUNNING = {"CrawlerRunningException", "CrawlerStoppingException"}
_MISSING = "EntityNotFoundException"
_PUBLISHED = "Published data stays published, but Athena may not see all of it yet."
_ADVICE = (
    "Check CHARTLAKE_GLUE_CRAWLER, AWS_DEFAULT_REGION and the permissions glue:StartCrawler and"
    " glue:GetCrawler, then run `chartlake crawl`."
)


@dataclass(frozen=True, slots=True)
class Crawler:
    """A crawler by its name; `variables` are AWS's own, where the environment lacks them.

    Raises CrawlFailed where it does not exist, AccessDenied where Glue refuses, and
    ServiceUnavailable where it does not answer.
    """

    name: str
    variables: Mapping[str, str]
    client: GlueClient | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def run(self, *, timeout: float = 1800, poll: float = 5) -> None:
        """Run the crawler to its end; wait for one that is running already, and run it again.

        `timeout` and `poll` are in seconds. Raises CrawlTimeout after the timeout, and CrawlFailed
        with Glue's own words where the crawl failed.
        """
        deadline = self.clock() + timeout
        with self._translated():
            client = self._client()
            while not self._started(client):
                self._wait(client, deadline, poll)  # it may have passed what is new already
            self._wait(client, deadline, poll)
            self._check(client)

    def state(self) -> str:
        """The state in Glue's words, such as READY."""
        with self._translated():
            return str(self._shown(self._client()).get("State", "UNKNOWN"))

    def last_started_at(self) -> datetime | None:
        """When the last crawl started; None where there was none."""
        with self._translated():
            return self._shown(self._client()).get("LastCrawl", {}).get("StartTime")

    def definition(self) -> CrawlerTypeDef:
        """The crawler as Glue shows it: targets, configuration and what it may change."""
        with self._translated():
            return self._shown(self._client())

    def _client(self) -> GlueClient:
        return self.client or open_client("glue", self.variables, attempts=5)

    def _translated(self) -> AbstractContextManager[None]:
        operation = Operation("Glue", f"run the crawler {self.name}", _PUBLISHED, _ADVICE)
        return translated(operation, self._explain)

    def _explain(self, error: aws.ClientError) -> ChartlakeError | None:
        if code_of(error) != _MISSING:
            return None
        return CrawlFailed(
            f"Glue cannot run the crawler {self.name}: there is no crawler with that name in this"
            f" account and region ({reason_of(error)}). {_PUBLISHED} {_ADVICE}"
        )

    def _started(self, client: GlueClient) -> bool:
        try:
            client.start_crawler(Name=self.name)
        except aws.ClientError as error:
            if code_of(error) in _RUNNING:
                return False
            raise
        return True

    def _wait(self, client: GlueClient, deadline: float, poll: float) -> None:
        while True:
            self.sleep(poll)
            if self._shown(client).get("State") == "READY":
                return
            if self.clock() >= deadline:
                raise CrawlTimeout(
                    f"The Glue crawler {self.name} is still running after the time allowed for it."
                    f" {_PUBLISHED} Look at it in the Glue console, then run `chartlake crawl`."
                )

    def _check(self, client: GlueClient) -> None:
        last = self._shown(client).get("LastCrawl", {})
        status = last.get("Status")
        if status in ("FAILED", "CANCELLED"):
            reason = last.get("ErrorMessage") or "Glue gives no reason"
            log = "/".join(filter(None, (last.get("LogGroup"), last.get("LogStream"))))
            raise CrawlFailed(
                f"The Glue crawler {self.name} ended as {status}: {reason.rstrip('.')}."
                f" {_PUBLISHED}{f' Its log is {log}.' if log else ''}"
                " Fix that, then run `chartlake crawl`."
            )

    def _shown(self, client: GlueClient) -> CrawlerTypeDef:
        return client.get_crawler(Name=self.name)["Crawler"]
