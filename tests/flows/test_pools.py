"""The work pools in pools/, as Prefect's workers read them."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from prefect.workers.process import ProcessJobConfiguration
from prefect_aws.workers.ecs_worker import ECSJobConfiguration

from etl.errors import ConfigurationError
from flows.setup.pool import Pool, job_template, read_pool
from tests.flows.test_prefect_yaml import DEPLOYMENTS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "pools").glob("*.yaml"))
VALUES = DEPLOYMENTS["update-lake"]["work_pool"]["job_variables"]

pytestmark = pytest.mark.usefixtures("prefect_server")
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_the_files_in_the_image_exist_and_are_not_ignored():
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    sources = {name for line in copied for name in line.split()}
    included = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {"flows", "etl", "sql", "requirements.lock"} < sources
    for name in sources:
        assert (ROOT / name).exists() and f"!{name}" in included


def job_configuration(kind, pool):
    return asyncio.run(kind.from_template_and_values(job_template(pool), VALUES))


@each_file
def test_prefect_has_the_type_and_every_variable(path):
    pool = read_pool(path)
    assert (pool.type, pool.name) == (path.stem, "chartlake")
    properties = job_template(pool)["variables"]["properties"]
    assert {name: properties[name]["default"] for name in pool.variables} == pool.variables


@each_file
def test_the_directory_is_that_of_the_image(path):
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"WORKDIR {read_pool(path).directory}\n" in dockerfile


@each_file
def test_a_pool_contains_no_secret(path):
    text = path.read_text(encoding="utf-8").lower()
    assert not [word for word in ("secret", "password", "_key") if word in text]


def test_a_run_on_ecs_has_the_variables_of_pool_and_deployment():
    pool = read_pool(ROOT / "pools" / "ecs.yaml")
    job = job_configuration(ECSJobConfiguration, pool)
    assert job.env["CHARTLAKE_LAKE"] == "s3://BUCKET"
    assert job.env["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
    assert job.task_run_request["overrides"]["taskRoleArn"] == pool.variables["task_role_arn"]
    assert job.task_definition["containerDefinitions"][0]["image"] == pool.variables["image"]


def test_the_default_pool_runs_processes_in_the_current_folder():
    pool = read_pool(None)
    assert (pool.type, pool.directory) == ("process", str(Path.cwd()))
    job = job_configuration(ProcessJobConfiguration, pool)
    assert job.env["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"


def test_the_error_names_an_unknown_variable(tmp_path):
    with pytest.raises(ConfigurationError, match=r"type docker has no variable imag;.*image, "):
        job_template(Pool(type="docker", variables={"imag": "x"}))


def test_the_error_names_an_unknown_type():
    with pytest.raises(ConfigurationError, match="no work pool of type dokcer"):
        job_template(Pool(type="dokcer"))


@pytest.mark.parametrize("text", ["- a list", "tpye: docker", "a: [", "type: docker\nx: 1"])
def test_the_error_names_an_invalid_file(tmp_path, text):
    path = tmp_path / "pool.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"pool\.yaml does not describe a work pool"):
        read_pool(path)
    with pytest.raises(ConfigurationError, match=r"none\.yaml does not describe a work pool"):
        read_pool(tmp_path / "none.yaml")
