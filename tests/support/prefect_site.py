"""The project in a folder of its own, with a Prefect server and a worker as in the README."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
# In seconds. Prefect holds the concurrency slot of a run that died early for five minutes.
TIMEOUT = 600


def readme_commands() -> dict[str, list[str]]:
    """The commands in the section "Every week" of the README, by program and subcommand."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Every week")[2]
    lines = re.findall(r"^\$ (?:\.venv/bin/)?((?:prefect|chartlake) .*?)(?: &)?$", section, re.M)
    commands = [shlex.split(line) for line in lines]
    # An option may come before the subcommand: prefect --no-prompt server start.
    names = [[word for word in words if not word.startswith("--")][:2] for words in commands]
    return {" ".join(name): command for name, command in zip(names, commands, strict=True)}


def wait_for(what: str, call: Callable[[], Any], timeout: float = TIMEOUT) -> Any:
    """Call `call` until its result is true; returns the result."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        with suppress(requests.RequestException):
            if result := call():
                return result
        time.sleep(0.5)
    pytest.fail(f"timed out waiting for {what}")


def free_port() -> int:
    """A port that no program listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def terminal(log: Path) -> Iterator[int]:
    """A terminal, so that programs prompt as they prompt people; its output goes to `log`."""
    controller, terminal_end = os.openpty()

    def copy_output() -> None:
        # Reading fails once the other end is closed.
        with log.open("ab") as file, suppress(OSError):
            while output := os.read(controller, 65536):
                file.write(output)

    thread = Thread(target=copy_output, daemon=True)
    thread.start()
    try:
        yield terminal_end
    finally:
        os.close(terminal_end)
        thread.join(10)
        os.close(controller)


class Site:
    """The folder and its Prefect server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.api_url = f"http://127.0.0.1:{self.port}/api"
        # Prefect's own client retries as well: a server on SQLite is busy now and then.
        retries = Retry(status_forcelist=[503], allowed_methods=None, backoff_factor=0.2)
        self.session = requests.Session()
        self.session.mount("http://", HTTPAdapter(max_retries=retries))
        for name in ("flows", "etl", "sql", "pools"):
            (folder / name).symlink_to(ROOT / name)
        self.environment = os.environ | {
            "PREFECT_HOME": str(folder / ".prefect"),
            "PREFECT_API_URL": self.api_url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }

    @contextmanager
    def running(self, name: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a command of the README in a terminal; at the end, interrupt it as Ctrl+C does."""
        program, *words = readme_commands()[name]
        with terminal(self.folder / f"{name}.log") as stream:
            process = subprocess.Popen(
                [str(BIN / program), *words, *options],
                cwd=self.folder,
                env=self.environment,
                stdin=stream,
                stdout=stream,
                stderr=stream,
                # A test run in the background ignores SIGINT, and its children would inherit that.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
            try:
                yield process
            finally:
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                kill_process_tree(process.pid)
                process.wait()

    @contextmanager
    def server(self) -> Iterator[None]:
        """Run the Prefect server, and wait until it responds."""
        with self.running("prefect server", "--port", str(self.port)):
            wait_for("the server", lambda: requests.get(f"{self.api_url}/health", timeout=5).ok)
            yield

    def worker(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Run a worker."""
        return self.running("prefect worker")

    def chartlake(self, *arguments: object) -> str:
        """Run a chartlake command; returns its output."""
        return self._run(str(BIN / "chartlake"), *map(str, arguments))

    def python(self, script: str) -> str:
        """Run a Python script in the folder; returns its output."""
        return self._run(sys.executable, "-c", script)

    def _run(self, *command: str) -> str:
        completed = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
        assert (completed.returncode, completed.stderr) == (0, "")
        return completed.stdout

    def status(self) -> dict[str, Any]:
        """The output of `chartlake status`."""
        return dict(json.loads(self.chartlake("status", "--json")))

    def request(self, path: str, method: str = "POST", **body: Any) -> Any:
        """Send a request to the server's API; returns the response."""
        response = self.session.request(method, f"{self.api_url}/{path}", json=body, timeout=20)
        response.raise_for_status()
        return response.json() if response.content else None

    def send_events(self, *events: dict[str, Any]) -> None:
        """Send events to the server."""
        response = self.session.post(f"{self.api_url}/events", json=events, timeout=20)
        response.raise_for_status()

    def runs_in(self, name: str, *states: str) -> list[dict[str, Any]]:
        """The runs of the deployment whose state has one of these types or names."""
        runs = self.request("flow_runs/filter", flows={"name": {"any_": [name]}})
        return [run for run in runs if {run["state"]["type"], run["state"]["name"]} & {*states}]

    def start_run(self, name: str) -> str:
        """Start a run of the deployment; returns the run's id."""
        deployment = self.request(f"deployments/name/{name}/{name}", "GET")
        run = self.request(f"deployments/{deployment['id']}/create_flow_run")
        return str(run["id"])

    def set_schedules(self, name: str, active: bool) -> None:
        """Activate or pause the schedules of the deployment."""
        deployment = self.request(f"deployments/name/{name}/{name}", "GET")
        for schedule in deployment["schedules"]:
            path = f"deployments/{deployment['id']}/schedules/{schedule['id']}"
            self.request(path, "PATCH", active=active)

    def set_automation_delay(self, name: str, seconds: int) -> None:
        """Make the automation whose name contains `name` wait for this long before it acts."""
        automations = self.request("automations/filter")
        (automation,) = [entry for entry in automations if name in entry["name"]]
        automation["trigger"]["within"] = seconds
        fields = ("name", "description", "enabled", "trigger", "actions")
        body = {field: automation[field] for field in fields}
        self.request(f"automations/{automation['id']}", "PUT", **body)


def kill_process_tree(pid: int) -> None:
    """Kill a process and its descendants, as when the machine is switched off."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        # Suspend it first, so that it cannot start more children.
        parent.suspend()
        for process in (*parent.children(recursive=True), parent):
            with suppress(psutil.NoSuchProcess):
                process.kill()
