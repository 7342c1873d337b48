"""What all tests share: a clean environment, one S3 server, one AWS, and lakes of each kind."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
from botocore.loaders import Loader

from etl.lake import Lake, open_lake, partitions
from tests.support.aws_server import Aws, serving
from tests.support.s3_server import Seaweed, running

# A slow machine is not a failure. `make endurance` takes the second profile.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=4000)
hypothesis.settings.load_profile("any machine")

OUR_VARIABLES = ("AWS_", "SPOTIPY_", "CHARTLAKE_", "PREFECT_API_")
# Not a setting of the program, but of how this machine trusts others.
KEPT_VARIABLES = {"AWS_CA_BUNDLE"}
# Fixtures that start a server or a browser; `make check` leaves out the tests that use them.
SERVICES = {"seaweed", "aws_server", "prefect_server", "browser", "site"}


def pytest_configure(config: pytest.Config) -> None:
    """Start the S3 server once for all workers, while they start up themselves."""
    is_controller = not hasattr(config, "workerinput")
    if is_controller and config.getoption("numprocesses", None):
        config.stash[_SERVER] = server = running()
        config.stash[_SEAWEED] = server.__enter__()


def pytest_configure_node(node) -> None:
    """Tell a worker where the S3 server is."""
    node.workerinput["s3_endpoint"] = node.config.stash[_SEAWEED].endpoint


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the S3 server."""
    if server := config.stash.get(_SERVER, None):
        server.__exit__(None, None, None)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a worker whole groups of tests, in the order in which they were collected."""
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class SharingScheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid)

    config.option.loadscopereorder = False
    return SharingScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests that need a server or a browser, and let workers start with the long groups."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if fixtures & SERVICES or "s3" in parameters.values():
            item.add_marker(pytest.mark.service)
    if hasattr(config, "workerinput"):
        weights = Counter[str]()
        for item in items:
            weights[group_of(item.nodeid)] += weight_of(item)
        items.sort(key=lambda item: -weights[group_of(item.nodeid)])


def group_of(nodeid: str) -> str:
    """The tests that share fixtures, for which they go to one worker: a file, or all the flows."""
    path = nodeid.partition("::")[0]
    return "flows" if path.startswith("tests/flows/") else path


def weight_of(item: pytest.Item) -> int:
    """How long the test takes, roughly, compared with others."""
    if item.get_closest_marker("slow"):
        return 10
    return 4 if item.get_closest_marker("service") else 1


_SERVER = pytest.StashKey[AbstractContextManager[Seaweed]]()
_SEAWEED = pytest.StashKey[Seaweed]()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(OUR_VARIABLES) and name not in KEPT_VARIABLES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files need not survive a power failure here, and publishers are not waited for."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    monkeypatch.setattr(partitions, "PATIENCE", (0.01, 0.02))


@pytest.fixture(scope="session", autouse=True)
def one_description_of_aws() -> Iterator[None]:
    """All AWS clients share one description of the services, which takes long to read."""
    loader = Loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda paths=None: loader)
        yield


@pytest.fixture(scope="session")
def seaweed(request: pytest.FixtureRequest) -> Iterator[Seaweed]:
    """A real S3 server, for the whole session."""
    if endpoint := getattr(request.config, "workerinput", {}).get("s3_endpoint"):
        yield Seaweed(endpoint)
        return
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def aws_server() -> Iterator[Aws]:
    """AWS's other services, for the whole session."""
    with serving() as server:
        yield server


@pytest.fixture
def aws(aws_server: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """AWS with nothing in it, where AWS's own client finds it."""
    aws_server.forget()
    for name, value in aws_server.environ.items():
        monkeypatch.setenv(name, value)
    return aws_server


@pytest.fixture
def impatient_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own client asks again as often as it would, and at once."""
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture(params=["directory", "s3"])
def location(request, tmp_path, monkeypatch) -> str:
    """Where an empty lake may be, of each kind."""
    if request.param == "directory":
        return str(tmp_path / "lake")
    server: Seaweed = request.getfixturevalue("seaweed")
    for name, value in server.environ.items():
        monkeypatch.setenv(name, value)
    return server.new_location()


@pytest.fixture
def lake(location: str) -> Lake:
    """An empty lake of each kind."""
    return open_lake(location)
