"""The work pool: where runs take place, and the settings they all have."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.utilities.asyncutils import run_coro_as_sync
from prefect.workers.utilities import get_default_base_job_template_for_infrastructure_type

from etl.errors import ConfigurationError

POOL = "chartlake"


@dataclass(frozen=True, slots=True)
class Pool:
    """A work pool of Prefect's `type`, whose runs find the project in `directory`.

    `variables` are defaults for the variables of that type's base job template.
    """

    type: str = "process"
    directory: str = field(default_factory=lambda: str(Path.cwd()))
    variables: dict[str, Any] = field(default_factory=dict)
    name: str = POOL


def read_pool(path: Path | None) -> Pool:
    """The pool that a file of `pools/` describes; without one, processes in this folder.

    Raises ConfigurationError where the file does not describe one.
    """
    if path is None:
        return Pool()
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Pool(**document)
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise ConfigurationError(
            f"{path} does not describe a work pool: {error}. Nothing was set up. Name one of"
            " pools/, or a copy of one."
        ) from error


def create_pool(pool: Pool) -> None:
    """Create or replace the work pool; runs that wait in it stay."""
    template = job_template(pool)
    with get_client(sync_client=True) as client:
        client.create_work_pool(
            WorkPoolCreate(name=pool.name, type=pool.type, base_job_template=template),
            overwrite=True,
        )


def job_template(pool: Pool) -> dict[str, Any]:
    """Prefect's own base job template for that type, with the pool's defaults.

    Raises ConfigurationError where there is no such type, or it has no such variable.
    """
    asked = get_default_base_job_template_for_infrastructure_type(pool.type)
    template: dict[str, Any] | None = run_coro_as_sync(asked)
    if not template:
        raise ConfigurationError(
            f"Prefect knows no work pool of type {pool.type}; nothing was set up."
        )
    known = template["variables"]["properties"]
    unknown = sorted(pool.variables.keys() - known.keys())
    if unknown:
        raise ConfigurationError(
            f"A work pool of type {pool.type} has no variable {', '.join(unknown)}; nothing was set"
            f" up. It has {', '.join(sorted(known))}."
        )
    for name, value in pool.variables.items():
        known[name]["default"] = value
    return template
