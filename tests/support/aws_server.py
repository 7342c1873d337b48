"""A moto server for AWS: a bucket that notifies a queue, and a crawler."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import requests
from moto.moto_api import state_manager
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}
CRAWLER = "charts"
BUCKET = "music"


@dataclass(frozen=True)
class Aws:
    """A server that speaks AWS's protocols."""

    url: str

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables that point AWS clients to this server."""
        return CREDENTIALS | {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION}

    @contextmanager
    def client(self, service: Any) -> Iterator[Any]:
        """A client for the service; it is closed at the end."""
        key, secret = CREDENTIALS.values()
        session = boto3.session.Session(key, secret, region_name=REGION)
        with closing(session.client(service, endpoint_url=self.url)) as client:
            yield client

    def forget(self) -> None:
        """Delete all resources."""
        requests.post(f"{self.url}/moto-api/reset", timeout=10).raise_for_status()

    @contextmanager
    def permissions_of(self, user: str) -> Iterator[None]:
        """Let requests of this process be those of a new user, who has no permission yet."""
        with self.client("iam") as iam:
            iam.create_user(UserName=user)
            key = iam.create_access_key(UserName=user)["AccessKey"]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
            patch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
            # moto asks for permissions once that many requests were made.
            self._ask_for_permissions(after=0)
            try:
                yield
            finally:
                self._ask_for_permissions(after=math.inf)

    def _ask_for_permissions(self, after: float) -> None:
        url = f"{self.url}/moto-api/reset-auth"
        requests.post(url, data=str(after), timeout=10).raise_for_status()

    def make_queue(self, name: str = "landings") -> str:
        """Create a queue; returns its URL."""
        with self.client("sqs") as sqs:
            return str(sqs.create_queue(QueueName=name)["QueueUrl"])

    def make_bucket(self, queue_url: str | None = None) -> None:
        """Create the bucket, with notifications of new objects to the queue, if there is one."""
        with self.client("s3") as s3:
            location = {"LocationConstraint": REGION}
            s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=location)
            if queue_url:
                arn = f"arn:aws:sqs:{REGION}:123456789012:{queue_url.rpartition('/')[2]}"
                queue = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
                s3.put_bucket_notification_configuration(
                    Bucket=BUCKET,
                    NotificationConfiguration={"QueueConfigurations": [queue]},
                )

    def put(self, *keys: str, body: bytes = b"{}") -> None:
        """Write objects to the bucket."""
        with self.client("s3") as s3:
            for key in keys:
                s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def keys(self, prefix: str) -> list[str]:
        """The keys in the bucket with that prefix."""
        with self.client("s3") as s3:
            listing = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for entry in listing.get("Contents", ())]

    def send(self, queue_url: str, body: object) -> None:
        """Send a message to the queue."""
        with self.client("sqs") as sqs:
            text = body if isinstance(body, str) else json.dumps(body)
            sqs.send_message(QueueUrl=queue_url, MessageBody=text)

    def message_count(self, queue_url: str) -> int:
        """How many messages the queue holds, in flight or not."""
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        with self.client("sqs") as sqs:
            response = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(names))
        return sum(int(response["Attributes"][name]) for name in names)

    def make_crawler(self) -> None:
        """Create the crawler. Its crawls take half a second."""
        # By default, crawls never finish in moto.
        state_manager.set_transition("glue::crawl", {"progression": "time", "seconds": 0.5})
        targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/transformed_data/song_data"}]}
        with self.client("glue") as glue:
            glue.create_crawler(Name=CRAWLER, Role="role", DatabaseName="charts", Targets=targets)

    def crawl_count(self) -> int:
        """How often the crawler has run."""
        with self.client("glue") as glue:
            return len(glue.list_crawls(CrawlerName=CRAWLER)["Crawls"])


@contextmanager
def serving() -> Iterator[Aws]:
    """Run the server on a free port."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield Aws(f"http://{host}:{port}")
    finally:
        server.stop()
        state_manager.unset_transition("glue::crawl")
