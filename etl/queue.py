"""The door to Amazon SQS: the queue in which a bucket tells what was put into it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import boto3
from botocore import exceptions as aws
from botocore.config import Config

from etl.aws import UNASKED, UNREACHED, code_of, is_busy
from etl.errors import LakeUnavailable, QueueRefused

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

# The longest that SQS lets a request wait, in seconds, and the most it hands out at once.
LONGEST_WAIT = 20
_MOST = 10
_UNDONE = "What lies in the landing zone is pending, and the next run of process-pending finds it."


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the queue: its receipt, and the `s3://` addresses it says were written."""

    receipt: str
    written: tuple[str, ...]


class Queue:
    """A queue by its URL. Raises QueueRefused where it cannot be used, else LakeUnavailable."""

    def __init__(self, url: str) -> None:
        self.url = url
        with self._translated():
            self._client = _client()

    def receive(self, wait: int) -> list[Message]:
        """Up to ten messages; waits for the first one, `wait` seconds at the most.

        They are handed out again, in a while, unless they are deleted.
        """
        with self._translated():
            answer = self._client.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=_MOST, WaitTimeSeconds=wait
            )
        return [
            Message(one["ReceiptHandle"], tuple(written(one.get("Body", ""))))
            for one in answer.get("Messages", ())
        ]

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete the messages, which nobody needs to hear again."""
        for start in range(0, len(messages), _MOST):
            batch = messages[start : start + _MOST]
            entries: Any = [
                {"Id": str(number), "ReceiptHandle": message.receipt}
                for number, message in enumerate(batch)
            ]
            with self._translated():
                self._client.delete_message_batch(QueueUrl=self.url, Entries=entries)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except aws.ClientError as error:
            raise self._answered(error) from error
        except UNREACHED as error:
            raise LakeUnavailable(
                f"The queue {self.url} does not answer: {error} {_UNDONE} It is asked again."
            ) from error
        except UNASKED as error:
            raise QueueRefused(
                f"The queue {self.url} cannot be read: {error} {_UNDONE} Set CHARTLAKE_QUEUE_URL"
                " to the queue's URL, AWS_DEFAULT_REGION, and credentials as for S3."
            ) from error

    def _answered(self, error: aws.ClientError) -> LakeUnavailable | QueueRefused:
        code = code_of(error)
        if is_busy(error):
            return LakeUnavailable(
                f"The queue {self.url} is not able to answer now ({code}). {_UNDONE}"
                " It is asked again."
            )
        return QueueRefused(
            f"The queue {self.url} refuses to be read ({code}). {_UNDONE} Check that"
            " CHARTLAKE_QUEUE_URL names a queue that exists, and that the credentials have the"
            " permissions sqs:ReceiveMessage and sqs:DeleteMessage for it."
        )


def written(body: str) -> Iterator[str]:
    """The `s3://` addresses of the objects that a message says were written; none in any other.

    A bucket tells a queue directly (S3 event notifications, version 2, where keys are encoded as
    in URLs), by an SNS topic around that, or by EventBridge, where keys are as they are:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
    """
    try:
        yield from _addresses(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # no word of a bucket's


def _addresses(told: Any) -> Iterator[str]:
    if told.get("Type") == "Notification":
        yield from _addresses(json.loads(told["Message"]))
    elif told.get("detail-type") == "Object Created":
        yield f"s3://{told['detail']['bucket']['name']}/{told['detail']['object']['key']}"
    for record in told.get("Records", ()):
        if record["eventName"].startswith("ObjectCreated:"):
            s3 = record["s3"]
            yield f"s3://{s3['bucket']['name']}/{unquote_plus(s3['object']['key'])}"


def _client() -> SQSClient:
    # Whoever listens asks again anyway.
    config = Config(
        connect_timeout=10,
        read_timeout=LONGEST_WAIT + 20,
        retries={"mode": "standard", "max_attempts": 2},
    )
    return boto3.session.Session().client("sqs", config=config)
