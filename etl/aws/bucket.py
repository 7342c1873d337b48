"""How a bucket is set up."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import exceptions as aws

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


@dataclass(frozen=True, slots=True)
class Notification:
    """Which events of objects below a prefix go to which queue."""

    queue_arn: str
    events: tuple[str, ...]
    prefix: str


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
                self._client.head_bucket(Bucket=self.name)
            except aws.ClientError as error:
                if code_of(error) in _ABSENT:
                    return False
                raise
        return True

    def encryption(self) -> str | None:
        """By what new objects are encrypted: `AES256`, `aws:kms`, `aws:kms:dsse`, or nothing."""
        shown = self._shown("encryption", self._client.get_bucket_encryption)
        rules = shown["ServerSideEncryptionConfiguration"]["Rules"] if shown else ()
        return next(
            (rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for rule in rules), None
        )

    def is_private(self) -> bool:
        """Whether nothing in the bucket can be made public."""
        shown = self._shown("public access block", self._client.get_public_access_block)
        return bool(shown) and all(shown["PublicAccessBlockConfiguration"].values())

    def is_versioned(self) -> bool:
        """Whether earlier versions of objects are kept."""
        shown = self._shown("versioning", self._client.get_bucket_versioning)
        return bool(shown) and shown.get("Status") == "Enabled"

    def lifecycle_rules(self) -> list[dict[str, Any]]:
        """The rules by which objects are deleted, as S3 shows them, if they are enabled."""
        shown = self._shown("lifecycle", self._client.get_bucket_lifecycle_configuration)
        return [rule for rule in (shown or {}).get("Rules", ()) if rule["Status"] == "Enabled"]

    def refuses_plain_http(self) -> bool:
        """Whether the bucket's policy denies requests without TLS."""
        shown = self._shown("policy", self._client.get_bucket_policy)
        statements = json.loads(shown["Policy"])["Statement"] if shown else []
        return any(
            statement["Effect"] == "Deny"
            and "s3:*" in _listed(statement.get("Action"))
            and statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false"
            for statement in _listed(statements)
        )

    def notifications(self) -> list[Notification]:
        """What the bucket sends to queues."""
        shown = self._shown("notifications", self._client.get_bucket_notification_configuration)
        return [
            Notification(queue["QueueArn"], tuple(queue["Events"]), _prefix(queue))
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


def _prefix(queue: Any) -> str:
    rules = queue.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    return next((rule["Value"] for rule in rules if rule["Name"].lower() == "prefix"), "")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
