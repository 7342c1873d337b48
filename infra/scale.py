"""What more charts, more often, need: `python -m infra.scale` prints the table in docs/scale.md."""

from __future__ import annotations

from dataclasses import dataclass

from infra import prices

# US East (N. Virginia), November 2026, in dollars: a GB stored for a month, and an hour of a
# container with one core and 2 GB. https://aws.amazon.com/s3/pricing/,
# https://aws.amazon.com/fargate/pricing/
STORED_GB = 0.023
CONTAINER_HOUR = 0.04048 + 2 * 0.004445
DAYS, MONTHS = 365, 12
# Of `python -m benchmarks --only month`: what a snapshot costs to publish, in seconds of CPU, and
# what each snapshot adds to that which the month has already.
PUBLISHED, PUBLISHED_BESIDE_ANOTHER = 0.02, 0.00022
# Of the case `year`: what a chart of 200 entries costs to land, and to mirror.
LANDED, MIRRORED = 0.001, 0.0023
# Of the case `mirror`: what a row of songs takes in the mirror, in bytes.
MIRRORED_ROW = 33
# Requests to the Web API for a playlist with one page, without genres. A test counts them.
WEB_REQUESTS = 3
# AWS says 100 to 200 ms for small objects. Eight requests run at the same time.
WAITED, CONCURRENT = 0.1, 8
# What a snapshot adds to the manifest of its month, in bytes.
LISTED = 280
# How long the template's bucket keeps what is replaced and deleted.
KEPT_DAYS = 30
LISTED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Load:
    """How many charts are taken how often; sizes are those of one snapshot, in bytes."""

    name: str
    charts: int
    times_a_day: int
    entries: int
    raw_bytes: int
    table_bytes: int
    is_from_web: bool = True

    @property
    def a_day(self) -> int:
        """Snapshots a day."""
        return self.charts * self.times_a_day

    @property
    def a_year(self) -> int:
        """Snapshots a year."""
        return self.a_day * DAYS

    @property
    def partitions(self) -> int:
        """Charts and months in a year; each has a manifest, and a file in each table."""
        return self.charts * MONTHS


# Chart files of 200 entries are those of the case `year`, playlists those of the case `month`.
LOADS = (
    Load("70 daily charts", 70, 1, 200, 21_000, 3_500, is_from_web=False),
    Load("1,000 playlists an hour", 1_000, 24, 50, 220_000, 770),
    Load("1,000,000 playlists a day", 1_000_000, 1, 50, 220_000, 1_200),
)


def web_requests(load: Load) -> float:
    """Requests to the Web API a second."""
    return WEB_REQUESTS * load.a_day / 86_400 if load.is_from_web else 0


def transfers(load: Load) -> float:
    """Requests to S3 in a year, from landing to mirror, in dollars."""
    return load.a_year * (prices.WRITES * prices.WRITE + prices.READS * prices.READ)


def stored(load: Load) -> float:
    """What a year has stored, in bytes: raw files, tables and manifests."""
    return load.a_year * (load.raw_bytes + load.table_bytes + LISTED)


def storage(load: Load) -> float:
    """What a month of that costs, in dollars."""
    return stored(load) / 1e9 * STORED_GB


def rewritten(load: Load) -> float:
    """Bytes that are written in a year beside raw files: with each snapshot, its whole month."""
    return load.a_year * (load.table_bytes + LISTED) * (1 + _usual_month(load))


def earlier(load: Load) -> float:
    """Bytes of earlier versions: replaced tables, and raw files that left the landing zone."""
    return (rewritten(load) + load.a_year * load.raw_bytes) * KEPT_DAYS / DAYS


def computing(load: Load) -> float:
    """Seconds of CPU a day: land, publish and mirror."""
    published = PUBLISHED + PUBLISHED_BESIDE_ANOTHER * _usual_month(load)
    return load.a_day * (LANDED + published + MIRRORED)


def waiting(load: Load) -> float:
    """Seconds a day in which one machine waits for S3."""
    return load.a_day * (prices.WRITES + prices.READS) * WAITED / CONCURRENT


def containers(load: Load) -> float:
    """What computing and waiting cost in a year, in dollars, in containers with one core."""
    return (computing(load) + waiting(load)) / 3600 * DAYS * CONTAINER_HOUR


def rows(load: Load) -> int:
    """Rows of songs in a year."""
    return load.a_year * load.entries


def manifest_listings(load: Load) -> int:
    """Requests that list the manifests of a year, for each refresh of a mirror."""
    return -(-load.partitions // LISTED_AT_ONCE)


def table() -> str:
    """The arithmetic as a table in Markdown."""
    lines = {
        "snapshots a day": lambda load: f"{load.a_day:,}",
        "requests to the Web API": lambda load: (
            f"{web_requests(load):.1f} a second" if load.is_from_web else "none"
        ),
        "requests to S3, a year": lambda load: _dollars(transfers(load)),
        "stored after a year": lambda load: _size(stored(load)),
        "storing that, a month": lambda load: _dollars(storage(load)),
        "tables and manifests written, a year": lambda load: _size(rewritten(load)),
        f"earlier versions, kept for {KEPT_DAYS} days": lambda load: _size(earlier(load)),
        "files of each table after a year": lambda load: f"{load.partitions:,}",
        "computing, a day, on one core": lambda load: _time(computing(load)),
        "waiting for S3, a day": lambda load: _time(waiting(load)),
        "containers for both, a year": lambda load: _dollars(containers(load)),
        "rows of songs, a year": lambda load: f"{rows(load):,}",
        "the mirror's file after a year": lambda load: _size(rows(load) * MIRRORED_ROW),
        "listings of manifests for a refresh": lambda load: f"{manifest_listings(load):,}",
    }
    head = [("", *(load.name for load in LOADS)), ("---", *("--:" for _ in LOADS))]
    body = [(name, *map(shown, LOADS)) for name, shown in lines.items()]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (*head, *body))


def _usual_month(load: Load) -> float:
    """How many snapshots a month has on average, when another one is added."""
    return load.times_a_day * DAYS / MONTHS / 2


def _dollars(amount: float) -> str:
    return f"${amount:,.0f}" if amount >= 10 else f"${amount:.2f}"


def _size(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e6:,.0f} MB"


def _time(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


if __name__ == "__main__":
    print(table())
