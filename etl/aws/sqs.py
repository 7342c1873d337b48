"""SQS queues that receive a bucket's notifications."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from etl.aws.session import Operation, open_client, translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

# SQS lets a request wait for 20 seconds at most, and returns 10 messages at most.
LONGEST_WAIT = 20
_MOST = 10


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its receipt, and the `s3://` addresses of the objects it reports as written."""

    receipt: str
    written: tuple[str, ...]


class Queue:
    """A queue by its URL; `variables` are AWS's own, where the environment lacks them.

    Raises AccessDenied where it cannot be used, and ServiceUnavailable where SQS does not answer.
    """

    def __init__(self, url: str, variables: Mapping[str, str]) -> None:
        self.url = url
        self._variables = variables
        self._read = Operation(
            "SQS",
            f"read the queue {url}",
            "Files in the landing zone stay pending; the next run of process-pending finds them.",
            "Check that CHARTLAKE_QUEUE_URL names a queue that exists, and the permissions"
            " sqs:ReceiveMessage and sqs:DeleteMessage.",
        )
        self._show = Operation(
            "SQS",
            f"show the queue {url}",
            "Nothing was changed.",
            "Check CHARTLAKE_QUEUE_URL and the permissions sqs:GetQueueAttributes and"
            " sqs:GetQueueUrl.",
        )
        with translated(self._read):
            # Whoever listens asks again anyway.
            self._client: SQSClient = open_client(
                "sqs", variables, attempts=2, read_timeout=LONGEST_WAIT + 20
            )

    def arn(self) -> str:
        """The queue's ARN, by which a bucket names it."""
        return self._attribute("QueueArn") or ""

    def dead_letters(self) -> Queue | None:
        """The queue to which messages go in the end that nobody deletes, if there is one."""
        policy = self._attribute("RedrivePolicy")
        if not policy:
            return None
        name = json.loads(policy)["deadLetterTargetArn"].rpartition(":")[2]
        with translated(self._show):
            url = self._client.get_queue_url(QueueName=name)["QueueUrl"]
        return Queue(url, self._variables)

    def message_count(self) -> int:
        """How many messages wait, about."""
        return int(self._attribute("ApproximateNumberOfMessages") or 0)

    def _attribute(self, name: QueueAttributeNameType) -> str | None:
        with translated(self._show):
            shown = self._client.get_queue_attributes(QueueUrl=self.url, AttributeNames=[name])
        return shown.get("Attributes", {}).get(name)

    def receive(self, wait: int) -> list[Message]:
        """Up to ten messages; waits up to `wait` seconds for the first.

        SQS returns them again after a while unless they are deleted.
        """
        with translated(self._read):
            received = self._client.receive_message(
                QueueUrl=self.url, MaxNumberOfMessages=_MOST, WaitTimeSeconds=wait
            )
        return [
            Message(message["ReceiptHandle"], tuple(written_objects(message.get("Body", ""))))
            for message in received.get("Messages", ())
        ]

    def delete(self, messages: Sequence[Message]) -> None:
        """Delete messages that have been dealt with."""
        for start in range(0, len(messages), _MOST):
            batch = messages[start : start + _MOST]
            entries: Any = [
                {"Id": str(number), "ReceiptHandle": message.receipt}
                for number, message in enumerate(batch)
            ]
            with translated(self._read):
                self._client.delete_message_batch(QueueUrl=self.url, Entries=entries)


def written_objects(body: str) -> Iterator[str]:
    """The `s3://` addresses of the objects that a message reports as written; none in any other.

    A bucket sends S3 event notifications (version 2, with keys encoded as in URLs) directly or
    through an SNS topic; EventBridge sends keys as they are:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
    """
    try:
        yield from _addresses(json.loads(body))
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # some other message


def _addresses(message: Any) -> Iterator[str]:
    if message.get("Type") == "Notification":
        yield from _addresses(json.loads(message["Message"]))
    elif message.get("detail-type") == "Object Created":
        detail = message["detail"]
        yield f"s3://{detail['bucket']['name']}/{detail['object']['key']}"
    for record in message.get("Records", ()):
        if record["eventName"].startswith("ObjectCreated:"):
            s3 = record["s3"]
            yield f"s3://{s3['bucket']['name']}/{unquote_plus(s3['object']['key'])}"
