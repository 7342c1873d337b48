"""AWS as moto serves it over HTTP: a bucket that tells a queue what lands in it, and a crawler."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import requests
from moto.moto_api import state_manager
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "made-up", "AWS_SECRET_ACCESS_KEY": "made-up"}
CRAWLER = "charts"
BUCKET = "music"


@dataclass(frozen=True)
class Aws:
    """A server of AWS's protocols; `environ` leads AWS's own client there."""

    url: str

    @property
    def environ(self) -> dict[str, str]:
        """What leads AWS's own client there."""
        return KEYS | {"AWS_ENDPOINT_URL": self.url, "AWS_DEFAULT_REGION": REGION}

    @contextmanager
    def client(self, service: Any) -> Iterator[Any]:
        """A client of a service, closed at the end."""
        key, secret = KEYS.values()
        session = boto3.session.Session(key, secret, region_name=REGION)
        with closing(session.client(service, endpoint_url=self.url)) as client:
            yield client

    def forget(self) -> None:
        """Forget all that was made."""
        requests.post(f"{self.url}/moto-api/reset", timeout=10).raise_for_status()

    def make_queue(self, name: str = "landings") -> str:
        """A queue's URL."""
        with self.client("sqs") as sqs:
            return str(sqs.create_queue(QueueName=name)["QueueUrl"])

    def make_bucket(self, queue_url: str | None = None) -> None:
        """A bucket, which tells the queue of every object that is made in it."""
        with self.client("s3") as s3:
            where = {"LocationConstraint": REGION}
            s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
            if queue_url:
                arn = f"arn:aws:sqs:{REGION}:123456789012:{queue_url.rpartition('/')[2]}"
                told = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
                s3.put_bucket_notification_configuration(
                    Bucket=BUCKET,
                    NotificationConfiguration={"QueueConfigurations": [told]},
                )

    def put(self, *keys: str, body: bytes = b"{}") -> None:
        """Put objects into the bucket, as any program may."""
        with self.client("s3") as s3:
            for key in keys:
                s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def keys(self, prefix: str) -> list[str]:
        """The keys in the bucket that begin so."""
        with self.client("s3") as s3:
            found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [one["Key"] for one in found.get("Contents", ())]

    def send(self, queue_url: str, body: object) -> None:
        """Put a message into a queue."""
        with self.client("sqs") as sqs:
            text = body if isinstance(body, str) else json.dumps(body)
            sqs.send_message(QueueUrl=queue_url, MessageBody=text)

    def left(self, queue_url: str) -> int:
        """How many messages a queue holds, handed out or not."""
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        with self.client("sqs") as sqs:
            found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(names))
        return sum(int(found["Attributes"][name]) for name in names)

    def make_crawler(self) -> None:
        """A crawler, whose crawls end half a second after they began."""
        # By itself moto never lets a crawl end.
        state_manager.set_transition("glue::crawl", {"progression": "time", "seconds": 0.5})
        targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/transformed_data/song_data"}]}
        with self.client("glue") as glue:
            glue.create_crawler(Name=CRAWLER, Role="role", DatabaseName="charts", Targets=targets)

    def crawls(self) -> int:
        """How often the crawler has run."""
        with self.client("glue") as glue:
            return len(glue.list_crawls(CrawlerName=CRAWLER)["Crawls"])


@contextmanager
def serving() -> Iterator[Aws]:
    """Serve AWS at a free port of this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield Aws(f"http://{host}:{port}")
    finally:
        server.stop()
        state_manager.unset_transition("glue::crawl")
