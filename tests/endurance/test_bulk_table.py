"""A bulk table of five million rows: what landing and processing it need of memory and time."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from etl.lake import open_lake
from etl.lake.partitions import read_manifests

MARKETS = ("ar", "br", "de", "es", "fr", "gb", "global", "jp", "mx", "us")
RANKS = 200
DAYS = 2500
ROWS = len(MARKETS) * RANKS * DAYS
MAX_PEAK_MB = 400
HEADER = (
    "date,country,rank,uri,artist_names,track_name,label,peak_rank,previous_rank,days_on_chart,"
    "streams,entry_status,release_date,artist_uris\n"
)
ROW = (
    "{day},{market},{rank},spotify:track:{song:022d},Artist {song}|Guest {rank},"
    '"Song {song}, as sung by its artist",Label of the artist,{rank},{rank},{number},{streams},'
    "SAME,2016-01-01,spotify:artist:{song:022d}|spotify:artist:{rank:022d}\n"
)
# getrusage would count the peak of the parent as well; /proc does not.
COMMAND = """
import sys, time
from pathlib import Path
from etl.cli import main

try:
    main()
finally:
    peak = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    print(f"peak {peak} kB, CPU {time.process_time():.1f} s")
"""


def table() -> Iterator[str]:
    """The table, a day of all charts at a time."""
    yield HEADER
    for number in range(DAYS):
        day = date(2017, 1, 1) + timedelta(days=number)
        yield "".join(
            ROW.format(
                day=day,
                market=market,
                rank=rank,
                song=(number // 7 + rank) % 9000,
                number=number,
                streams=5_000_000 - 1000 * rank - number,
            )
            for market in MARKETS
            for rank in range(1, RANKS + 1)
        )


@pytest.fixture
def chartlake(tmp_path):
    """Runs a command in a process of its own; returns its output and its peak in megabytes."""

    def run(*arguments: str) -> tuple[str, float]:
        completed = subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        peak, seconds = re.findall(r"peak (\d+) kB, CPU ([\d.]+) s", completed.stdout)[0]
        rate = ROWS / float(seconds)
        print(f"{arguments[0]}: {int(peak) / 1024:.0f} MB, {seconds} s, {rate:,.0f} rows a second")
        return completed.stdout, int(peak) / 1024

    return run


@pytest.mark.endurance
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_five_million_rows_are_landed_and_processed_in_400_mb_of_memory(chartlake, tmp_path: Path):
    with (tmp_path / "table.csv").open("w") as file:
        file.writelines(table())
    output, peak = chartlake("land", "table.csv")
    assert f"landed table.csv: {ROWS:,} rows of {len(MARKETS)} charts" in output
    assert "set aside" not in output
    assert peak < MAX_PEAK_MB

    output, peak = chartlake("process")
    assert f"published {DAYS * len(MARKETS):,} snapshots" in output
    assert peak < MAX_PEAK_MB
    manifests = read_manifests(open_lake(str(tmp_path / "lake")))
    entries = sum(one.entries for manifest in manifests for one in manifest.snapshots)
    assert entries == ROWS
