"""A folder with the project in it, used as the README says: server, deploy, worker."""

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
from contextlib import contextmanager, suppress
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
# Prefect keeps the place of a run that died before it began for five minutes.
PATIENCE = 600


def readme_commands() -> dict[str, list[str]]:
    """The commands by which the README has it run every week, by program and first word."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Every week")[2]
    lines = re.findall(r"^\$ (?:\.venv/bin/)?((?:prefect|chartlake) .*?)(?: &)?$", section, re.M)
    commands = [shlex.split(line) for line in lines]
    # An option may come before the first word: prefect --no-prompt server start.
    said = [[word for word in words if not word.startswith("--")] for words in commands]
    return {" ".join(words[:2]): command for words, command in zip(said, commands, strict=True)}


def until(what: str, call: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """The first true answer of `call`."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with suppress(requests.RequestException):
            if found := call():
                return found
        time.sleep(0.5)
    pytest.fail(f"waited in vain for {what}")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def terminal(log: Path) -> Iterator[int]:
    """A terminal, in which programs ask what they ask of people; its output is kept in `log`."""
    ours, theirs = os.openpty()

    def keep() -> None:
        # Reading fails once nobody has the other end any more.
        with log.open("ab") as file, suppress(OSError):
            while written := os.read(ours, 65536):
                file.write(written)

    keeper = Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield theirs
    finally:
        os.close(theirs)
        keeper.join(10)
        os.close(ours)


class Site:
    """The folder, and the Prefect server for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.api_url = f"http://127.0.0.1:{self.port}/api"
        # As Prefect's own client does: a server on SQLite is busy now and then.
        busy = Retry(status_forcelist=[503], allowed_methods=None, backoff_factor=0.2)
        self.session = requests.Session()
        self.session.mount("http://", HTTPAdapter(max_retries=busy))
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
        """A command of the README in a terminal, stopped as a person would, with all it started."""
        program, *words = readme_commands()[name]
        with terminal(self.folder / f"{name}.log") as end:
            process = subprocess.Popen(
                [str(BIN / program), *words, *options],
                cwd=self.folder,
                env=self.environment,
                stdin=end,
                stdout=end,
                stderr=end,
                # Whoever was started in the background ignores it, and so would the program.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
            try:
                yield process
            finally:
                process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(20)
                kill_with_children(process.pid)
                process.wait()

    @contextmanager
    def server(self) -> Iterator[None]:
        """The Prefect server, until it answers."""
        with self.running("prefect server", "--port", str(self.port)):
            until("the server", lambda: requests.get(f"{self.api_url}/health", timeout=5).ok)
            yield

    def worker(self) -> Any:
        """A worker, which takes what is to be run."""
        return self.running("prefect worker")

    def chartlake(self, *arguments: object) -> str:
        """Run a command of the README; gives what it printed."""
        return self._done(str(BIN / "chartlake"), *map(str, arguments))

    def python(self, script: str) -> str:
        """Run a script as one of the site's programs; gives what it printed."""
        return self._done(sys.executable, "-c", script)

    def _done(self, *words: str) -> str:
        ended = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert (ended.returncode, ended.stderr) == (0, "")
        return ended.stdout

    def status(self) -> dict[str, Any]:
        """What the lake and the mirror hold."""
        return dict(json.loads(self.chartlake("status", "--json")))

    def ask(self, path: str, method: str = "POST", **question: Any) -> Any:
        """What the server's API answers."""
        answer = self.session.request(method, f"{self.api_url}/{path}", json=question, timeout=20)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def tell(self, *events: dict[str, Any]) -> None:
        """Give the server events."""
        answer = self.session.post(f"{self.api_url}/events", json=events, timeout=20)
        answer.raise_for_status()

    def runs(self, name: str, *states: str) -> list[dict[str, Any]]:
        """The runs of a deployment that are in one of the states, by type or by name."""
        found = self.ask("flow_runs/filter", flows={"name": {"any_": [name]}})
        return [one for one in found if {one["state"]["type"], one["state"]["name"]} & {*states}]

    def start(self, name: str) -> str:
        """Have a deployment run now; the run's id."""
        deployment = self.ask(f"deployments/name/{name}/{name}", "GET")
        run = self.ask(f"deployments/{deployment['id']}/create_flow_run")
        return str(run["id"])

    def schedule(self, name: str, active: bool) -> None:
        """Turn the schedules of a deployment off, or on again."""
        deployment = self.ask(f"deployments/name/{name}/{name}", "GET")
        for one in deployment["schedules"]:
            path = f"deployments/{deployment['id']}/schedules/{one['id']}"
            self.ask(path, "PATCH", active=active)

    def hasten(self, automation: str, seconds: int) -> None:
        """Let an automation of that name wait for so long, and no longer."""
        (found,) = [one for one in self.ask("automations/filter") if automation in one["name"]]
        found["trigger"]["within"] = seconds
        kept = ("name", "description", "enabled", "trigger", "actions")
        self.ask(f"automations/{found['id']}", "PUT", **{key: found[key] for key in kept})


def kill_with_children(pid: int) -> None:
    """Kill a process and all that it started, as when the machine is switched off."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        # Stopped first, so that it starts no other meanwhile.
        parent.suspend()
        for one in (*parent.children(recursive=True), parent):
            with suppress(psutil.NoSuchProcess):
                one.kill()
