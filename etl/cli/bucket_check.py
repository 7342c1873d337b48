"""`aws check` of the bucket."""

from __future__ import annotations

from collections.abc import Iterator

from etl.aws.bucket import Bucket
from etl.aws.sqs import Queue
from etl.cli.findings import DEPLOY, Differs, Finding, checked
from etl.lake.layout import HISTORY, MANIFESTS, PENDING, PROCESSED, REFERENCE, STATE, TRANSFORMED
from etl.settings import Settings

# What is in quarantine may be deleted; everything else is needed.
_NEEDED = (PENDING, PROCESSED, REFERENCE, TRANSFORMED, MANIFESTS, HISTORY, STATE)
# The stack leaves a bucket alone that it has not created.
_SET = (
    "Set it with the command in docs/aws.md, under “A bucket that exists”; or, if the stack created"
    " the bucket, deploy the template that `chartlake aws template` prints."
)


def check_bucket(settings: Settings) -> Iterator[Finding]:
    """Compare the bucket in the settings with what the template makes of one."""
    if not settings.lake.startswith("s3://"):
        yield Finding("ok", "bucket", f"the lake is the directory {settings.lake}")
        return
    name, _, prefix = settings.lake.removeprefix("s3://").partition("/")
    folder = f"{prefix.strip('/')}/".lstrip("/")
    bucket = Bucket(name, settings.aws)
    existence = checked("bucket", lambda: _existence(bucket))
    yield existence
    if existence.mark == "--":
        return
    yield checked("encryption", lambda: _encryption(bucket))
    yield checked("public access", lambda: _public_access(bucket))
    yield checked("versions", lambda: _versions(bucket, folder))
    yield checked("lifecycle", lambda: _lifecycle(bucket, folder))
    yield checked("TLS", lambda: _tls(bucket))
    if settings.queue_url:
        queue = Queue(str(settings.queue_url), settings.aws)
        yield checked("notifications", lambda: _notifications(bucket, queue, folder + PENDING))


def _existence(bucket: Bucket) -> str:
    if bucket.exists():
        return f"{bucket.name} exists"
    raise Differs(f"There is no bucket {bucket.name}. {DEPLOY}")


def _encryption(bucket: Bucket) -> str:
    algorithm = bucket.encryption()
    if algorithm is None:
        raise Differs(f"New objects in {bucket.name} are not encrypted. {_SET}")
    return f"new objects are encrypted with {algorithm}"


def _public_access(bucket: Bucket) -> str:
    if bucket.is_private():
        return "blocked"
    raise Differs(f"{bucket.name} does not block public access. {_SET}")


def _versions(bucket: Bucket, folder: str) -> str:
    if not bucket.is_versioned():
        raise Differs(
            f"{bucket.name} keeps no earlier versions, so what is deleted by mistake is lost."
            f" {_SET}"
        )
    rules = [rule for rule in bucket.lifecycle_rules() if rule.concerns_all(folder)]
    days = [rule.version_days for rule in rules if rule.version_days]
    if not days:
        raise Differs(
            f"{bucket.name} keeps earlier versions for ever: no lifecycle rule deletes them. {_SET}"
        )
    return f"earlier versions are kept for {min(days)} days"


def _lifecycle(bucket: Bucket, folder: str) -> str:
    for rule in bucket.lifecycle_rules():
        does = "deletes" if rule.deletes else "archives" if rule.archives else None
        if does and rule.concerns_any(folder + zone for zone in _NEEDED):
            raise Differs(
                f"The lifecycle rule {rule.name} of {bucket.name} {does} objects that the lake"
                " needs. Delete that rule, or limit it to another folder."
            )
    return "no lifecycle rule deletes or archives objects of the lake"


def _tls(bucket: Bucket) -> str:
    if bucket.refuses_plain_http():
        return "requests without TLS are refused"
    raise Differs(f"{bucket.name} accepts requests without TLS. {_SET}")


def _notifications(bucket: Bucket, queue: Queue, folder: str) -> str:
    arn = queue.arn()
    to_queue = [one for one in bucket.notifications() if one.queue_arn == arn]
    if not to_queue:
        raise Differs(
            f"{bucket.name} sends no notifications to {queue.url}; new files are found on schedule"
            f" only. {_SET}"
        )
    if not any(one.announces_all_in(folder) for one in to_queue):
        raise Differs(
            f"{bucket.name} does not announce all new files in {folder} to {queue.url}. {_SET}"
        )
    return f"new files in {folder} are announced"
