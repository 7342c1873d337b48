"""`aws check`: what stands in AWS, compared with what is wanted there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from etl.aws.bucket import Bucket
from etl.aws.glue import Crawler
from etl.aws.sqs import Queue
from etl.aws.workgroup import read_workgroup
from etl.cli.findings import DEPLOY, Differs, Finding, checked
from etl.cli.functions_check import check_functions
from etl.lake import Lake, open_lake
from etl.lake.layout import PENDING, TABLES, TRANSFORMED
from etl.pipeline.catalog import catalog_differences
from etl.settings import Settings
from etl.wording import counted


def examine(settings: Settings) -> Iterator[Finding]:
    """Compare everything that the settings name with what the template makes of it."""
    yield from _bucket(settings)
    yield from _queue(settings)
    yield from _tables(settings)
    yield checked("workgroup", lambda: _workgroup(settings))
    yield checked("crawler", lambda: _crawler(settings))
    yield from check_functions(settings)


def _bucket(settings: Settings) -> Iterator[Finding]:
    if not settings.lake.startswith("s3://"):
        yield Finding("ok", "bucket", f"the lake is the directory {settings.lake}")
        return
    name, _, prefix = settings.lake.removeprefix("s3://").partition("/")
    bucket = Bucket(name, settings.aws)
    existence = checked("bucket", lambda: _existence(bucket))
    yield existence
    if existence.mark == "--":
        return
    yield checked("encryption", lambda: _encryption(bucket))
    yield checked("public access", lambda: _public_access(bucket))
    yield checked("versions", lambda: _versions(bucket))
    yield checked("TLS", lambda: _tls(bucket))
    if settings.queue_url:
        queue = Queue(str(settings.queue_url), settings.aws)
        folder = f"{prefix.strip('/')}/{PENDING}".lstrip("/")
        yield checked("notifications", lambda: _notifications(bucket, queue, folder))


def _existence(bucket: Bucket) -> str:
    if bucket.exists():
        return f"{bucket.name} exists"
    raise Differs(f"There is no bucket {bucket.name}. {DEPLOY}")


def _encryption(bucket: Bucket) -> str:
    algorithm = bucket.encryption()
    if algorithm is None:
        raise Differs(f"New objects in {bucket.name} are not encrypted. {DEPLOY}")
    return f"new objects are encrypted with {algorithm}"


def _public_access(bucket: Bucket) -> str:
    if bucket.is_private():
        return "blocked"
    raise Differs(f"{bucket.name} does not block public access. {DEPLOY}")


def _versions(bucket: Bucket) -> str:
    if not bucket.is_versioned():
        raise Differs(
            f"{bucket.name} keeps no earlier versions, so what is deleted by mistake is lost."
            f" {DEPLOY}"
        )
    days = [
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for rule in bucket.lifecycle_rules()
        if "NoncurrentVersionExpiration" in rule and not _prefix_of(rule)
    ]
    if not days:
        raise Differs(
            f"{bucket.name} keeps earlier versions for ever: no lifecycle rule deletes them."
            f" {DEPLOY}"
        )
    return f"earlier versions are kept for {min(days)} days"


def _prefix_of(rule: dict[str, Any]) -> str:
    shown = rule.get("Filter", {})
    prefix = shown.get("Prefix") or shown.get("And", {}).get("Prefix") or rule.get("Prefix")
    return str(prefix or "")


def _tls(bucket: Bucket) -> str:
    if bucket.refuses_plain_http():
        return "requests without TLS are refused"
    raise Differs(f"{bucket.name} accepts requests without TLS. {DEPLOY}")


def _notifications(bucket: Bucket, queue: Queue, folder: str) -> str:
    arn = queue.arn()
    to_queue = [one for one in bucket.notifications() if one.queue_arn == arn]
    if not to_queue:
        raise Differs(
            f"{bucket.name} sends no notifications to {queue.url}; new files are found on schedule"
            f" only. {DEPLOY}"
        )
    if not any(
        "s3:ObjectCreated:*" in one.events and folder.startswith(one.prefix) for one in to_queue
    ):
        raise Differs(
            f"{bucket.name} does not announce all new files in {folder} to {queue.url}. {DEPLOY}"
        )
    return f"new files in {folder} are announced"


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
    tables = {name for one in targets.get("CatalogTargets", ()) for name in one["Tables"]}
    folders = {one["Path"].rstrip("/") for one in targets.get("S3Targets", ())}
    names = {f"{table.removesuffix('s')}_data" for table in TABLES}
    wanted = {f"{settings.lake.rstrip('/')}/{TRANSFORMED}{name}" for name in names}
    if tables != names and folders != wanted:
        raise Differs(
            f"The targets of {settings.glue_crawler} are not the three tables, nor one folder for"
            f" each, so it may take files or months for tables. {DEPLOY}"
        )
    if "InheritFromTable" not in json.dumps(shown.get("Configuration", "")):
        raise Differs(
            f"Partitions that {settings.glue_crawler} registers do not take their columns from the"
            f" table, so queries may fail with HIVE_PARTITION_SCHEMA_MISMATCH. {DEPLOY}"
        )
    if tables and shown.get("SchemaChangePolicy", {}).get("UpdateBehavior") != "LOG":
        raise Differs(f"{settings.glue_crawler} may change the columns of the tables. {DEPLOY}")
    return f"{settings.glue_crawler} adds partitions, and changes no columns"
