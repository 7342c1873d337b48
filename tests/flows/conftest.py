from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from demo.render import Playlist
from demo.web_api import CLIENT_ID, CLIENT_SECRET, WebApi
from demo.world import World
from flows import tasks
from flows.speech import print_to_terminal

CHART, OTHER_CHART = "3cEYpjA9oz9GiPac4AsH4n", "5ABHKGoOzxkaa28ttQV9sE"


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A Prefect server with its own database, for the whole session."""
    # This imports the server, which takes a second, in the one worker that needs it.
    from prefect.testing.utilities import prefect_test_harness

    # Without heartbeats, each run ends a second earlier.
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield
    with warnings.catch_warnings():
        # Collect its leftover connections here, not in a later test.
        warnings.simplefilter("ignore")
        gc.collect()


@pytest.fixture(scope="session")
def web_api() -> Iterator[WebApi]:
    """The stand-in for Spotify, with two playlists."""
    with WebApi(World(3), {CHART: Playlist("First"), OTHER_CHART: Playlist("Second")}) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web_api: WebApi) -> Path:
    """An empty working folder, with settings for the stand-in."""
    monkeypatch.chdir(tmp_path)
    variables = {
        "CHARTLAKE_CHARTS": f"{CHART} {OTHER_CHART}",
        "CHARTLAKE_SPOTIFY_API_URL": web_api.api_url,
        "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": web_api.accounts_url,
        "SPOTIPY_CLIENT_ID": CLIENT_ID,
        "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def fast_retries(
    prefect_server: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[None]:
    """A Prefect server, retries without delay, and logs on stdout."""
    for task in (tasks.take_chart, tasks.process_files, tasks.run_crawler, tasks.refresh_mirror):
        monkeypatch.setattr(task, "retry_delay_seconds", [0.0])
    handler = print_to_terminal()
    yield
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).removeHandler(handler)
