"""The flow for very many files: several Dask workers publish them, each whole partitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prefect import flow, runtime, task
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner

from etl.errors import ConfigurationError, RunFailed
from etl.failures import Failures
from etl.lake import Lake, StoredObject, open_lake
from etl.pipeline import process
from etl.pipeline.batch import Progress
from etl.pipeline.parts import parts
from etl.settings import Settings
from etl.wording import counted
from flows import events, tasks, workers
from flows.blocks import load_settings
from flows.failures import with_plain_failures


def _run_name() -> str:
    return f"backfill {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="backfill", flow_run_name=_run_name)
@with_plain_failures
def backfill(workers: int = 2, scheduler: str | None = None) -> int:
    """Publish everything that is pending, by several workers; how many snapshots.

    The workers are processes on this machine; or, with the address of a Dask scheduler, those of
    its cluster, and `workers` says how many these are. If a worker dies, another one does its part
    again. Files that are still pending afterwards fail the run at its end.
    """
    settings = load_settings()
    with Failures() as failures:
        processed = tasks.process_pending(settings, SharedWork(settings, workers, scheduler))
        with failures.deferred():
            processed.raise_for_pending()
        if processed.published:
            events.emit_published(settings.lake, processed.published)
        tasks.crawl(settings, processed.published > 0)
    return processed.published


@dataclass(frozen=True, slots=True)
class SharedWork:
    """The processing of raw files, shared out among workers; `process_pending` takes it.

    Prefect sends it to the workers, as a parameter of the task that they are part of. So it holds
    values, no connection.
    """

    settings: Settings
    workers: int
    scheduler: str | None = None

    def __call__(
        self, lake: Lake, objects: Sequence[StoredObject], _format: str, progress: Progress | None
    ) -> process.Processed:
        """Let the workers process the files, part by part. A part that fails stops no other."""
        processed, done = process.Processed(), 0
        with workers.task_runner(self.workers, self.scheduler) as runner, Failures() as failures:
            shares = parts(lake, objects, self.workers)
            futures = self._submitted(shares, runner)
            for share, future in zip(shares, futures, strict=True):
                with failures.deferred():
                    processed += _result(future, share)
                done += len(share)
                if progress:
                    progress(done, len(objects))
        return processed

    def _submitted(
        self, shares: list[list[StoredObject]], runner: TaskRunner[Any]
    ) -> list[PrefectFuture[process.Processed]]:
        given = [{"settings": self.settings, "part": Part(share)} for share in shares]
        try:
            with workers.one_server():
                return [runner.submit(process_part, parameters) for parameters in given]
        except OSError as error:
            raise ConfigurationError(
                f"Dask's workers cannot be reached ({error}). Nothing was published. Check the"
                " address of the scheduler, and run it again."
            ) from error


class Part:
    """Raw files for a worker.

    It is no list and no dataclass: into these, Prefect and Dask would look, item by item.
    """

    def __init__(self, objects: Sequence[StoredObject]) -> None:
        self.objects = objects

    def __dask_tokenize__(self) -> str:
        return self.objects[0].key


def _part_name() -> str:
    return f"process {counted(len(runtime.task_run.parameters['part'].objects), 'file')}"


@task(task_run_name=_part_name, **tasks.RETRIED)
def process_part(settings: Settings, part: Part) -> process.Processed:
    """Publish and archive some raw files, on a worker."""
    lake = open_lake(settings.lake, settings.aws)
    return process.process_files(lake, part.objects, settings.format)


def _result(future: PrefectFuture[process.Processed], share: Sequence[StoredObject]) -> Any:
    try:
        return future.result()
    except Exception as error:
        # What Dask raises has no class of ours, and its module may not be there.
        if type(error).__name__ != "KilledWorker":
            raise
        raise RunFailed(
            f"Worker after worker died while it processed {counted(len(share), 'file')}, among them"
            f" {share[0].key}; it may have lacked memory. What is not published yet is pending. Run"
            " it again with fewer workers, or run `chartlake process`."
        ) from error
