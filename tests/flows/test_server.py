"""A real Prefect server and worker, set up and used as the README says."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from tests.histories import chart_body, chart_name

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 240


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(what: str, call: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """The first true answer of `call`."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if found := call():
                return found
        except requests.RequestException:
            pass
        time.sleep(0.5)
    pytest.fail(f"waited in vain for {what}")


class Receiver(HTTPServer):
    """Whoever gets the notices."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        super().__init__(("127.0.0.1", 0), _ReceiverHandler)


class _ReceiverHandler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.notices.append(json.loads(body)["text"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Site:
    """A folder with the project in it, and a Prefect server for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.api_url = f"http://127.0.0.1:{self.port}/api"
        for name in ("flows", "etl", "sql", "prefect.yaml"):
            (folder / name).symlink_to(ROOT / name)
        self.environment = os.environ | {
            "PREFECT_HOME": str(folder / ".prefect"),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
            "DO_NOT_TRACK": "1",
            "PWD": str(folder),
        }

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen]:
        """A program of the site, stopped as a person would, with all it started."""
        with (self.folder / f"{command[1]}.log").open("a") as log:
            process = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]],
                cwd=self.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # Whoever was started in the background ignores it, and so would the program.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
            try:
                yield process
            finally:
                for stop in (signal.SIGINT, signal.SIGKILL):
                    if process.poll() is None:
                        os.killpg(process.pid, stop)
                        try:
                            process.wait(20)
                        except subprocess.TimeoutExpired:
                            continue

    @contextmanager
    def server(self) -> Iterator[None]:
        """The Prefect server, until it answers."""
        arguments = ("server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        with self.running("prefect", *arguments):
            until("the server", lambda: requests.get(f"{self.api_url}/health", timeout=5).ok)
            yield

    def chartlake(self, *arguments: object) -> str:
        """Run a command of the README; gives what it printed."""
        ended = subprocess.run(
            [str(BIN / "chartlake"), *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    def ask(self, path: str, **question: Any) -> Any:
        """What the server's API answers."""
        answer = requests.post(f"{self.api_url}/{path}", json=question, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def runs(self, name: str, state: str) -> list[dict]:
        """The runs of a flow that are in a state."""
        found = self.ask(
            "flow_runs/filter",
            flows={"name": {"any_": [name]}},
            flow_runs={"state": {"type": {"any_": [state]}}},
        )
        return list(found)

    def snapshots(self) -> int:
        """How many snapshots the mirror holds."""
        return int(json.loads(self.chartlake("status", "--json"))["mirror"]["snapshots"])

    def drop(self, week: int) -> Path:
        """A chart file of that week, in the folder's downloads."""
        path = self.folder / "downloads" / chart_name(week)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(chart_body(week))
        return path


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_project_lives_on_a_server_as_the_readme_says(site: Site, receiver: Receiver):
    webhook = f"http://127.0.0.1:{receiver.server_port}/notices"
    with site.server():
        first = site.chartlake("deploy", "--notify", webhook)
        assert "work pool chartlake" in first and "deployments update-lake" in first
        assert site.chartlake("deploy", "--notify", webhook) == first
        automations = [one["name"] for one in site.ask("automations/filter")]
        assert len(automations) == len(set(automations)) == 6
        deployments = {one["name"]: one for one in site.ask("deployments/filter")}
        assert set(deployments) == {"update-lake", "process-pending", "refresh-mirror"}
        with site.running("prefect", "worker", "start", "--pool", "chartlake"):
            # What lands is processed and mirrored without anybody starting anything.
            site.chartlake("land", site.drop(0), site.drop(1))
            until("the mirror", lambda: site.runs("refresh-mirror", "COMPLETED"))
            assert site.snapshots() == 2
            assert site.runs("process-pending", "COMPLETED")
            # Without credentials the weekly run fails, says what to do, and the user is told.
            site.ask(f"deployments/{deployments['update-lake']['id']}/create_flow_run")
            (failed,) = until("the failure", lambda: site.runs("update-lake", "FAILED"))
            assert "SPOTIPY_CLIENT_ID is not set" in failed["state"]["message"]
            until("a notice", lambda: [one for one in receiver.notices if "is Failed" in one])
            # A gap is told as well.
            site.chartlake("land", site.drop(3))
            told = until("a gap", lambda: [one for one in receiver.notices if "lacks" in one])
            assert "2026-01-15" in told[0]
        weekly = until("the schedule", lambda: site.runs("update-lake", "SCHEDULED"))
        scheduled = {one["id"] for one in weekly}
        # A worker that is killed in the middle leaves work that the next one finishes.
        with site.running("prefect", "worker", "start", "--pool", "chartlake") as worker:
            site.chartlake("land", site.drop(2))
            until(
                "a run",
                lambda: (
                    site.runs("process-pending", "PENDING")
                    or site.runs("process-pending", "RUNNING")
                ),
            )
            os.killpg(worker.pid, signal.SIGKILL)
    with site.server():
        assert {one["id"] for one in site.runs("update-lake", "SCHEDULED")} >= scheduled
        assert site.runs("process-pending", "COMPLETED")
        published = json.loads(site.chartlake("status", "--json"))
        assert published["published"] + published["pending"] == 4
        site.chartlake("process")
        assert json.loads(site.chartlake("status", "--json"))["published"] == 4
