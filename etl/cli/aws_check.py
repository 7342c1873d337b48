"""`aws check`: what stands in AWS, compared with what is wanted there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from etl.aws.glue import Crawler
from etl.aws.sqs import Queue
from etl.aws.workgroup import read_workgroup
from etl.cli.bucket_check import check_bucket
from etl.cli.findings import DEPLOY, Differs, Finding, checked
from etl.cli.functions_check import check_functions
from etl.lake import Lake, open_lake
from etl.lake.layout import TABLES, TRANSFORMED
from etl.pipeline.catalog import catalog_differences
from etl.settings import Settings
from etl.wording import counted


def examine(settings: Settings) -> Iterator[Finding]:
    """Compare everything that the settings name with what the template makes of it."""
    yield from check_bucket(settings)
    yield from _queue(settings)
    yield from _tables(settings)
    yield checked("workgroup", lambda: _workgroup(settings))
    yield checked("crawler", lambda: _crawler(settings))
    yield from check_functions(settings)


def _queue(settings: Settings) -> Iterator[Finding]:
    if not settings.queue_url:
        yield Finding("ok", "queue", "none is set (CHARTLAKE_QUEUE_URL)")
        return
    queue = Queue(str(settings.queue_url), settings.aws)
    yield checked("queue", lambda: _dead_letters(queue))


def _dead_letters(queue: Queue) -> str:
    dead_letters = queue.dead_letters()
    if dead_letters is None:
        raise Differs(
            f"{queue.url} has no dead-letter queue: a message that cannot be handled comes back for"
            f" days. {DEPLOY}"
        )
    if count := dead_letters.message_count():
        raise Differs(
            f"{dead_letters.url} has {counted(count, 'message')} that nobody could deal with. Look"
            " at the logs and at `chartlake status`; then empty it with `aws sqs purge-queue`."
        )
    return f"{queue.url} has a queue for what nobody deletes, and that is empty"


def _tables(settings: Settings) -> Iterator[Finding]:
    if not settings.athena_database:
        yield Finding("ok", "tables", "no database is set (CHARTLAKE_ATHENA_DATABASE)")
        return
    lake = open_lake(settings.lake, settings.aws)
    differing: list[str] = []
    summary = checked("tables", lambda: _compared(settings, lake, differing))
    yield from (Finding("--", "tables", sentence) for sentence in differing)
    if not differing:
        yield summary


def _compared(settings: Settings, lake: Lake, differing: list[str]) -> str:
    differing += catalog_differences(settings, lake)
    return f"those in {settings.athena_database} are the lake's"


def _workgroup(settings: Settings) -> str:
    name = settings.athena_workgroup or "primary"
    if not settings.athena_database:
        return "no database is set (CHARTLAKE_ATHENA_DATABASE)"
    workgroup = read_workgroup(name, settings.aws)
    if workgroup is None:
        raise Differs(f"There is no workgroup {name}. {DEPLOY}")
    if not workgroup.is_enabled:
        raise Differs(f"The workgroup {name} is disabled. Enable it in the Athena console.")
    if not workgroup.has_results:
        raise Differs(f"The workgroup {name} has no location for results. {DEPLOY}")
    if workgroup.scan_limit is None:
        raise Differs(f"A query in the workgroup {name} may read any number of bytes. {DEPLOY}")
    return f"a query in {name} may read {workgroup.scan_limit:,} bytes"


def _crawler(settings: Settings) -> str:
    if not settings.glue_crawler:
        return "none is set (CHARTLAKE_GLUE_CRAWLER)"
    shown = Crawler(settings.glue_crawler, settings.aws).definition()
    targets: Any = shown.get("Targets", {})
    named = targets.get("CatalogTargets", ())
    tables = {name for one in named for name in one["Tables"]}
    folders = {one["Path"].rstrip("/") for one in targets.get("S3Targets", ())}
    names = {f"{table.removesuffix('s')}_data" for table in TABLES}
    wanted = {f"{settings.lake.rstrip('/')}/{TRANSFORMED}{name}" for name in names}
    if (tables, folders) not in ((names, set()), (set(), wanted)):
        raise Differs(
            f"The targets of {settings.glue_crawler} are not the three tables, nor one folder for"
            f" each, so it may take files or months for tables. {DEPLOY}"
        )
    databases = {one["DatabaseName"] for one in named} - {settings.athena_database}
    if databases and settings.athena_database:
        raise Differs(
            f"The targets of {settings.glue_crawler} are tables in"
            f" {' and '.join(sorted(databases))}, not in {settings.athena_database}. {DEPLOY}"
        )
    if "InheritFromTable" not in json.dumps(shown.get("Configuration", "")):
        raise Differs(
            f"Partitions that {settings.glue_crawler} registers do not take their columns from the"
            f" table, so queries may fail with HIVE_PARTITION_SCHEMA_MISMATCH. {DEPLOY}"
        )
    if tables and shown.get("SchemaChangePolicy", {}).get("UpdateBehavior") != "LOG":
        raise Differs(f"{settings.glue_crawler} may change the columns of the tables. {DEPLOY}")
    return f"{settings.glue_crawler} adds partitions, and changes no columns"
