"""A lake in a directory, copied to S3, with something in the archive for each of its snapshots."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3

THREADS = 16


def upload(lake: Path, location: str) -> None:
    """Copy the lake to `s3://bucket/prefix`."""
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    client = boto3.client("s3")
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [
            pool.submit(client.put_object, Bucket=bucket, Key=f"{prefix}/{key}", Body=body)
            for key, body in _objects(lake)
        ]:
            done.result()


def _objects(lake: Path) -> Iterator[tuple[str, bytes]]:
    for path in lake.rglob("*.*"):
        yield path.relative_to(lake).as_posix(), path.read_bytes()
    for manifest in lake.glob("manifests/*/*.json"):
        for snapshot in json.loads(manifest.read_text(encoding="utf-8"))["snapshots"]:
            yield f"raw_data/processed/{snapshot['raw_name']}", b"archived"


if __name__ == "__main__":
    upload(Path(sys.argv[1]), sys.argv[2])
