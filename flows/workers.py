"""Dask's workers: processes on this machine, or those of a cluster."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.task_runners import TaskRunner

from etl.errors import ConfigurationError

_OWN_WORKERS = {
    # Dask would look every hundredth of a second where the one thread of each worker is.
    "distributed.worker.profile.enabled": False,
    # Dask would have malloc return memory to the system as soon as it is free. DuckDB takes and
    # frees it all the time, and would need a tenth more CPU.
    "distributed.nanny.pre-spawn-environ": {},
}
# Gives the workers on this machine that were started for the run to come.
_started: ContextVar[Callable[[], Any] | None] = ContextVar("started", default=None)


@contextmanager
def started_early(workers: int) -> Iterator[None]:
    """Start workers on this machine while a flow run begins, which is when it needs none yet.

    Without a server of its own, a run takes as long to begin as its workers take to start. Where
    they cannot start, the run says so, if it needs them.
    """
    with ThreadPoolExecutor(1) as thread:
        starting = thread.submit(_local_cluster, workers)
        token = _started.set(starting.result)
        try:
            yield
        finally:
            _started.reset(token)
            if not starting.exception():
                starting.result().close()


def task_runner(workers: int, scheduler: str | None) -> TaskRunner[Any]:
    """Prefect's task runner for Dask. Raises ConfigurationError where it is not installed."""
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise ConfigurationError(
            "A backfill on several workers needs Dask, which is not installed; nothing was"
            " published. Install it with `pip install 'chartlake[dask]'`, or run `chartlake"
            " process`, which does the same in one process."
        ) from None
    here = {"cluster_class": _started.get() or (lambda: _local_cluster(workers))}
    runner: TaskRunner[Any] = DaskTaskRunner(**({"address": scheduler} if scheduler else here))
    return runner


def one_server() -> AbstractContextManager[Any]:
    """Let workers report to the server of this run; without one, each would start its own."""
    with get_client(sync_client=True) as client:
        return temporary_settings({PREFECT_API_URL: str(client.api_url)})


def _local_cluster(workers: int) -> Any:
    import dask
    from distributed import LocalCluster

    with dask.config.set(_OWN_WORKERS):
        # Python and DuckDB keep a worker busy with one part. Dask runs whatever it is sent; with
        # certificates of this run only, nobody else on this machine can send it anything.
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            security=True,
            preload=["flows.backfill", "flows.workers"],
        )


def dask_setup(_worker: Any) -> None:
    """Dask calls this in each of its workers on this machine, as these preload this module."""
    logging.getLogger("distributed.worker").addFilter(_is_no_farewell)


def _is_no_farewell(record: logging.LogRecord) -> bool:
    """Drop the traceback of a worker that finds the scheduler gone before it is told to go, too.

    The scheduler is in the process of the run, and goes only when that ends.
    """
    return not record.getMessage().startswith("Failed to communicate with scheduler")
