"""Set a Prefect server up for the flows: pool, limit, blocks, automations, deployments."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.settings import get_current_settings

from etl.errors import Misconfigured, SourceUnavailable
from etl.settings import is_set
from flows.setup.cures import cures
from flows.setup.notices import notices
from flows.setup.pool import make_pool, read_pool
from flows.tasks import WRITER

_LISTENER = "listen-to-bucket/listen-to-bucket"


def set_up(notify: str | None = None, pool_file: Path | None = None) -> Iterator[str]:
    """Make, or make anew, what the deployments need, and them; a line for each thing made.

    `notify` is the webhook, or the `type/name` of the notification block, that hears of failed
    and late runs and of gaps; without it, nothing is told. `pool_file` is one of `pools/`; without
    it, runs are processes of the worker's machine. Raises Misconfigured without a server or
    outside the project's folder, SourceUnavailable where the server does not answer.
    """
    _check()
    pool = read_pool(pool_file)
    make_pool(pool)
    yield f"work pool {pool.name}, of type {pool.type}"
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(WRITER, 1)
    yield f"limit {WRITER}: one run at a time writes to the lake"
    _prefect("block", "register", "--module", "prefect_aws")
    yield "block types of AWS, for those who keep settings in the UI"
    for automation in (*cures(), *notices(notify)):
        _replace(automation)
        yield f"automation {automation.name}"
    _prefect("--no-prompt", "deploy", "--all", PWD=pool.directory)
    yield "deployments update-lake, process-pending, refresh-mirror, listen-to-bucket"
    if is_set("CHARTLAKE_QUEUE_URL"):
        _start_listening()
        yield "listen-to-bucket hears CHARTLAKE_QUEUE_URL"


def _check() -> None:
    api_url = get_current_settings().api.url
    if not api_url:
        raise Misconfigured(
            "No Prefect server is named; nothing was set up. Start one, `prefect server start`, and"
            " set PREFECT_API_URL, for example to http://127.0.0.1:4200/api."
        )
    if not Path("prefect.yaml").is_file():
        raise Misconfigured(
            "There is no prefect.yaml here; nothing was set up. Run this in chartlake's folder."
        )
    with get_client(sync_client=True) as client:
        if (error := client.api_healthcheck()) is not None:
            raise SourceUnavailable(
                f"The Prefect server at {api_url} does not answer ({error}); nothing was set up."
                " Start it, `prefect server start`, or mend PREFECT_API_URL, and run this again."
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
        raise SourceUnavailable(
            f"`prefect {' '.join(arguments)}` failed: {' '.join(last) or 'it gave no reason'}"
            " What was made before stays; cure that, and run `chartlake deploy` again."
        )


def _replace(automation: Automation) -> None:
    with get_client(sync_client=True) as client:
        for standing in client.read_automations_by_name(automation.name):
            client.delete_automation(standing.id)
    automation.create()


def _start_listening() -> None:
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(_LISTENER)
        for schedule in deployment.schedules:
            client.update_deployment_schedule(deployment.id, schedule.id, active=True)
