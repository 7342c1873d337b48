from __future__ import annotations

import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from etl.lake import Lake, open_lake
from tests.support.aws_server import Aws, serving
from tests.support.s3_server import Seaweed, running

OURS = ("AWS_", "SPOTIPY_", "CHARTLAKE_", "PREFECT_API_")
# Not a setting of the program, but of how this machine trusts others.
KEPT = {"AWS_CA_BUNDLE"}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in list(os.environ):
        if name.startswith(OURS) and name not in KEPT:
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture(scope="session")
def seaweed() -> Iterator[Seaweed]:
    """A real S3 server, for the whole session."""
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
    return f"s3://{server.new_bucket()}/some/prefix"


@pytest.fixture
def lake(location: str) -> Lake:
    """An empty lake of each kind."""
    return open_lake(location)
