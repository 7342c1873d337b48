"""How a bucket is set up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import exceptions as aws

from etl.aws.lifecycle import LifecycleRule, read_rule
from etl.aws.policies import ANYBODY, Statement, statements_of
from etl.aws.session import Operation, code_of, open_client, translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What S3 answers where something was never set.
_UNSET = {
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchBucketPolicy",
}
_ABSENT = {"NoSuchBucket", "404"}
_BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_ALL_NEW = "s3:ObjectCreated:*"
_EACH_NEW = {
    f"s3:ObjectCreated:{how}" for how in ("Put", "Post", "Copy", "CompleteMultipartUpload")
}
_PLAIN_HTTP = ("aws:securetransport", frozenset({"false"}))


@dataclass(frozen=True, slots=True)
class Notification:
    """Which events go to which queue, of objects whose keys begin and end so."""

    queue_arn: str
    events: tuple[str, ...]
    prefix: str
    suffix: str

    def announces_all_in(self, folder: str) -> bool:
        """Whether each new object in a folder is announced."""
        is_whole = folder.startswith(self.prefix) and not self.suffix
        return is_whole and (_ALL_NEW in self.events or set(self.events) >= _EACH_NEW)


class Bucket:
    """A bucket by its name; `variables` are AWS's own, where the environment lacks them.

    Raises NotPermitted where the credentials may not see a setting, AccessDenied where S3 refuses
    for another reason, and ServiceUnavailable where it does not answer.
    """

    def __init__(self, name: str, variables: Mapping[str, str]) -> None:
        self.name = name
        with translated(self._operation("open")):
            self._client: S3Client = open_client("s3", variables)

    def exists(self) -> bool:
        """Whether there is a bucket of that name."""
        with translated(self._operation("find")):
            try:
                # The answer to HeadBucket would not say what is wrong with the credentials.
                self._client.list_objects_v2(Bucket=self.name, MaxKeys=1)
            except aws.ClientError as error:
                if code_of(error) in _ABSENT:
                    return False
                raise
        return True

    def encryption(self) -> str | None:
        """By what new objects are encrypted: `AES256`, `aws:kms`, `aws:kms:dsse`, or nothing."""
        shown = self._shown("encryption", self._client.get_bucket_encryption)
        rules = shown["ServerSideEncryptionConfiguration"]["Rules"] if shown else ()
        given = (rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules)
        return next((one["SSEAlgorithm"] for one in given if "SSEAlgorithm" in one), None)

    def is_private(self) -> bool:
        """Whether nothing in the bucket can be made public."""
        shown = self._shown("public access block", self._client.get_public_access_block)
        blocks = shown["PublicAccessBlockConfiguration"] if shown else {}
        return all(blocks.get(one) for one in _BLOCKS)

    def is_versioned(self) -> bool:
        """Whether earlier versions of objects are kept."""
        shown = self._shown("versioning", self._client.get_bucket_versioning)
        return bool(shown) and shown.get("Status") == "Enabled"

    def lifecycle_rules(self) -> list[LifecycleRule]:
        """The enabled rules by which objects are deleted or archived."""
        shown = self._shown("lifecycle", self._client.get_bucket_lifecycle_configuration)
        rules = (shown or {}).get("Rules", ())
        return [read_rule(rule) for rule in rules if rule["Status"] == "Enabled"]

    def refuses_plain_http(self) -> bool:
        """Whether the bucket's policy denies everybody all requests without TLS."""
        shown = self._shown("policy", self._client.get_bucket_policy)
        denied = [
            statement
            for statement in statements_of(json.loads(shown["Policy"]) if shown else {})
            if statement.effect == "Deny"
            and ANYBODY in statement.principals
            and statement.is_about("s3:*")
            and _is_about_plain_http(statement)
        ]
        # A policy is about resources of its own partition, such as aws-cn.
        return any(
            all(
                any(
                    statement.covers([f"arn:{partition}:s3:::{self.name}{part}"])
                    for statement in denied
                )
                for part in ("", "/*")
            )
            for partition in ("aws", "aws-cn", "aws-us-gov")
        )

    def notifications(self) -> list[Notification]:
        """What the bucket sends to queues."""
        shown = self._shown("notifications", self._client.get_bucket_notification_configuration)
        return [
            Notification(
                queue["QueueArn"],
                tuple(queue["Events"]),
                _filter(queue, "prefix"),
                _filter(queue, "suffix"),
            )
            for queue in (shown or {}).get("QueueConfigurations", ())
        ]

    def _shown(self, setting: str, call: Callable[..., Any]) -> Any:
        with translated(self._operation(f"show the {setting} of")):
            try:
                return call(Bucket=self.name)
            except aws.ClientError as error:
                if code_of(error) in _UNSET:
                    return None
                raise

    def _operation(self, verb: str) -> Operation:
        return Operation(
            "S3",
            f"{verb} the bucket {self.name}",
            "Nothing was changed.",
            "Check CHARTLAKE_LAKE and the permissions for the bucket.",
        )


def _filter(queue: Any, name: str) -> str:
    rules = queue.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    return next((rule["Value"] for rule in rules if rule["Name"].lower() == name), "")


def _is_about_plain_http(statement: Statement) -> bool:
    """Whether a statement holds for each request without TLS; another condition would narrow it."""
    given = [(operator, (key, values)) for (operator, key), values in statement.conditions.items()]
    return given in ([("bool", _PLAIN_HTTP)], [("boolifexists", _PLAIN_HTTP)])
