"""A real S3 server for tests: SeaweedFS from its wheel, on free ports."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

START_SECONDS = 60
ATTEMPTS = 3
ACCESS_KEY, SECRET_KEY = "admin", "made-up-secret-key"
BUCKET = "lakes"
SERVICES = ("s3", "master", "volume", "filer", "admin")
# Each service also listens for gRPC, on a port that is higher by this number.
GRPC_OFFSET = 10_000


@dataclass(frozen=True)
class Seaweed:
    """A running server."""

    endpoint: str

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that point AWS clients to this server."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def new_location(self) -> str:
        """Where an empty lake may be. Buckets are dear here: a server has room for some dozens."""
        return f"s3://{BUCKET}/{uuid.uuid4().hex[:12]}"

    def new_bucket(self) -> str:
        """Create a bucket; returns its name."""
        name = f"lake-{uuid.uuid4().hex[:12]}"
        with self.client() as client:
            client.create_bucket(Bucket=name)
        return name

    @contextmanager
    def client(self) -> Iterator:
        """A client with the server's credentials."""
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )
        try:
            yield client
        finally:
            client.close()


@contextmanager
def running() -> Iterator[Seaweed]:
    """Start the server, wait until it accepts writes, and stop it at the end."""
    with TemporaryDirectory(prefix="seaweed-", ignore_cleanup_errors=True) as folder:
        seaweed, server = _start(Path(folder))
        try:
            yield seaweed
        finally:
            _stop(server)


def _start(folder: Path) -> tuple[Seaweed, subprocess.Popen[bytes]]:
    for attempt in range(ATTEMPTS):
        home = folder / str(attempt)
        home.mkdir()
        ports = dict(zip(SERVICES, _free_ports(len(SERVICES)), strict=True))
        server = _launch(home, ports)
        seaweed = Seaweed(f"http://127.0.0.1:{ports['s3']}")
        if _is_up(seaweed, server):
            return seaweed, server
        # Another program may have taken a port in the meantime. Try other ports.
        _stop(server)
    log = (home / "log").read_text(errors="replace")
    raise RuntimeError(f"SeaweedFS did not start:\n{log[-2000:]}")


def _launch(folder: Path, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            _command(folder, ports),
            stdout=log,
            stderr=log,
            env={"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY},
        )


def _command(folder: Path, ports: dict[str, int]) -> list[str]:
    weed = shutil.which("weed", path=Path(sys.executable).parent) or "weed"
    (folder / "store").mkdir()
    return [
        *(weed, "mini", f"-dir={folder / 'store'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(f"-{service}.port={port}" for service, port in ports.items()),
        *("-webdav=false", "-admin.ui=false", "-s3.port.lance=0", "-s3.port.iceberg=0"),
        *("-s3.autoCreateBucket=false", f"-bucket={BUCKET}"),
    ]


def _free_ports(count: int) -> list[int]:
    ports: list[int] = []
    # These are below the ephemeral ports, which clients could take before the server does.
    for port in range(12_000 + uuid.uuid4().int % 8_000, 22_000):
        if _is_free(port) and _is_free(port + GRPC_OFFSET):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise RuntimeError("This machine has no free ports.")


def _is_free(port: int) -> bool:
    with ExitStack() as stack:
        probe = stack.enter_context(socket.socket())
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _is_up(seaweed: Seaweed, server: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + START_SECONDS
    with seaweed.client() as client:
        while time.monotonic() < end and server.poll() is None:
            try:
                client.put_object(Bucket=BUCKET, Key="probe", Body=b"")
                return True
            except (BotoCoreError, ClientError):
                time.sleep(0.1)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
