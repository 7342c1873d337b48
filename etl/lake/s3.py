"""A lake in S3, or in any store that speaks its protocol."""

from __future__ import annotations

import builtins
import hashlib
from collections.abc import Mapping
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any

from botocore import exceptions as aws

from etl.aws.session import Operation, code_of, open_client, translated
from etl.errors import (
    ChartlakeError,
    LakeError,
    ObjectMissing,
    ServiceUnavailable,
    WriteConflict,
)
from etl.lake import ANY, Blob, Expected, StoredObject
from etl.lake.conditions import probe_conditions, unsuitable
from etl.lake.layout import CONDITIONS
from etl.lake.s3_listing import Listing, is_shown

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

_LANDED_AT = "landed-at"
_CONTENT_TYPES = {"json": "application/json", "csv": "text/csv"}
_MISSING = {"NoSuchKey", "404", "NotFound"}
_UNEXPLAINED = {"400", "403"}
_NOT_IMPLEMENTED = {"NotImplemented", "501"}
_CHECKSUMS = {
    "ChecksumCRC32",
    "ChecksumCRC32C",
    "ChecksumCRC64NVME",
    "ChecksumSHA1",
    "ChecksumSHA256",
}
_CONFLICTS = {"PreconditionFailed", "412", "ConditionalRequestConflict"}


class S3Lake:
    """Objects are S3 objects below a prefix; a version is an ETag."""

    is_remote = True

    def __init__(
        self, location: str, variables: Mapping[str, str], *, page_size: int = 1000
    ) -> None:
        self.location = location
        self._bucket, _, prefix = location.removeprefix("s3://").partition("/")
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self._page_size = page_size
        self._is_probed = self._is_probing = False
        self._lock = RLock()
        with self._translated("open", ""):
            self._client: S3Client = open_client("s3", variables)

    def list(self, *prefixes: str) -> list[StoredObject]:
        """Objects by prefix, as `Lake` describes."""
        listing = Listing(self._client, self._bucket, self._prefix, self._page_size)
        with self._translated("list", prefixes[0]):
            found = {one.key: one for one in map(self._stored, listing.entries(prefixes))}
        if CONDITIONS in found:
            self._is_probed = True  # which saves the request that would ask for it
        return [found[key] for key in sorted(found) if is_shown(key)]

    def find(self, key: str) -> StoredObject | None:
        """One object, as `Lake` describes."""
        try:
            head = self._head("find", key)
        except ObjectMissing:
            return None
        return StoredObject(key, head["ContentLength"], head["LastModified"], head["ETag"])

    def read(self, key: str) -> Blob:
        """An object's bytes, as `Lake` describes."""
        with self._translated("read", key):
            found = self._client.get_object(**self._named(key))
            # As a context manager, the body would hand out the connection, and verify nothing.
            with closing(found["Body"]) as stream:
                body = stream.read()
        return Blob(body, found["ETag"], _landed_at(found))

    def write(self, key: str, body: bytes, *, expected: Expected = ANY) -> str:
        """Write an object, as `Lake` describes."""
        if not self._is_probed:
            self.check_conditions()
        condition: dict[str, Any] = {}
        if expected is not ANY:
            condition = {"IfNoneMatch": "*"} if expected is None else {"IfMatch": expected}
        # S3's own times are whole seconds, in which two files may land.
        metadata = {_LANDED_AT: datetime.now(UTC).isoformat()}
        try:
            with self._translated("write", key):
                written = self._client.put_object(
                    **self._named(key),
                    Body=body,
                    ContentType=_content_type(key),
                    Metadata=metadata,
                    **condition,
                )
                return written["ETag"]
        except (WriteConflict, ObjectMissing) as error:
            if expected is ANY:
                raise
            return self._version_after_conflict(key, body, error)

    def _version_after_conflict(self, key: str, body: bytes, error: ChartlakeError) -> str:
        # Where the response to a write is lost, the client writes again, and conflicts with
        # what it has itself written.
        found = self.find(key)
        ours = hashlib.md5(body, usedforsecurity=False).hexdigest()
        if found and found.version.strip('"') == ours:
            return found.version
        raise self._changed(key) from error

    def _changed(self, key: str) -> WriteConflict:
        return WriteConflict(
            f"Another program changed {key} in {self.location} in the meantime; its version"
            " stands. Run the command again."
        )

    def move(
        self, key: str, to: str, *, expected: Expected = ANY, landed_at: datetime | None = None
    ) -> None:
        """Move an object, as `Lake` describes."""
        version = expected if isinstance(expected, str) else None
        if version is None or landed_at is None:
            head = self._head("move", key)
            if expected not in (ANY, head["ETag"]):
                raise self._changed(key)
            version, landed_at = head["ETag"], _landed_at(head)
        with self._translated("move", key):
            copied = self._client.copy_object(
                **self._named(to),
                CopySource={"Bucket": self._bucket, "Key": self._prefix + key},
                CopySourceIfMatch=version,
                Metadata={_LANDED_AT: landed_at.isoformat()},
                MetadataDirective="REPLACE",
                ContentType=_content_type(to),
            )
        # Some stores quote the ETags of objects, but not those of copies.
        if copied["CopyObjectResult"].get("ETag", "").strip('"') != version.strip('"'):
            self._verify_copy(key, to, version)
        self.delete(key, expected=ANY if expected is ANY else version)

    def _head(self, verb: str, key: str, **options: Any) -> HeadObjectOutputTypeDef:
        with self._translated(verb, key):
            try:
                return self._client.head_object(**self._named(key), **options)
            except aws.ClientError as error:
                if code_of(error) in _UNEXPLAINED:
                    # An answer to HEAD has no words; that to a listing says what is wrong.
                    self._client.list_objects_v2(Bucket=self._bucket, MaxKeys=1)
                raise

    def _verify_copy(self, key: str, to: str, version: str) -> None:
        # An object that was uploaded in parts has another ETag than its copy, and a store that
        # ignores the condition copies whatever is there.
        try:
            original, copy = (self._head("move", one, ChecksumMode="ENABLED") for one in (key, to))
        except ObjectMissing as error:
            raise self._changed(key) from error
        if original["ETag"] != version:
            raise self._changed(key)
        if not _is_copy(original, copy):
            raise ServiceUnavailable(
                f"The copy of {key} at {to} in {self.location} is not whole. The original was not"
                " changed. Run the command again.",
                service="S3",
            )

    def delete(self, key: str, *, expected: Expected = ANY) -> None:
        """Delete an object, as `Lake` describes."""
        condition: Any = {} if expected in (ANY, None) else {"IfMatch": expected}
        try:
            with self._translated("delete", key):
                self._client.delete_object(**self._named(key), **condition)
        except ObjectMissing:
            return
        except WriteConflict:
            # An object that is gone, perhaps by a request whose response was lost, is no conflict.
            if self.find(key):
                raise

    def list_drafts(self) -> builtins.list[str]:
        """None: an object is there whole, or not at all."""
        return []

    def check_conditions(self) -> None:
        """Try the conditions on an object of its own, unless that was done before."""
        with self._lock:
            if self._is_probed or self._is_probing:  # the probe writes, too
                return
            self._is_probing = True
            try:
                if self.find(CONDITIONS) is None:
                    probe_conditions(self)
                self._is_probed = True
            finally:
                self._is_probing = False

    def _named(self, key: str) -> Any:
        if any(part in ("", ".", "..") for part in key.split("/")) or "\0" in key:
            raise LakeError(f"{key!r} is not a valid key; nothing was read or written.")
        return {"Bucket": self._bucket, "Key": self._prefix + key}

    def _stored(self, entry: Any) -> StoredObject:
        key = entry["Key"].removeprefix(self._prefix)
        return StoredObject(key, entry["Size"], entry["LastModified"], entry["ETag"])

    def _translated(self, verb: str, key: str) -> AbstractContextManager[None]:
        operation = Operation(
            "S3",
            f"{verb} {key or 'the lake'} in {self.location}",
            "Everything written before is whole.",
            "Check that the bucket in CHARTLAKE_LAKE exists, and that the credentials may list,"
            " read, write and delete objects in it.",
        )
        return translated(operation, partial(self._explain, key))

    def _explain(self, key: str, error: aws.ClientError) -> ChartlakeError | None:
        if code_of(error) in _MISSING:
            return ObjectMissing(f"There is no {key} in the lake {self.location}.")
        if code_of(error) in _CONFLICTS:
            return self._changed(key)
        if code_of(error) in _NOT_IMPLEMENTED:
            return unsuitable(self.location, f"it cannot do what a write needs ({code_of(error)})")
        return None


def _is_copy(original: Mapping[str, Any], copy: Mapping[str, Any]) -> bool:
    if copy["ContentLength"] != original["ContentLength"]:
        return False
    if "COMPOSITE" in (original.get("ChecksumType"), copy.get("ChecksumType")):
        return True  # such a checksum also depends on how an object was uploaded
    kinds = original.keys() & copy.keys() & _CHECKSUMS
    return all(original[kind] == copy[kind] for kind in kinds)


def _landed_at(head: Any) -> datetime:
    stated = head.get("Metadata", {}).get(_LANDED_AT)
    moment = datetime.fromisoformat(stated) if stated else head["LastModified"]
    return moment.astimezone(UTC)


def _content_type(key: str) -> str:
    return _CONTENT_TYPES.get(key.rpartition(".")[2], "application/octet-stream")
