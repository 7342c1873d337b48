"""A strict check of prefect.yaml. Prefect ignores unknown keys and parameters."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect import Flow
from prefect.cli.deploy._models import (
    ConcurrencyLimitSpec,
    DeploymentConfig,
    PrefectYamlModel,
    RawScheduleConfig,
    WorkPoolConfig,
)
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.schemas.deployment_triggers import DeploymentEventTrigger
from pydantic import BaseModel

from etl.pipeline.announce import LAKE_RESOURCE, LANDED
from flows.events import PUBLISHED
from flows.setup.dead_runs import SILENCE

HEARTBEAT = "PREFECT_FLOWS_HEARTBEAT_FREQUENCY"
ROOT = Path(__file__).parents[2]
DOCUMENT = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS = {deployment["name"]: deployment for deployment in DOCUMENT["deployments"]}
FLOW_FILES = {
    path.stem
    for path in (ROOT / "flows").glob("*.py")
    if f"def {path.stem}(" in path.read_text(encoding="utf-8")
}

each_deployment = pytest.mark.parametrize("deployment", DEPLOYMENTS.values(), ids=DEPLOYMENTS)


def unknown_keys(section: dict[str, object], model: type[BaseModel]) -> set[str]:
    known = {field.alias or name for name, field in model.model_fields.items()}
    return set(section) - known


def flow_of(deployment) -> Flow:
    file, _, name = deployment["entrypoint"].partition(":")
    assert (ROOT / file).is_file()
    flow = getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), name)
    assert isinstance(flow, Flow)
    return flow


def test_a_misspelled_key_is_found():
    assert unknown_keys({"shedules": []}, DeploymentConfig) == {"shedules"}


def test_every_key_is_known_to_prefect():
    # Prefect ignores `definitions`, which contains the anchors.
    assert unknown_keys(DOCUMENT, PrefectYamlModel) == {"definitions"}
    for deployment in DEPLOYMENTS.values():
        assert unknown_keys(deployment, DeploymentConfig) == set()
        assert unknown_keys(deployment["work_pool"], WorkPoolConfig) == set()
        assert unknown_keys(deployment["concurrency_limit"], ConcurrencyLimitSpec) == set()
        for schedule in deployment.get("schedules", ()):
            assert unknown_keys(schedule, RawScheduleConfig) == set()
        for trigger in deployment.get("triggers", ()):
            assert unknown_keys(trigger, DeploymentEventTrigger) == set()
    PrefectYamlModel.model_validate(DOCUMENT)


def test_the_pull_step_exists_and_accepts_its_arguments():
    (step,) = DOCUMENT["pull"]
    ((path, arguments),) = step.items()
    module, _, function = path.rpartition(".")
    inspect.signature(getattr(importlib.import_module(module), function)).bind(**arguments)


def test_triggers_expect_events_that_are_emitted():
    expected = {
        event
        for deployment in DEPLOYMENTS.values()
        for trigger in deployment.get("triggers", ())
        for event in trigger["expect"]
        if trigger["match"] == {"prefect.resource.id": LAKE_RESOURCE}
    }
    assert expected == {LANDED, PUBLISHED}


def test_every_flow_file_has_a_deployment_of_that_name():
    assert len(FLOW_FILES) == 5
    assert {name.replace("-", "_") for name in DEPLOYMENTS} == FLOW_FILES


@each_deployment
def test_a_deployment_has_the_name_and_parameters_of_its_flow(deployment):
    flow = flow_of(deployment)
    assert flow.name == deployment["name"]
    assert set(deployment.get("parameters", {})) <= set(inspect.signature(flow.fn).parameters)
    assert flow.validate_parameters(deployment.get("parameters", {})) is not None


@each_deployment
def test_a_deployment_has_a_description_and_enqueues_concurrent_runs(deployment):
    assert deployment["description"] and deployment["tags"] == ["chartlake"]
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


def test_the_weekly_flow_runs_on_fridays_in_a_time_zone():
    (schedule,) = DEPLOYMENTS["update-lake"]["schedules"]
    assert ZoneInfo(schedule["timezone"])
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    assert cron.cron.split()[2:] == ["*", "*", "5"]


@pytest.mark.parametrize("name", ["process-pending", "refresh-mirror"])
def test_deployments_with_triggers_also_have_a_schedule(name):
    # A schedule makes up for lost events.
    assert DEPLOYMENTS[name]["triggers"]
    assert [schedule["active"] for schedule in DEPLOYMENTS[name]["schedules"]] == [True]


def test_the_listener_is_not_scheduled_by_default():
    (schedule,) = DEPLOYMENTS["listen-to-bucket"]["schedules"]
    assert not schedule["active"]


@each_deployment
def test_a_run_counts_as_dead_after_three_missed_heartbeats(deployment):
    heartbeat = int(deployment["work_pool"]["job_variables"]["env"][HEARTBEAT])
    assert 3 * heartbeat == SILENCE.total_seconds()


def test_the_file_contains_no_secret():
    text = (ROOT / "prefect.yaml").read_text(encoding="utf-8").lower()
    assert not [word for word in ("secret", "password", "token", "blocks.") if word in text]
