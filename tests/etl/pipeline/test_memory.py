"""The memory that a run needs depends on the size of a batch, not of the landing zone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from etl.lake import open_lake
from tests.support import made_up
from tests.support.small_lakes import THURSDAY, put_pending

MARKETS = [a + b for a in "ABCDEFGHIJ" for b in "KLMNOPQRST"]
MAX_PEAK_MB = 300


def day(number: int) -> date:
    return THURSDAY + timedelta(days=number)


def large_page(number: int) -> bytes:
    # As large as pages of Spotify, which list every market twice for each entry.
    songs = [
        made_up.entry(
            made_up.track(
                song,
                available_markets=MARKETS * 2,
                album=made_up.album(song, available_markets=MARKETS * 2),
            )
        )
        for song in range(number, number + 50)
    ]
    return made_up.envelope(made_up.page(songs), at=f"{day(number)}T06:00:00Z")


def dense_page(number: int) -> bytes:
    """A page of which everything is published, and nothing again."""
    songs = [made_up.entry(made_up.track(number * 100 + song)) for song in range(100)]
    return made_up.envelope(made_up.page(songs), at=f"{day(number)}T06:00:00Z")


# getrusage would count the peak of the parent as well; /proc does not.
PROCESS = """
from pathlib import Path
from etl.lake import open_lake
from etl.pipeline.process import process_pending

process_pending(open_lake("lake"), "parquet")
print(Path("/proc/self/status").read_text())
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize(("page", "megabytes"), [(large_page, 100), (dense_page, 60)])
def test_many_pending_files_are_processed_in_300_mb_of_memory(tmp_path, page, megabytes):
    lake = open_lake(str(tmp_path / "lake"))
    count = megabytes * 1_000_000 // len(page(0))
    for number in range(count):
        put_pending(lake, {f"{number}.json": page(number)})
    completed = subprocess.run(
        [sys.executable, "-c", PROCESS], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    (peak,) = re.findall(r"VmHWM:\s*(\d+) kB", completed.stdout)
    assert int(peak) / 1024 < MAX_PEAK_MB
    manifests = [json.loads(lake.read(stored.key).body) for stored in lake.list("manifests/")]
    assert sum(len(manifest["snapshots"]) for manifest in manifests) == count
