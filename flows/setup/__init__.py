"""Setting up a Prefect server for the flows: pool, limit, blocks, automations, deployments."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.settings import get_current_settings

from etl.errors import ConfigurationError, ServiceUnavailable
from etl.settings import is_set
from flows.setup.dead_runs import automations_for_dead_runs
from flows.setup.listening import listen
from flows.setup.notices import NOTICES, automations_for_notices
from flows.setup.pool import create_pool, read_pool
from flows.tasks import WRITER


def set_up(notify: str | None = None, pool_file: Path | None = None) -> Iterator[str]:
    """Create, or replace, the deployments and what they need; a line for each thing created.

    `notify` is the webhook, or the `type/name` of the notification block, that is notified of
    failed and late runs and of gaps. `pool_file` is one of `pools/`; without it, runs are processes
    on the worker's machine. Raises ConfigurationError without a server or outside the project's
    folder, and ServiceUnavailable where the server does not answer.
    """
    _check()
    pool = read_pool(pool_file)
    create_pool(pool)
    yield f"work pool {pool.name}, type {pool.type}"
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(WRITER, 1)
    yield f"limit {WRITER}: one run at a time writes to the lake"
    _prefect("block", "register", "--module", "prefect_aws")
    yield "block types for AWS, for settings in the UI"
    automations = [*automations_for_dead_runs(), *automations_for_notices(notify)]
    _delete_automations_except({automation.name for automation in automations} | NOTICES)
    for automation in automations:
        _replace(automation)
        yield f"automation {automation.name}"
    _prefect("--no-prompt", "deploy", "--all", PWD=pool.directory)
    yield "deployments update-lake, process-pending, refresh-mirror, listen-to-bucket, backfill"
    if is_set("CHARTLAKE_QUEUE_URL"):
        yield from listen()


def _check() -> None:
    api_url = get_current_settings().api.url
    if not api_url:
        raise ConfigurationError(
            "PREFECT_API_URL is not set; nothing was set up. Start a server, `prefect server"
            " start`, and set PREFECT_API_URL, for example to http://127.0.0.1:4200/api."
        )
    if not Path("prefect.yaml").is_file():
        raise ConfigurationError(
            "There is no prefect.yaml here; nothing was set up. Run this in chartlake's folder."
        )
    with get_client(sync_client=True) as client:
        if (error := client.api_healthcheck()) is not None:
            raise ServiceUnavailable(
                f"The Prefect server at {api_url} does not answer ({error}); nothing was set up."
                " Start it with `prefect server start`, or correct PREFECT_API_URL, and try again.",
                service="Prefect",
            )


def _prefect(*arguments: str, **environment: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "prefect", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        last = (ended.stderr or ended.stdout).strip().splitlines()[-1:]
        raise ServiceUnavailable(
            f"`prefect {' '.join(arguments)}` failed: {' '.join(last) or 'it gave no reason'}"
            " What was created before stays. Fix that, and run `chartlake deploy` again.",
            service="Prefect",
        )


def _delete_automations_except(names: set[str]) -> None:
    """Delete those that an earlier version of chartlake created under other names."""
    with get_client(sync_client=True) as client:
        for existing in client.read_automations():
            if existing.name.startswith("chartlake: ") and existing.name not in names:
                client.delete_automation(existing.id)


def _replace(automation: Automation) -> None:
    with get_client(sync_client=True) as client:
        for existing in client.read_automations_by_name(automation.name):
            client.delete_automation(existing.id)
    automation.create()
