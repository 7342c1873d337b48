"""prefect.yaml, strictly: Prefect itself ignores keys and parameters that it does not know."""

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
DEPLOYMENTS = {one["name"]: one for one in DOCUMENT["deployments"]}
FLOW_FILES = {
    path.stem
    for path in (ROOT / "flows").glob("*.py")
    if f"def {path.stem}(" in path.read_text(encoding="utf-8")
}

each_deployment = pytest.mark.parametrize("deployment", DEPLOYMENTS.values(), ids=DEPLOYMENTS)


def unknown_keys(given: dict[str, object], model: type[BaseModel]) -> set[str]:
    known = {field.alias or name for name, field in model.model_fields.items()}
    return set(given) - known


def flow_of(deployment) -> Flow:
    file, _, name = deployment["entrypoint"].partition(":")
    assert (ROOT / file).is_file()
    flow = getattr(importlib.import_module(file.removesuffix(".py").replace("/", ".")), name)
    assert isinstance(flow, Flow)
    return flow


def test_a_misspelt_key_would_be_found():
    assert unknown_keys({"shedules": []}, DeploymentConfig) == {"shedules"}


def test_prefect_knows_every_key():
    # Prefect leaves `definitions` to us, for the anchors.
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


def test_prefect_has_the_step_that_pulls_with_its_arguments():
    ((step,),) = [list(one.items()) for one in DOCUMENT["pull"]]
    module, _, function = step[0].rpartition(".")
    inspect.signature(getattr(importlib.import_module(module), function)).bind(**step[1])


def test_events_that_start_a_deployment_are_events_that_are_given():
    expected = {
        event
        for deployment in DEPLOYMENTS.values()
        for trigger in deployment.get("triggers", ())
        for event in trigger["expect"]
        if trigger["match"] == {"prefect.resource.id": LAKE_RESOURCE}
    }
    assert expected == {LANDED, PUBLISHED}


def test_each_flow_file_is_a_deployment_of_its_name():
    assert len(FLOW_FILES) == 4
    assert {name.replace("-", "_") for name in DEPLOYMENTS} == FLOW_FILES


@each_deployment
def test_a_deployment_has_the_name_of_its_flow_and_only_parameters_that_it_takes(deployment):
    flow = flow_of(deployment)
    assert flow.name == deployment["name"]
    assert set(deployment.get("parameters", {})) <= set(inspect.signature(flow.fn).parameters)
    assert flow.validate_parameters(deployment.get("parameters", {})) is not None


@each_deployment
def test_a_deployment_says_what_it_does_and_lets_later_runs_wait(deployment):
    assert deployment["description"] and deployment["tags"] == ["chartlake"]
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


def test_the_weekly_flow_runs_every_friday_in_a_stated_time_zone():
    (schedule,) = DEPLOYMENTS["update-lake"]["schedules"]
    assert ZoneInfo(schedule["timezone"])
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    assert cron.cron.split()[2:] == ["*", "*", "5"]


@pytest.mark.parametrize("name", ["process-pending", "refresh-mirror"])
def test_what_an_event_starts_is_also_started_by_the_clock(name):
    # An event may be lost; what it told of is found all the same.
    assert DEPLOYMENTS[name]["triggers"]
    assert [one["active"] for one in DEPLOYMENTS[name]["schedules"]] == [True]


def test_nobody_listens_before_there_is_a_queue():
    (schedule,) = DEPLOYMENTS["listen-to-bucket"]["schedules"]
    assert not schedule["active"]


@each_deployment
def test_a_run_that_is_well_is_never_taken_for_dead(deployment):
    beat = int(deployment["work_pool"]["job_variables"]["env"][HEARTBEAT])
    assert 3 * beat == SILENCE.total_seconds()


def test_no_secret_stands_in_a_deployment():
    text = (ROOT / "prefect.yaml").read_text(encoding="utf-8").lower()
    assert not [word for word in ("secret", "password", "token", "blocks.") if word in text]
