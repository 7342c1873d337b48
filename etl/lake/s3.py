"""A lake in S3, or in anything that speaks its protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from etl.aws import code_of, is_busy
from etl.errors import ChartlakeError, LakeRefused, LakeUnavailable, ObjectMissing, PublishConflict
from etl.lake import ANY, Blob, Expected, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LANDED_AT = "landed-at"
_CONTENT_TYPES = {"json": "application/json", "csv": "text/csv"}
_MISSING = {"NoSuchKey", "404", "NotFound"}
_CONFLICTS = {"PreconditionFailed", "412", "ConditionalRequestConflict"}
_CREDENTIALS = (
    aws.NoCredentialsError,
    aws.PartialCredentialsError,
    aws.ProfileNotFound,
    aws.TokenRetrievalError,
    aws.SSOTokenLoadError,
    aws.UnauthorizedSSOTokenError,
)


class S3Lake:
    """Objects are S3 objects below a prefix; a version is an ETag."""

    def __init__(self, location: str, *, page_size: int = 1000) -> None:
        self.location = location
        self._bucket, _, prefix = location.removeprefix("s3://").partition("/")
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self._page_size = page_size
        with self._translated(""):
            self._client = _client()

    def list(self, prefix: str) -> list[StoredObject]:
        with self._translated(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket,
                Prefix=self._prefix + prefix,
                PaginationConfig={"PageSize": self._page_size},
            )
            found = [self._stored(entry) for page in pages for entry in page.get("Contents", ())]
        shown = (one for one in found if not one.key.rpartition("/")[2].startswith("."))
        return sorted((one for one in shown if not one.key.endswith("/")), key=lambda one: one.key)

    def find(self, key: str) -> StoredObject | None:
        try:
            with self._translated(key):
                head = self._client.head_object(**self._named(key))
        except ObjectMissing:
            return None
        return StoredObject(key, head["ContentLength"], head["LastModified"], head["ETag"])

    def read(self, key: str) -> Blob:
        with self._translated(key):
            answer = self._client.get_object(**self._named(key))
            with answer["Body"] as stream:
                body = stream.read()
        return Blob(body, answer["ETag"], _landed_at(answer))

    def write(self, key: str, body: bytes, *, expected: Expected = ANY) -> str:
        condition: dict[str, Any] = {}
        if expected is not ANY:
            condition = {"IfNoneMatch": "*"} if expected is None else {"IfMatch": expected}
        # S3's own times are whole seconds, in which two files may land.
        metadata = {_LANDED_AT: datetime.now(UTC).isoformat()}
        try:
            with self._translated(key):
                answer = self._client.put_object(
                    **self._named(key),
                    Body=body,
                    ContentType=_content_type(key),
                    Metadata=metadata,
                    **condition,
                )
                return answer["ETag"]
        except (PublishConflict, ObjectMissing) as error:
            if expected is ANY:
                raise
            return self._settled(key, body, error)

    def _settled(self, key: str, body: bytes, error: ChartlakeError) -> str:
        # When the answer to a write is lost, the client writes again and is refused
        # by what it has itself written.
        found = self.find(key)
        ours = hashlib.md5(body, usedforsecurity=False).hexdigest()
        if found and found.version.strip('"') == ours:
            return found.version
        raise PublishConflict(
            f"{key} in {self.location} was written by another program in the meantime; its"
            " version stands. Run the command again."
        ) from error

    def move(self, key: str, to: str) -> None:
        with self._translated(key):
            head = self._client.head_object(**self._named(key))
            copied = self._client.copy_object(
                **self._named(to),
                CopySource={"Bucket": self._bucket, "Key": self._prefix + key},
                Metadata={_LANDED_AT: _landed_at(head).isoformat()},
                MetadataDirective="REPLACE",
                ContentType=head.get("ContentType", _content_type(to)),
            )
        if copied["CopyObjectResult"].get("ETag") != head["ETag"]:
            self._verify(key, to, head["ContentLength"])
        self.delete(key)

    def _verify(self, key: str, to: str, size: int) -> None:
        # An object that came in parts has another ETag than its copy.
        found = self.find(to)
        if found is None or found.size != size:
            raise LakeUnavailable(
                f"{key} in {self.location} was copied to {to}, but not whole. The original is where"
                " it was; run the command again."
            )

    def delete(self, key: str) -> None:
        with self._translated(key):
            self._client.delete_object(**self._named(key))

    def _named(self, key: str) -> Any:
        if not key or any(part in ("", ".", "..") for part in key.split("/")):
            raise LakeRefused(f"{key!r} is no key of a lake; nothing was read or written.")
        return {"Bucket": self._bucket, "Key": self._prefix + key}

    def _stored(self, entry: Any) -> StoredObject:
        key = entry["Key"].removeprefix(self._prefix)
        return StoredObject(key, entry["Size"], entry["LastModified"], entry["ETag"])

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        try:
            yield
        except aws.ClientError as error:
            raise self._answered(key, error) from error
        except _CREDENTIALS as error:
            raise LakeRefused(
                f"{self.location} cannot be opened: {error} Nothing was read or written. Give AWS"
                " credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)."
            ) from error
        except (aws.ParamValidationError, ValueError) as error:
            raise LakeRefused(f"{self.location} cannot be used as a lake: {error}") from error
        except aws.BotoCoreError as error:
            raise LakeUnavailable(
                f"{self.location} does not answer: {error} What was written before is whole. Check"
                " the network and AWS_ENDPOINT_URL, and run the command again."
            ) from error

    def _answered(self, key: str, error: aws.ClientError) -> ChartlakeError:
        code = code_of(error)
        if code in _MISSING:
            return ObjectMissing(f"There is no {key} in the lake {self.location}.")
        if code in _CONFLICTS:
            return PublishConflict(f"{key} in {self.location} is not what it was.")
        if is_busy(error):
            return LakeUnavailable(
                f"{self.location} is not able to answer now ({code}). What was written before is"
                " whole; run the command again."
            )
        return LakeRefused(
            f"{self.location} refuses {key or 'to be opened'} ({code}). Nothing was changed there."
            " Check that the bucket in CHARTLAKE_LAKE exists, and that the credentials may list,"
            " read, write and delete in it."
        )


def _client() -> S3Client:
    session = boto3.session.Session()
    config = Config(
        connect_timeout=10,
        read_timeout=60,
        max_pool_connections=16,
        retries={"mode": "standard", "max_attempts": 4},
    )
    client = session.client("s3", config=config)
    if "amazonaws." in client.meta.endpoint_url:
        return client
    # Other servers have no host name for each bucket.
    return session.client("s3", config=config.merge(Config(s3={"addressing_style": "path"})))


def _landed_at(answer: Any) -> datetime:
    stated = answer.get("Metadata", {}).get(_LANDED_AT)
    moment = datetime.fromisoformat(stated) if stated else answer["LastModified"]
    return moment.astimezone(UTC)


def _content_type(key: str) -> str:
    return _CONTENT_TYPES.get(key.rpartition(".")[2], "application/octet-stream")
