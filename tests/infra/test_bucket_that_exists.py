"""The commands in the documentation give any bucket the settings of one that the stack creates."""

from __future__ import annotations

import json
import re
from pathlib import Path

from etl.cli.bucket_check import check_bucket
from etl.settings import load_settings
from tests.support.aws_server import BUCKET, REGION
from tests.support.templates import Template

DOCUMENTATION = Path(__file__).parents[2] / "docs/aws.md"
COMMAND = re.compile(
    r"^\$ aws s3api (put-[a-z-]+) --bucket my-charts --([a-z-]+) '(\{.*?\})'$", re.M | re.S
)


def commands():
    """The operations in the documentation, each with its one parameter."""
    found = COMMAND.findall(DOCUMENTATION.read_text(encoding="utf-8"))
    return {
        operation.replace("-", "_"): (option.title().replace("-", ""), json.loads(given))
        for operation, option, given in found
    }


def test_after_the_commands_the_bucket_is_as_wanted(aws, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHARTLAKE_LAKE", f"s3://{BUCKET}")
    monkeypatch.setenv("CHARTLAKE_QUEUE_URL", aws.make_queue())
    aws.make_bucket()
    before = {one.subject for one in check_bucket(load_settings()) if one.mark != "ok"}
    assert before >= {"public access", "versions", "TLS", "notifications"}
    with aws.client("s3") as s3:
        for operation, (option, given) in commands().items():
            text = json.dumps(given).replace("my-charts", BUCKET)
            text = text.replace("\\u2026", f"arn:aws:sqs:{REGION}:123456789012:landings")
            value = text if option == "Policy" else json.loads(text)
            getattr(s3, operation)(Bucket=BUCKET, **{option: value})
    assert [one for one in check_bucket(load_settings()) if one.mark != "ok"] == []


def test_the_commands_set_what_the_template_sets():
    bucket = Template.filled().resources["Bucket"]
    given = dict(commands().values())
    assert json.loads(json.dumps(given["Policy"]).replace("my-charts", BUCKET)) == {
        "Version": "2012-10-17",
        "Statement": Template.filled().resources["BucketPolicy"]["PolicyDocument"]["Statement"],
    }
    rules = {one["ID"]: one["Status"] for one in given["LifecycleConfiguration"]["Rules"]}
    assert rules == {one["Id"]: one["Status"] for one in bucket["LifecycleConfiguration"]["Rules"]}
    blocks = bucket["PublicAccessBlockConfiguration"]
    assert given["PublicAccessBlockConfiguration"] == blocks
    (queue,) = given["NotificationConfiguration"]["QueueConfigurations"]
    (wanted,) = bucket["NotificationConfiguration"]["QueueConfigurations"]
    (rule,) = wanted["Filter"]["S3Key"]["Rules"]
    assert queue["Events"] == [wanted["Event"]]
    assert queue["Filter"]["Key"]["FilterRules"] == [rule]
