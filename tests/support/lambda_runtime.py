"""AWS Lambda for tests: its Runtime API over HTTP, and the image's entry point as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
IMAGE = ROOT / "infra/lambda"
SECONDS = 60
# Hides the packages that the image lacks, from the first import on.
SITECUSTOMIZE = """
import sys
from importlib.abc import MetaPathFinder

class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
"""


@dataclass(frozen=True)
class Outcome:
    """What a function returned, or the message of the error that it raised."""

    value: Any = None
    error: str | None = None


@dataclass
class Function:
    """A running function; `log` is the file with what it prints."""

    log: Path
    events: Queue[object] = field(default_factory=Queue)
    outcomes: Queue[Outcome] = field(default_factory=Queue)

    def __call__(self, event: object) -> Outcome:
        """Call the function, and wait for what comes of it."""
        self.events.put(event)
        try:
            return self.outcomes.get(timeout=SECONDS)
        except Empty:
            raise RuntimeError(f"The function does not answer:\n{self.printed}") from None

    @property
    def printed(self) -> str:
        """What the function has printed so far."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running_function(
    described: Any, folder: Path, variables: Mapping[str, str]
) -> Iterator[Function]:
    """Start the image's entry point for a function as the template describes it.

    As on Lambda, only what the image has can be imported, there is no home folder, and files are
    written to one folder alone, `folder/tmp`. `variables` outrank those of the template.
    """
    function = Function(folder / "log")
    places = {name: folder / name for name in ("tmp", "task", "site")}
    for place in places.values():
        place.mkdir()
    environment = {
        **_environment(places["tmp"], places["site"]),
        **described["Environment"]["Variables"],
        **variables,
    }
    with _runtime_api(function) as address, function.log.open("wb") as log:
        process = subprocess.Popen(
            [*_entry_point(), *described["ImageConfig"]["Command"]],
            cwd=places["task"],
            env={**environment, "AWS_LAMBDA_RUNTIME_API": address},
            stdout=log,
            stderr=log,
        )
        try:
            yield function
        finally:
            process.kill()
            process.wait()
    assert list(places["task"].iterdir()) == []


def _environment(scratch: Path, site: Path) -> dict[str, str]:
    (site / "sitecustomize.py").write_text(SITECUSTOMIZE.format(absent=_absent_modules()))
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = [str(site), str(ROOT), *filter(None, inherited)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "HOME": "/nowhere",
        "TMPDIR": str(scratch),
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _entry_point() -> list[str]:
    """The command that the image starts, with this Python."""
    (line,) = (line for line in _dockerfile() if line.startswith("ENTRYPOINT "))
    _python, *arguments = json.loads(line.removeprefix("ENTRYPOINT "))
    return [sys.executable, *arguments]


@cache
def _absent_modules() -> set[str]:
    """The modules that are here, and not in the image."""
    present = _with_dependencies(_required())
    of_packages = {
        module
        for module, packages in metadata.packages_distributions().items()
        if not present.intersection(map(_normal, packages))
    }
    ours = {path.name for path in ROOT.iterdir() if path.is_dir()}
    copied = {line.split()[-1] for line in _dockerfile() if line.startswith("COPY ")}
    return (of_packages | ours) - copied


def _required() -> list[str]:
    lines = (IMAGE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _with_dependencies(wanted: list[str]) -> set[str]:
    found: set[str] = set()
    while wanted:
        requirement = Requirement(wanted.pop())
        name = _normal(requirement.name)
        is_wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if is_wanted and name not in found:
            found.add(name)
            wanted += metadata.requires(name) or []
    return found


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _dockerfile() -> list[str]:
    return (IMAGE / "Dockerfile").read_text(encoding="utf-8").splitlines()


@contextmanager
def _runtime_api(function: Function) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.function = function
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        function.events.put(None)  # whoever waits for an event
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    function: Function


class _Handler(BaseHTTPRequestHandler):
    """https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"""

    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        event = self.server.function.events.get()
        if event is None:
            self.close_connection = True
            return
        body = json.dumps(event).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "one")
        self.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:::function:one")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
        is_error = self.path.endswith("/error")
        outcome = Outcome(error=sent["errorMessage"]) if is_error else Outcome(sent)
        self.server.function.outcomes.put(outcome)
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass
