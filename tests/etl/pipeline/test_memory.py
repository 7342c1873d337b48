"""What a run costs in memory follows the size of a group, not what is pending."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from etl.lake import open_lake
from tests.support import made_up
from tests.support.small_lakes import THURSDAY, drop

MARKETS = [a + b for a in "ABCDEFGHIJ" for b in "KLMNOPQRST"]
BOUND_MB = 300


def day(number: int) -> date:
    return THURSDAY + timedelta(days=number)


def large_page(number: int) -> bytes:
    # As long as Spotify's own, which list every market twice for each entry.
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


# The peak that the kernel counts for a child begins with its parent's; this one does not.
PROCESS = """
from pathlib import Path
from etl.lake import open_lake
from etl.pipeline.process import process_pending

process_pending(open_lake("lake"), "parquet")
print(Path("/proc/self/status").read_text())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells the peak")
def test_a_hundred_megabytes_of_pending_files_are_processed_in_three_hundred(tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    count = 100_000_000 // len(large_page(0))
    for number in range(count):
        drop(lake, {f"{number}.json": large_page(number)})
    ended = subprocess.run(
        [sys.executable, "-c", PROCESS], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    (peak,) = re.findall(r"VmHWM:\s*(\d+) kB", ended.stdout)
    assert int(peak) / 1024 < BOUND_MB
    manifests = [json.loads(lake.read(one.key).body) for one in lake.list("manifests/")]
    assert sum(len(one["snapshots"]) for one in manifests) == count
