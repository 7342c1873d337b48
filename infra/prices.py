"""What AWS costs a year: `python -m infra.prices` prints the table in docs/aws.md."""

from __future__ import annotations

from dataclasses import dataclass

# US East (N. Virginia), November 2026, in dollars: https://aws.amazon.com/s3/pricing/,
# https://aws.amazon.com/glue/pricing/, https://aws.amazon.com/athena/pricing/,
# https://aws.amazon.com/lambda/pricing/, https://aws.amazon.com/sqs/pricing/ and
# https://aws.amazon.com/ecr/pricing/
WRITE, READ = 0.005 / 1000, 0.0004 / 1000
DPU_HOUR = 0.44
SCANNED_BYTE = 5 / 1e12
GB_SECOND, CALL = 0.0000166667, 0.20 / 1e6
MESSAGE_REQUEST = 0.40 / 1e6
IMAGE_GB_MONTH = 0.10
# A crawl is billed for ten minutes at least. How many DPUs it takes is Glue's choice.
CRAWL_HOURS, CRAWL_DPUS = 10 / 60, 2
# A query is billed for 10 MB at least.
LEAST_SCANNED = 10e6
# The first million requests to the catalog in a month cost nothing.
FREE_CATALOG_REQUESTS = 1_000_000
TABLES = 3
# Athena reads the end of a Parquet file, and then parts of it.
READS_A_FILE = 3
# Requests to S3 for one more snapshot, landed, processed and mirrored by commands of its own. A
# test counts them. Several snapshots at once need fewer each; deletions cost nothing.
WRITES, READS = 8, 9
# The functions of the template: GB of memory, and the seconds that a call is taken to last. They
# are generous: starting the image takes half a second of CPU, and a snapshot some milliseconds.
LAND_GB, LAND_SECONDS_A_CHART = 0.5, 5
PROCESS_GB, PROCESS_SECONDS, PROCESS_SECONDS_A_SNAPSHOT = 1.73, 5, 0.1
# Beside those after a run, there is one on each day.
DAYS = 365
# Lambda asks a queue with five connections, each of which waits for 20 seconds.
RECEIVES = 5 * 3 * 60 * 24 * DAYS
# Some 120 MB of packages, and Python on Debian, compressed.
IMAGE_GB = 0.1


@dataclass(frozen=True, slots=True)
class Use:
    """How many charts are taken, in how many runs a year."""

    name: str
    charts: int
    runs: int

    @property
    def snapshots(self) -> int:
        """Snapshots a year."""
        return self.charts * self.runs


USES = (Use("one chart a week", 1, 52), Use("70 charts a day", 70, 365))


def transfers(use: Use) -> float:
    """Requests to S3 in a year, from landing to mirror."""
    return use.snapshots * (WRITES * WRITE + READS * READ)


def crawls(use: Use) -> float:
    """A crawl after each run, in a year."""
    return use.runs * CRAWL_HOURS * CRAWL_DPUS * DPU_HOUR


def registrations() -> int:
    """Requests that register the months of a year directly."""
    return 12 * TABLES


def functions(use: Use) -> float:
    """Both functions in a year: landing and processing in each run, and processing once a day."""
    landing = LAND_GB * LAND_SECONDS_A_CHART * use.snapshots
    calls = use.runs + DAYS
    seconds = PROCESS_SECONDS * calls + PROCESS_SECONDS_A_SNAPSHOT * use.snapshots
    return (landing + PROCESS_GB * seconds) * GB_SECOND + (use.runs + calls) * CALL


def queries(count: int, months: int, charts: int) -> float:
    """Queries that read so many months of one small table: a listing a month, a file a chart."""
    each = months * (WRITE + charts * READS_A_FILE * READ) + LEAST_SCANNED * SCANNED_BYTE
    return count * each


def table() -> str:
    """The prices as a table in Markdown."""
    rows = [
        ("a year", *(use.name for use in USES)),
        ("---", *("---" for _ in USES)),
        ("snapshots", *(f"{use.snapshots:,}" for use in USES)),
        ("requests to S3, from landing to mirror", *(_dollars(transfers(use)) for use in USES)),
        ("visible by partition projection", *("$0" for _ in USES)),
        (
            f"visible by direct registration ({registrations()} requests to the catalog)",
            *("$0" for _ in USES),
        ),
        ("visible by a crawl after each run", *(_dollars(crawls(use)) for use in USES)),
        (
            "1,000 queries in Athena over twelve months",
            *(_dollars(queries(1000, 12, use.charts)) for use in USES),
        ),
        ("without a server: the functions", *(_dollars(functions(use)) for use in USES)),
        (
            f"… Lambda asks the queue ({RECEIVES / 1e6:.1f} million requests)",
            *(_dollars(RECEIVES * MESSAGE_REQUEST) for _ in USES),
        ),
        ("… the image in ECR", *(_dollars(12 * IMAGE_GB * IMAGE_GB_MONTH) for _ in USES)),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _dollars(amount: float) -> str:
    return f"${amount:.2f}" if amount >= 0.01 else "less than $0.01"


if __name__ == "__main__":
    print(table())
